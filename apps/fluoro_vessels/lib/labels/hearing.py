"""What somebody said, as words that can be compared.

Speech recognition writes letters and numbers in many ways: "L A D", "el ay dee", "number six", "segment 6".
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

SEGMENT: Final = "segment"
"""Stands before the number of a SYNTAX segment, whatever was said."""

_TOKEN: Final = re.compile(r"\d+(?:st|nd|rd|th)?[a-c]?(?![^\W\d_])|\d+|[^\W\d_]+")
_NUMBER: Final = re.compile(r"(\d+)(?:st|nd|rd|th)?([a-c]?)")

_CARDINALS: Final = """
    one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
"""
_ORDINALS: Final = """
    first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth
    fifteenth sixteenth
"""
_NUMBERS: Final = {
    word: str(number)
    for words in (_CARDINALS, _ORDINALS)
    for number, word in enumerate(words.split(), start=1)
}
_MAYBE_NUMBERS: Final = {
    "won": "1", "to": "2", "too": "2", "tree": "3", "for": "4", "fore": "4", "sex": "6", "sicks": "6",
    "ate": "8",
}  # fmt: skip
"""Numbers right after a word such as "segment" only."""

_CUES: Final = frozenset({"segment", "segments", "seg", "number", "numbers", "no", "nr", "syntax"})

_LETTERS: Final = {
    word: letter
    for letter, words in {
        "a": "ay eh aye", "b": "bee be", "c": "see sea cee", "d": "dee de", "e": "ee", "f": "ef eff",
        "g": "gee jee", "h": "aitch", "i": "eye", "j": "jay", "k": "kay", "l": "el ell elle", "m": "em",
        "n": "en", "o": "oh owe", "p": "pee pea", "q": "cue queue", "r": "are ar our", "s": "es ess",
        "t": "tee tea", "u": "you", "v": "vee", "x": "ex", "y": "why", "z": "zee zed",
    }.items()
    for word in words.split()
}  # fmt: skip
"""How letters sound; they count only beside other letters, or as a, b, c after a number."""

_SAME: Final = {
    "prox": "proximal", "dist": "distal", "middle": "mid", "diag": "diagonal", "circ": "circumflex",
    "lt": "left", "rt": "right", "led": "lad", "ladd": "lad", "arca": "rca", "orca": "rca",
}  # fmt: skip

_FILLING: Final = "the an this is it its that now and please label labels uh um er mark select draw show use"
_FILLERS: Final = frozenset(_FILLING.split())


@lru_cache(maxsize=4096)
def heard_words(text: str) -> tuple[str, ...]:
    """Return a text as words: "The proximal el ay dee" is proximal, lad; "number six" is segment, 6."""
    words = [word for word in _tokens(text) if word not in _FILLERS]
    words = list(_joined_letters(_numbered(words)))
    words = [_SAME.get(word, word) for word in words]
    if len(words) == 1 and words[0][0].isdecimal():
        return SEGMENT, words[0]
    return tuple(words)


def _tokens(text: str) -> list[str]:
    folded = text.casefold().replace("double you", "w").replace("double-u", "w")
    return _TOKEN.findall(folded)


def _numbered(words: Sequence[str]) -> Iterator[str]:
    """Yield the words with numbers as digits, "9 a" as "9a", and one "segment" for the cues before them."""
    at = 0
    while at < len(words):
        n_cues = _count_cues(words, at)
        number = _number(words, at + n_cues, is_cued=n_cues > 0)
        if number is None:
            yield words[at]
            at += 1
            continue
        if n_cues:
            yield SEGMENT
        text, n_words = number
        yield text
        at += n_cues + n_words


def _count_cues(words: Sequence[str], at: int) -> int:
    return next((n for n, word in enumerate(words[at:]) if word not in _CUES), len(words) - at)


def _number(words: Sequence[str], at: int, *, is_cued: bool) -> tuple[str, int] | None:
    """Return the number at a place and how many words it takes, None where there is none."""
    if at >= len(words):
        return None
    word = words[at]
    if match := _NUMBER.fullmatch(word):
        digits, letter = str(int(match[1])), match[2]
    else:
        digits, letter = _NUMBERS.get(word) or (_MAYBE_NUMBERS.get(word) if is_cued else None) or "", ""
    if not digits:
        return None
    after = _letter(words[at + 1]) if at + 1 < len(words) and not letter else None
    return (digits + after, 2) if after in ("a", "b", "c") else (digits + letter, 1)


def _letter(word: str) -> str | None:
    return word if len(word) == 1 and word.isalpha() else _LETTERS.get(word)


def _joined_letters(words: Iterator[str]) -> Iterator[str]:
    """Yield the words with letters that stand side by side as one word: l, a, d is lad."""
    run: list[str] = []
    for word in words:
        if _letter(word) is not None:
            run.append(word)
            continue
        yield from _joined(run)
        run = []
        yield word
    yield from _joined(run)


def _joined(run: Sequence[str]) -> list[str]:
    return ["".join(_letter(word) or "" for word in run)] if len(run) > 1 else list(run)
