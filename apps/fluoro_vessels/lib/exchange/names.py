"""Which label of the table a name in a data set means."""

from collections.abc import Iterable

from lib.errors import DataSetLabelError, UnknownLabelError
from lib.labels import LabelTable


def indices_of(names: Iterable[str], table: LabelTable) -> dict[str, int]:
    """Return the table's index of each name.

    Raises:
        DataSetLabelError: The table does not have them all.
    """
    found: dict[str, int] = {}
    unknown: list[str] = []
    for name in dict.fromkeys(names):
        try:
            found[name] = table.by_name(name).index
        except UnknownLabelError:
            unknown.append(name)
    if unknown:
        raise DataSetLabelError(unknown)
    return found
