"""Finds the labels that somebody may have meant by what was said."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

from lib.labels.hearing import SEGMENT, heard_words
from lib.labels.table import Label, LabelTable

MOST: Final = 5
"""So many candidates at most: more is no help."""

_LEAST: Final = 0.5
"""A score below this is no match."""
_BESIDE_BEST: Final = 0.7
"""What is worse than this part of the best is not shown beside it."""

_LIGHT: Final = frozenset({"artery", "arteries", "coronary", "branch", "vessel", "from", "of", SEGMENT})
_LIGHT_WEIGHT: Final = 0.3
"""Words that say little: with or without "artery", it is the same vessel."""

_OPPOSITES: Final = (
    frozenset({"left", "right"}),
    frozenset({"proximal", "mid", "distal"}),
    frozenset({"anterior", "posterior"}),
    frozenset({"internal", "external", "common"}),
    frozenset({"medial", "lateral"}),
)
_CONTRADICTION: Final = 0.5

_SHORTEST_UNSURE: Final = 4
"""Shorter words are right or wrong: SFA and CFA are two vessels."""
_ALIKE: Final = 0.8
"""From here on two longer words may be the same, misheard."""
_ALIKE_AS_ONE: Final = 0.85
_UNSURE: Final = 0.9
"""What a match that ignores where words begin is worth."""


@dataclass(frozen=True)
class Candidate:
    """A label that may be meant, and how well it fits: 1.0 is one of its names, word by word."""

    label: Label
    score: float


def match_labels(text: str, table: LabelTable) -> list[Candidate]:
    """Return the labels that a spoken or typed text may mean, best first; none where nothing fits."""
    words = heard_words(text)
    if not words:
        return []
    scores = [Candidate(label, _score(words, label)) for label in table]
    best = max((candidate.score for candidate in scores), default=0.0)
    least = max(_LEAST, best * _BESIDE_BEST)
    found = [candidate for candidate in scores if candidate.score >= least]
    return sorted(found, key=lambda candidate: (-candidate.score, candidate.label.index))[:MOST]


def _score(words: tuple[str, ...], label: Label) -> float:
    return max(_likeness(words, heard_words(name)) for name in label.all_names())


@lru_cache(maxsize=8192)
def _likeness(words: tuple[str, ...], name: tuple[str, ...]) -> float:
    """Return how alike what was said and a name are, 0 to 1."""
    if words == name:
        return 1.0
    by_words, as_one = _by_words(words, name), _as_one(words, name)
    contradicts = any(
        (said := group.intersection(words)) and (named := group.intersection(name)) and said != named
        for group in _OPPOSITES
    )
    return round(max(by_words, as_one) * (_CONTRADICTION if contradicts else 1.0), 2)


def _by_words(words: Sequence[str], name: Sequence[str]) -> float:
    """Return the harmonic mean of the part of the words that the name has, and of the name that was said."""
    said, named = _found(words, name), _found(name, words)
    return 2 * said * named / (said + named) if said and named else 0.0


def _found(words: Sequence[str], among: Sequence[str]) -> float:
    """Return the part of the words that others have, by their weight."""
    weights = [_LIGHT_WEIGHT if word in _LIGHT else 1.0 for word in words]
    alike = [max((_alike(word, other) for other in among), default=0.0) for word in words]
    return sum(weight * part for weight, part in zip(weights, alike, strict=True)) / sum(weights)


def _alike(one: str, other: str) -> float:
    if one == other:
        return 1.0
    if min(len(one), len(other)) < _SHORTEST_UNSURE or one[0].isdecimal() or other[0].isdecimal():
        return 0.0
    return _ratio(one, other)


def _as_one(words: Sequence[str], name: Sequence[str]) -> float:
    """Return how alike both are without blanks, where they were heard as other words; numbers must agree."""
    if len(words) == len(name) or _numbers(words) != _numbers(name):
        return 0.0
    one, other = "".join(words), "".join(name)
    if one == other:
        return 1.0
    ratio = 0.0 if min(len(one), len(other)) < _SHORTEST_UNSURE else _ratio(one, other)
    return ratio * _UNSURE if ratio >= _ALIKE_AS_ONE else 0.0


@lru_cache(maxsize=8192)
def _ratio(one: str, other: str) -> float:
    """Return the part of the letters that two words share in order, 0 where they are not alike."""
    matcher = SequenceMatcher(None, one, other)
    bounds = (matcher.real_quick_ratio, matcher.quick_ratio)
    return 0.0 if any(bound() < _ALIKE for bound in bounds) or matcher.ratio() < _ALIKE else matcher.ratio()


def _numbers(words: Sequence[str]) -> list[str]:
    return [word for word in words if word[0].isdecimal()]
