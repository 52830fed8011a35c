"""Reads the labels of a data set that this project wrote, also after others corrected it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from lib.errors import NoDataSetError
from lib.exchange.content import FoundRun
from lib.exchange.dicomseg import DicomSeg
from lib.exchange.format import Format
from lib.exchange.sheet import FILE, Sheet, read_sheet
from lib.labels import LabelTable

_EMPTY: Final = Sheet("dicomseg", "", "", "", (), ())


def read_dataset(folder: Path, how: Format, table: LabelTable) -> Iterator[FoundRun]:
    """Yield the labels of a data set, a run at a time.

    A folder of DICOM SEG files needs no dataset.json, as they say themselves which run they lie on.

    Args:
        folder: The data set.
        how: Its format.
        table: Gives the names of labels their indices.

    Raises:
        DataSetError: It is no data set of this format, or a file of it cannot be used.
    """
    is_plain = isinstance(how, DicomSeg) and folder.is_dir() and not (folder / FILE).exists()
    sheet = _EMPTY if is_plain else read_sheet(folder)
    if sheet.format != how.name:
        raise NoDataSetError(folder, f"is a data set of the format {sheet.format!r}, not {how.name!r}")
    yield from how.read(folder, sheet, table)
