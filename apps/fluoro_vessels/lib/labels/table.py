"""A label, and the table that finds it by index, by any of its names or by its codes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from lib.errors import LabelTableError, UnknownLabelError, UnknownLabelSetError

OWN_INDICES: Final = range(128, 256)
"""Indices for the sets that people import; lower ones belong to this project."""


@dataclass(frozen=True)
class Code:
    """A coded concept.

    DICOM: Code Sequence Macro, PS3.3 8.8.
    """

    value: str
    scheme: str
    meaning: str

    @property
    def key(self) -> tuple[str, str]:
        """What makes two codes the same; the meaning is only for people."""
        return self.value, self.scheme

    def __str__(self) -> str:
        return f"{self.value} {self.scheme} {self.meaning}"


@dataclass(frozen=True)
class Label:
    """What a pixel can be: index 1 to 255 in a label map, name, codes and RGB colour."""

    index: int
    name: str
    category: Code
    type: Code
    color: tuple[int, int, int]
    set_name: str
    synonyms: tuple[str, ...] = ()
    modifiers: tuple[Code, ...] = ()
    """Side of a paired vessel, or what narrows a type that is broader than the label."""
    number: str | None = None
    """SYNTAX segment, 1 to 16c."""
    dominance: str | None = None
    """right or left: the coronary circulation that has this segment; None: both."""
    former_names: tuple[str, ...] = ()
    """What people called it before they renamed it; saved labels may still say so."""

    @property
    def is_own(self) -> bool:
        """Whether people brought this label, and not the project."""
        return self.index in OWN_INDICES

    def all_names(self) -> Iterator[str]:
        """Yield every name that finds this label."""
        yield self.name
        yield from self.synonyms
        yield from self.former_names
        if self.number is not None:
            yield f"segment {self.number}"
            yield f"syntax {self.number}"

    @property
    def code_key(self) -> tuple[tuple[str, str], frozenset[tuple[str, str]]]:
        """Type and modifiers, without the meanings."""
        return self.type.key, frozenset(code.key for code in self.modifiers)


@dataclass(frozen=True)
class _Labels:
    """All labels at one moment, and what finds them."""

    labels: tuple[Label, ...]
    by_index: Mapping[int, Label]
    by_name: Mapping[str, Label]


class LabelTable:
    """All labels of this server; no index and no name belongs to two of them.

    The rooms of a server share one table. `replace` changes it for all of them; who reads meanwhile sees
    all labels of before or all of after.

    Raises:
        LabelTableError: An index or a name is given twice.
    """

    def __init__(self, labels: tuple[Label, ...]) -> None:
        self._now = _checked(labels)

    def __iter__(self) -> Iterator[Label]:
        return iter(self.labels)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LabelTable) and self.labels == other.labels

    @property
    def labels(self) -> tuple[Label, ...]:
        """All labels, those of the project first."""
        return self._now.labels

    def replace(self, labels: tuple[Label, ...]) -> None:
        """Hold other labels from now on.

        Raises:
            LabelTableError: An index or a name is given twice; nothing changes.
        """
        self._now = _checked(labels)

    def by_index(self, index: int) -> Label:
        """Return the label of a pixel value.

        Raises:
            UnknownLabelError: No label has this index.
        """
        try:
            return self._now.by_index[index]
        except KeyError:
            raise UnknownLabelError(str(index), [str(label.index) for label in self.labels]) from None

    def by_name(self, name: str) -> Label:
        """Return the label of a name or synonym; case, hyphens and underscores do not matter.

        Raises:
            UnknownLabelError: No label has this name.
        """
        try:
            return self._now.by_name[spoken(name)]
        except KeyError:
            raise UnknownLabelError(name, [label.name for label in self.labels]) from None

    def by_codes(self, type_: Code, modifiers: tuple[Code, ...] = ()) -> Label | None:
        """Return the label that a type code means, or None where it means none or several.

        Type and modifiers together win. Otherwise the type alone decides, where one label
        has it and needs no modifier to say what it is.
        """
        wanted = type_.key, frozenset(code.key for code in modifiers)
        same_type = [label for label in self.labels if label.type.key == type_.key]
        exact = [label for label in same_type if label.code_key == wanted]
        plain = [label for label in same_type if not label.modifiers]
        for found in (exact, plain if len(same_type) == 1 else []):
            if len(found) == 1:
                return found[0]
        return None

    def indices(self) -> dict[str, int]:
        """Return name to index, as MONAI Label shows it."""
        return {label.name: label.index for label in self.labels}

    def set_names(self) -> tuple[str, ...]:
        """Return the names of the sets in table order."""
        return tuple(dict.fromkeys(label.set_name for label in self.labels))

    def set(self, name: str) -> tuple[Label, ...]:
        """Return the labels of one set, in order of their indices.

        Raises:
            UnknownLabelSetError: No set has this name.
        """
        found = tuple(label for label in self.labels if label.set_name == name)
        if not found:
            raise UnknownLabelSetError(name, self.set_names())
        return found


def _checked(labels: tuple[Label, ...]) -> _Labels:
    return _Labels(labels, _index_map(labels), _name_map(labels))


def _index_map(labels: tuple[Label, ...]) -> dict[int, Label]:
    known: dict[int, Label] = {}
    for label in labels:
        other = known.setdefault(label.index, label)
        if other is not label:
            raise LabelTableError(
                f"Index {label.index} belongs to {other.name!r} of set {other.set_name!r} and to "
                f"{label.name!r} of set {label.set_name!r}. Give one of them a free index."
            )
    return known


def _name_map(labels: tuple[Label, ...]) -> dict[str, Label]:
    known: dict[str, Label] = {}
    for label in labels:
        for name in label.all_names():
            other = known.setdefault(spoken(name), label)
            if other is not label:
                raise LabelTableError(
                    f"The name {name!r} means {other.name!r} of set {other.set_name!r} and "
                    f"{label.name!r} of set {label.set_name!r}. Call one of them something else."
                )
    return known


def spoken(name: str) -> str:
    """Return a name as one would say it: lower case, single blanks, no hyphens."""
    return " ".join(name.casefold().replace("-", " ").replace("_", " ").split())
