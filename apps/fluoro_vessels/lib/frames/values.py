"""Reading header values; the one place that knows how wrong they can be.

Real files hold dates that are none, numbers with units, UIDs with leading zeros. None of that may stop a
run from being seen, so a malformed value becomes a sentence in `problems` and counts as absent.
"""

import math
import re
import struct
from typing import Final

from pydicom.datadict import dictionary_has_tag, dictionary_VR
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.errors import BytesLengthException
from pydicom.multival import MultiValue
from pydicom.sequence import Sequence
from pydicom.tag import Tag

MALFORMED: Final = (
    ValueError,
    TypeError,
    OverflowError,
    NotImplementedError,
    AttributeError,
    KeyError,
    IndexError,
    struct.error,
    EOFError,
    BytesLengthException,
)
"""What pydicom raises when it converts a value that is not what its VR says."""

TEXT_VRS: Final = {"AE", "AS", "CS", "DA", "DS", "DT", "IS", "LO", "LT", "SH", "ST", "TM", "UI"}
VALID_UID: Final = re.compile(r"(0|[1-9]\d*)(\.(0|[1-9]\d*))*")


class Values:
    """The values of one header or sequence item.

    Attributes:
        dataset: The pydicom dataset behind it.
        problems: Sentences about what was malformed; shared with the items below.
    """

    def __init__(self, dataset: Dataset, problems: list[str] | None = None) -> None:
        self.dataset = dataset
        self.problems: list[str] = [] if problems is None else problems

    @classmethod
    def of(cls, header: "Dataset | Values") -> "Values":
        """Return the header itself if it is wrapped already, so that its problems are kept together."""
        return header if isinstance(header, Values) else cls(header)

    @property
    def meta(self) -> "Values":
        """Return the values of the file meta information; empty where the dataset has none."""
        meta = getattr(self.dataset, "file_meta", None)
        return Values(Dataset() if meta is None else meta, self.problems)

    def note(self, problem: str) -> None:
        """Keep a problem, once."""
        if problem not in self.problems:
            self.problems.append(problem)

    def has(self, keyword: str) -> bool:
        """Tell whether the element is there, empty or not."""
        return Tag(keyword) in self.dataset

    def texts(self, keyword: str) -> tuple[str, ...]:
        """Return all values as stripped text; () when absent or empty."""
        return tuple(text for value in self._values(keyword) if (text := str(value).strip(" \0")))

    def text(self, keyword: str) -> str | None:
        """Return the first value as stripped text."""
        return next(iter(self.texts(keyword)), None)

    def numbers(self, keyword: str) -> tuple[float, ...]:
        """Return all values as finite numbers; () when absent, empty, or one of them is no number."""
        try:
            numbers = tuple(float(text) for text in self.texts(keyword))
        except ValueError:
            self.note(f"{describe(keyword)} is {self._shown(keyword)}, which is no number; it was ignored.")
            return ()
        if not all(math.isfinite(number) for number in numbers):
            self.note(f"{describe(keyword)} is {self._shown(keyword)}, which is not finite; it was ignored.")
            return ()
        return numbers

    def number(self, keyword: str) -> float | None:
        """Return the first value as a finite number."""
        return next(iter(self.numbers(keyword)), None)

    def integer(self, keyword: str) -> int | None:
        """Return the first value as an integer."""
        number = self.number(keyword)
        if number is None or number == int(number):
            return None if number is None else int(number)
        self.note(f"{describe(keyword)} is {self._shown(keyword)}, which is no integer; it was ignored.")
        return None

    def positive(self, keyword: str) -> float | None:
        """Return the first value if it is a number above zero."""
        number = self.number(keyword)
        if number is None or number > 0:
            return number
        self.note(f"{describe(keyword)} is {self._shown(keyword)}, which is not above zero; it was ignored.")
        return None

    def uid(self, keyword: str) -> str:
        """Return a UID as it stands, valid or not; "" when absent."""
        uid = self.text(keyword) or ""
        if not uid:
            self.note(f"{describe(keyword)} is missing.")
        elif len(uid) > 64 or not VALID_UID.fullmatch(uid):
            self.note(f"{describe(keyword)} is {self._shown(keyword)}, no valid UID; it is used as it is.")
        return uid

    def items(self, keyword: str) -> tuple["Values", ...]:
        """Return the items of a sequence; () when absent or no sequence."""
        if not self.has(keyword):
            return ()
        try:
            value = self.dataset[Tag(keyword)].value
        except MALFORMED:
            value = None
        if isinstance(value, Sequence):
            return tuple(Values(item, self.problems) for item in value)
        self.note(f"{describe(keyword)} is no readable sequence; it was ignored.")
        return ()

    def _values(self, keyword: str) -> list[object]:
        tag = Tag(keyword)
        if tag not in self.dataset:
            return []
        try:
            raw = self.dataset.get_item(tag)
            if isinstance(raw, RawDataElement) and _vr(raw) in TEXT_VRS:
                return list((raw.value or b"").decode("latin-1").split("\\"))
            value = self.dataset[tag].value
        except MALFORMED:
            self.note(f"{describe(keyword)} cannot be read; it was ignored.")
            return []
        if value is None:
            return []
        return list(value) if isinstance(value, MultiValue | list | tuple) else [value]

    def _shown(self, keyword: str) -> str:
        return repr("\\".join(self.texts(keyword))[:64])


def describe(keyword: str) -> str:
    """Return 'FrameTime (0018,1063)'."""
    tag = Tag(keyword)
    return f"{keyword} ({tag.group:04X},{tag.element:04X})"


def _vr(raw: RawDataElement) -> str:
    """Return the VR, by the dictionary where the file does not say it."""
    if raw.VR not in (None, "UN") or not dictionary_has_tag(raw.tag):
        return raw.VR or "UN"
    return dictionary_VR(raw.tag)
