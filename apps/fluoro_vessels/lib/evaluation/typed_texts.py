"""How well texts that people type are cleaned: phrases in which somebody marked by hand what has to go.

A phrase is a line such as `{Oyelaran} left coronary, <Dr.> {King}`: what stands in braces has to go, what
stands in angle brackets may stay or go, all other words should stay.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from lib.privacy.words import folded

MARKS: Final = re.compile(r"\{(?P<secret>[^}]*)\}|<(?P<either>[^>]*)>")
PIECE: Final = re.compile(r"[^\W_]+")
WORD: Final = re.compile(r"[^\W\d_]{2,}")
SHORTEST_PIECE: Final = 3
"""A digit or two that are left of a date or a number tell nothing; a name of two letters does."""


@dataclass(frozen=True)
class Phrase:
    """A text as somebody typed it.

    Attributes:
        text: Without marks.
        secrets: What has to go.
        words: What should stay, folded.
        rest: All pieces that are no part of a secret, folded, with repetitions.
    """

    text: str
    secrets: tuple[str, ...]
    words: tuple[str, ...]
    rest: tuple[str, ...]


@dataclass(frozen=True)
class CleanedPhrase:
    """What became of a phrase: the secrets that are left, and the words that were lost."""

    phrase: Phrase
    cleaned: str
    left: tuple[str, ...]
    lost: tuple[str, ...]


def read_phrases(text: str) -> list[Phrase]:
    """Return the phrases of a list; lines that begin with # are remarks."""
    lines = (line.strip() for line in text.splitlines())
    return [_phrase(line) for line in lines if line and not line.startswith("#")]


def clean_phrases(phrases: Sequence[Phrase], describe: Callable[[str], str]) -> list[CleanedPhrase]:
    """Clean phrases and look at what is left."""
    return [_looked_at(phrase, describe(phrase.text)) for phrase in phrases]


def figures_of(cleaned: Sequence[CleanedPhrase]) -> dict[str, Any]:
    """Return figures in JSON types, and each phrase in which a secret is left."""
    n_secrets = sum(len(one.phrase.secrets) for one in cleaned)
    n_left = sum(len(one.left) for one in cleaned)
    n_words = sum(len(one.phrase.words) for one in cleaned)
    n_lost = sum(len(one.lost) for one in cleaned)
    return {
        "n_phrases": len(cleaned),
        "n_secrets": n_secrets,
        "gone_percent": _percent(n_secrets - n_left, n_secrets),
        "n_words": n_words,
        "kept_percent": _percent(n_words - n_lost, n_words),
        "left": [{"text": one.phrase.text, "cleaned": one.cleaned} for one in cleaned if one.left],
        "lost": Counter(word for one in cleaned for word in one.lost),
    }


def _phrase(line: str) -> Phrase:
    secrets = tuple(found["secret"] for found in MARKS.finditer(line) if found["secret"])
    text = MARKS.sub(lambda found: found["secret"] or found["either"] or "", line)
    plain = MARKS.sub("\n", line)
    rest = MARKS.sub(lambda found: found["either"] or "\n", line)
    words = tuple(folded(word) for word in WORD.findall(plain))
    return Phrase(text, secrets, words, tuple(folded(piece) for piece in PIECE.findall(rest)))


def _looked_at(phrase: Phrase, cleaned: str) -> CleanedPhrase:
    pieces = [folded(piece) for piece in PIECE.findall(cleaned)]
    surplus = Counter(pieces) - Counter(phrase.rest)
    left = tuple(secret for secret in phrase.secrets if _is_left(secret, surplus))
    return CleanedPhrase(phrase, cleaned, left, tuple((Counter(phrase.words) - Counter(pieces)).elements()))


def _is_left(secret: str, surplus: Counter[str]) -> bool:
    """Tell whether a piece of a secret that tells something is left, or all of it."""
    pieces = [folded(piece) for piece in PIECE.findall(secret)]
    telling = [
        piece for piece in pieces if len(piece) >= SHORTEST_PIECE or (len(piece) > 1 and piece.isalpha())
    ]
    return any(surplus[piece] for piece in telling) or (
        bool(pieces) and all(surplus[piece] for piece in pieces)
    )


def _percent(n: int, n_all: int) -> float:
    return round(100 * n / max(n_all, 1), 1)
