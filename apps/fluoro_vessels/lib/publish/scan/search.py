"""Looks for traces in a text, and in the bytes of a file, in a time that does not grow with their number."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from lib.publish.scan.findings import Kind
from lib.publish.scan.pieces import Piece
from lib.publish.scan.plain import plain, words
from lib.publish.scan.traces import Traces

UIDS: Final = re.compile(r"\d+(?:\.\d+){3,}")
RUNS: Final = re.compile(r"[^\W_]+")
"""Letters and digits that stand together."""
BYTE_RUNS: Final = re.compile(rb"[0-9A-Za-z]+")
DAYS_FIRST: Final = re.compile(r"(?<!\d)(\d{4})[.\-/]?(\d{2})[.\-/]?(\d{2})(?!\d)")
DAYS_LAST: Final = re.compile(r"(?<!\d)(\d{2})[.\-/](\d{2})[.\-/](\d{4})(?!\d)")

LONG: Final = 6
"""Names of so many letters are also found where others are stuck to them; shorter ones as whole words."""
FEW_DIGITS: Final = 7
"""Shorter numbers occur by chance among measured ones, so they count only where they are a whole value."""
HEADER_TEXT: Final = frozenset(("PN", "LO", "SH", "ST", "LT", "UT", "UC", "AE", "CS", "AS"))
DAYS: Final = frozenset(("DA", "DT"))


@dataclass(frozen=True)
class Search:
    """Knows what to look for.

    Attributes:
        traces: What the sources told.
        own_words: What the set says by itself, such as names of labels; a name that is one of them counts
            only where a name stands (VR PN).
    """

    traces: Traces
    own_words: frozenset[str] = field(default_factory=frozenset)

    def __call__(self, piece: Piece) -> Iterator[Kind]:
        """Yield what a text has of the traces, each kind once."""
        text = plain(piece.text)
        if self._has_name(text, piece.vr):
            yield Kind.NAME
        if self._has_number(text, piece.vr):
            yield Kind.NUMBER
        if not self.traces.uids.isdisjoint((*UIDS.findall(piece.text), piece.text.strip())):
            yield Kind.UID
        if not self.traces.births.isdisjoint(_days(piece.text)):
            yield Kind.BIRTH

    def in_bytes(self, data: bytes) -> Iterator[Kind]:
        """Yield what is in the bytes of a file: only what is too long to be there by chance."""
        small = data.lower()
        runs = set(BYTE_RUNS.findall(small))
        for kind, texts in self._long_bytes.items():
            if any(own <= runs and _stands_in(text, small) for text, own in texts.items()):
                yield kind

    def _has_name(self, text: str, vr: str) -> bool:
        said = words(text)
        found = self.traces.names.intersection(said)
        if vr != "PN":
            found -= self.own_words
        return bool(found) or any(part in self._long_names for word in said for part in _ends(word))

    def _has_number(self, text: str, vr: str) -> bool:
        if vr in HEADER_TEXT and text in self.traces.numbers and text not in self.own_words:
            return True
        beginnings = (self._long_numbers.get(run, ()) for run in RUNS.findall(text))
        return any(_follows(number, text) for numbers in beginnings for number in numbers)

    @cached_property
    def _long_names(self) -> frozenset[str]:
        return frozenset(name for name in self.traces.names - self.own_words if len(name) >= LONG)

    @cached_property
    def _long_numbers(self) -> Mapping[str, list[str]]:
        """Numbers by the letters or digits that they begin with."""
        found: dict[str, list[str]] = {}
        for number in self.traces.numbers - self.own_words:
            runs = RUNS.findall(number)
            if runs and not _is_short(number):
                found.setdefault(runs[0], []).append(number)
        return found

    @cached_property
    def _long_bytes(self) -> Mapping[Kind, Mapping[bytes, frozenset[bytes]]]:
        """For each kind the texts that are looked for, with the letters and digits that they consist of."""
        numbers = [one for one in self.traces.numbers if len(one) >= LONG and not _is_short(one)]
        kinds: dict[Kind, Collection[str]] = {
            Kind.NAME: self._long_names,
            Kind.NUMBER: set(numbers) - self.own_words,
            Kind.UID: self.traces.uids,
        }
        return {
            kind: {text.encode(): frozenset(BYTE_RUNS.findall(text.encode())) for text in texts}
            for kind, texts in kinds.items()
        }


def _is_short(number: str) -> bool:
    return number.isdigit() and len(number) < FEW_DIGITS


def _ends(word: str) -> Iterator[str]:
    """Yield every beginning and every end of a word that is long enough to be a name."""
    for length in range(LONG, len(word) + 1):
        yield word[:length]
        yield word[-length:]


def _follows(number: str, text: str) -> bool:
    """Tell whether a number stands in a text on its own, and is no part of a measured value."""
    return re.search(rf"(?<![\w.]){re.escape(number)}(?!\w)", text) is not None


def _stands_in(text: bytes, data: bytes) -> bool:
    """Tell whether small bytes stand in others between other signs."""
    return re.search(rb"(?<![0-9a-z.])" + re.escape(text) + rb"(?![0-9a-z.])", data) is not None


def _days(text: str) -> Iterator[str]:
    """Yield the days in a text as YYYYMMDD, in every order in which people write them."""
    for year, month, day in DAYS_FIRST.findall(text):
        yield year + month + day
    for first, second, year in DAYS_LAST.findall(text):
        yield year + second + first
        yield year + first + second
