"""Columns of the tables: fields of frozen dataclasses that know their unit, meaning and source."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from types import UnionType
from typing import Any, Final, TypeAlias, get_args, get_type_hints

Cell: TypeAlias = str | int | float | bool | None
"""A value of a table; None: the header does not say."""

KINDS: Final = {str: "text", int: "integer", float: "number", bool: "yes or no"}


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        name: Its name.
        kind: Type of its values: str, int, float or bool.
        unit: Such as mm; "" where there is none.
        means: What it says, for people.
        dicom: Where the value comes from.
    """

    name: str
    kind: type
    unit: str
    means: str
    dicom: str


def column(means: str, unit: str = "", dicom: str = "") -> Any:
    """Return a dataclass field that is a column; its value is None unless the header says."""
    return field(default=None, metadata={"means": means, "unit": unit, "dicom": dicom})


def columns_of(groups: Iterable[type]) -> tuple[Column, ...]:
    """Return the columns of dataclasses made of `column` fields, in their order."""
    return tuple(found for group in groups for found in _columns(group))


def cells_of(groups: Iterable[Any]) -> Mapping[str, Cell]:
    """Return a row: the values of the groups by the names of their columns."""
    return {one.name: getattr(group, one.name) for group in groups for one in fields(group)}


def _columns(group: type) -> Iterable[Column]:
    hints = get_type_hints(group)
    for one in fields(group):
        yield Column(name=one.name, kind=_kind(hints[one.name]), **one.metadata)


def _kind(hint: Any) -> type:
    """Return float for `float | None`."""
    kinds = [kind for kind in get_args(hint) if kind is not type(None)] if isinstance(hint, UnionType) else []
    return kinds[0] if kinds else hint  # type: ignore[no-any-return]
