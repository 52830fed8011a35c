"""Cleans what people typed: only what is known to be harmless stays.

There are two ways. `describe` is for texts that people write into (descriptors, comments, report texts):
words that are in no list of safe words go, so that a name that nobody announced goes too. `guard` is for
texts of machines (manufacturer, model, code meanings): only names and numbers that are known, and what looks
like one, go.

DICOM: Clean Descriptors Option, PS3.15 E.3.5, with its note 2.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from lib.privacy.patterns import (
    AFTER_LEAD,
    AFTER_MISS,
    AFTER_PATIENT,
    AFTER_TITLE,
    AGES,
    ALWAYS,
    BESIDE,
    GUARDED,
    OWN_SHAPE,
    PAIR,
)
from lib.privacy.words import WORD, folded, safe_words

GAP: Final = "\0"
TOKEN: Final = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
LONGEST_NUMBER: Final = 4
LONGEST_CODE: Final = 3
SIZES: Final = re.compile(r"\d{1,4}(?:x\d{1,4}){1,2}(?:mm|cm)?")
CODE: Final = re.compile(
    rf"[a-z]{{1,{LONGEST_CODE}}}\d{{1,{LONGEST_CODE}}}[a-z]?|\d{{1,4}}[a-z]{{1,{LONGEST_CODE}}}\d?"
)
"""6F, JL4 and 15fps say nothing of a person; a longer one may be a number of somebody."""

NAMED: Final = ((AFTER_MISS, 2), (AFTER_TITLE, 1), (AFTER_PATIENT, 1), (AFTER_LEAD, 0), (PAIR, 0))
"""Where names stand, and how many words there are names whatever they mean."""

WHOLE_PART: Final = 4
"""A known name of so many letters is also found inside a longer word."""


@dataclass(frozen=True)
class TextCleaner:
    """Cleans the texts of one patient.

    Attributes:
        known: Names and numbers of the patient (`known_in`).
        more_words: Words of the site that are safe too, folded.
        keeps_ages: Whether ages may stay (Retain Patient Characteristics).
    """

    known: frozenset[str] = frozenset()
    more_words: frozenset[str] = frozenset()
    keeps_ages: bool = False
    _numbers: tuple[re.Pattern[str], ...] = field(init=False, repr=False)
    _parts: tuple[str, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        numbers = sorted((word for word in self.known if not word.isalpha()), key=len, reverse=True)
        parts = tuple(word for word in self.known if word.isalpha() and len(word) >= WHOLE_PART)
        object.__setattr__(self, "_numbers", tuple(_exactly(number) for number in numbers))
        object.__setattr__(self, "_parts", parts)

    def describe(self, text: str) -> str:
        """Return a text that somebody typed with nothing but safe words and small numbers."""
        left = self._without(text, (*ALWAYS, *(() if self.keeps_ages else AGES), *OWN_SHAPE))
        for pattern, n_sure in NAMED:
            left = pattern.sub(partial(self._unnamed, n_sure=n_sure), left)
        left = TOKEN.sub(lambda found: found[0] if self._is_safe(found[0]) else GAP, left)
        return _tidy(BESIDE.sub(GAP, left), text)

    def guard(self, text: str) -> str:
        """Return a text of a machine without known names and numbers and what looks like one of a person."""
        left = self._without(text, GUARDED)
        return _tidy(TOKEN.sub(lambda found: GAP if self._is_known(found[0]) else found[0], left), text)

    def is_clean(self, text: str) -> bool:
        """Tell whether no known name or number is in a text; common words are let pass."""
        if any(number.search(text.casefold()) for number in self._numbers):
            return False
        words = [folded(word) for word in WORD.findall(text)]
        return not any(word in self.known and word not in safe_words() for word in words)

    def _without(self, text: str, patterns: Iterable[re.Pattern[str]]) -> str:
        """Return the text with gaps where known numbers and patterns were."""
        left = text
        for number in self._numbers:
            left = number.sub(GAP, left)
        for pattern in patterns:
            left = pattern.sub(GAP, left)
        return left

    def _unnamed(self, found: re.Match[str], n_sure: int) -> str:
        """Return what a pattern found without the name: `n_sure` words, and all up to the last unsafe one."""
        groups = found.groupdict()
        start = found.start("names") - found.start()
        tokens = list(TOKEN.finditer(found[0], start))
        wrong = [place for place, token in enumerate(tokens) if not self._is_safe(token[0])]
        n_words = max(n_sure, wrong[-1] + 1 if wrong else 0)
        if not n_words:
            return found[0]
        return (groups.get("kept") or "") + GAP + found[0][tokens[n_words - 1].end() :]

    def _is_safe(self, token: str) -> bool:
        """Tell whether a token is a safe word, a small number, a size, or a code as devices have it."""
        if self._is_known(token):
            return False
        if token.isdecimal():
            return len(token) <= LONGEST_NUMBER
        small = folded(token)
        if any(sign.isdigit() for sign in token) and (CODE.fullmatch(small) or SIZES.fullmatch(small)):
            return True
        are_words = all(word in safe_words() or word in self.more_words for word in WORD.findall(small))
        return are_words and sum(sign.isdigit() for sign in token) <= LONGEST_CODE

    def _is_known(self, token: str) -> bool:
        """Tell whether a token is a known name, or has one inside without being a safe word itself."""
        word = folded(token)
        if word in self.known or any(part in self.known for part in map(folded, WORD.findall(token))):
            return True
        return word not in safe_words() and any(part in word for part in self._parts)


def _exactly(number: str) -> re.Pattern[str]:
    """Return what finds a number that is not a part of a longer one."""
    return re.compile(rf"(?<![^\W_]){re.escape(number)}(?![^\W_])", re.IGNORECASE)


def _tidy(text: str, before: str) -> str:
    """Close the gaps, with what stood between two of them; a text without gaps stays as it was."""
    if GAP not in text:
        return before
    closed = re.sub(r"[\s,;:_()/\-\u2013.'\"#^=&+\\\[\]]*\0[\s,;:_()/\-\u2013.'\"#^=&+\\\[\]\0]*", " ", text)
    return "\n".join(" ".join(line.split()) for line in closed.splitlines()).strip(" ,;:-/(")
