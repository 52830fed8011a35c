"""What a de-identified object has to be like, action by action, in the manner of the MIDI-B challenge.

Each action names an element by its tag, at whatever depth; removal and retention both count.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from pydicom.datadict import tag_for_keyword
from pydicom.dataset import Dataset


class Kind(StrEnum):
    """What is asked of an element."""

    TEXT_REMOVED = "text removed"
    TEXT_RETAINED = "text retained"
    TEXT_NOT_NULL = "text not null"
    TAG_RETAINED = "tag retained"
    DATE_SHIFTED = "date shifted"
    UID_CHANGED = "uid changed"
    UID_CONSISTENT = "uid consistent"
    PATIENT_CONSISTENT = "patient consistent"
    PRIVATE_REMOVED = "private removed"
    PIXELS_RETAINED = "pixels retained"
    NOTHING_LEFT = "nothing left"


@dataclass(frozen=True)
class Wanted:
    """One action.

    Attributes:
        kind: What is asked.
        tag: Of which element; 0 where it is the object as a whole.
        value: What must be gone, or must still be there.
        about: Where and what, for the list of failures; it does not repeat the value.
    """

    kind: Kind
    tag: int
    value: Any
    about: str


@dataclass
class PlantedObject:
    """An object with what was planted into it.

    Attributes:
        patient: Which patient of the set.
        name: What it is: run, seg, report.
        dataset: The object.
        wanted: The actions.
    """

    patient: int
    name: str
    dataset: Dataset
    wanted: list[Wanted] = field(default_factory=list)

    def hide(self, where: Dataset, keyword: str, value: Any, *secrets: str) -> None:
        """Set an element and ask that secrets in it go."""
        setattr(where, keyword, value)
        tag = tag_of(keyword)
        for secret in secrets or (str(value),):
            self.wanted.append(Wanted(Kind.TEXT_REMOVED, tag, secret, keyword))

    def say(self, where: Dataset, keyword: str, value: str, kept: str, *secrets: str) -> None:
        """Set a text of which a part has to stay and the secrets have to go."""
        self.hide(where, keyword, value, *secrets) if secrets else setattr(where, keyword, value)
        self.wanted.append(Wanted(Kind.TEXT_RETAINED, tag_of(keyword), kept, keyword))

    def keep(self, *keywords: str) -> None:
        """Ask that elements stay as they are, at every depth; absent ones are not asked for."""
        for keyword in keywords:
            before = values_at(self.dataset, tag_of(keyword))
            if before:
                self.wanted.append(Wanted(Kind.TAG_RETAINED, tag_of(keyword), before, keyword))

    def ask(self, kind: Kind, *keywords: str) -> None:
        """Ask something of elements, with the values that they have now."""
        for keyword in keywords:
            tag = tag_of(keyword)
            self.wanted.append(Wanted(kind, tag, values_at(self.dataset, tag), keyword))

    def ask_whole(self, kind: Kind, value: Any, about: str) -> None:
        """Ask something of the object as a whole."""
        self.wanted.append(Wanted(kind, 0, value, about))


def tag_of(keyword: str) -> int:
    """Return the tag of a keyword, or of eight hexadecimal digits."""
    tag = tag_for_keyword(keyword)
    return int(keyword, 16) if tag is None else tag


def values_at(dataset: Dataset, tag: int) -> tuple[str, ...]:
    """Return all values of a tag at every depth, as texts, in order."""
    elements = (element for element in dataset.iterall() if element.tag == tag and not element.is_empty)
    return tuple(text for element in elements for text in _texts(element.value, element.VM))


def _texts(value: Any, n_values: int) -> Iterable[str]:
    return [str(part) for part in value] if n_values > 1 and not isinstance(value, bytes) else [str(value)]
