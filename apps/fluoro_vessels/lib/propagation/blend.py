"""Mixes what the keys on both sides of a frame say about it."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lib.propagation.tracker import Guess, MaskImage

FULL: Final = 255
"""A score of 1; scores are kept as bytes, so that a long run stays small."""

HALF: Final = FULL / 2
LEAST_WEIGHT: Final = 1e-3
"""A guess without any confidence still counts where there is no other."""


@dataclass(frozen=True)
class _Share:
    score: NDArray[np.uint8]
    weight: float
    confidence: float


class Blend:
    """Guesses of a run, at most two for a frame; the nearer and the surer key says more."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self._shape = shape
        self._shares: dict[int, _Share] = {}

    def add(self, guess: Guess, nearness: float) -> None:
        """Mix a guess in; `nearness` in (0, 1] tells how near its key is, beside that of the other side."""
        score = np.asarray(np.rint(guess.score * FULL), np.uint8)
        weight = nearness * max(guess.confidence, LEAST_WEIGHT)
        share = _Share(score, weight, guess.confidence)
        other = self._shares.get(guess.t)
        self._shares[guess.t] = share if other is None else _mixed(other, share)

    def times(self) -> set[int]:
        """Return the frames that have a guess."""
        return set(self._shares)

    def mask(self, t: int) -> MaskImage:
        """Return (H, W), the mask of a frame."""
        return np.asarray(self._shares[t].score >= HALF, np.bool_)

    def confidence(self, t: int) -> float:
        """Return that of a frame, in [0, 1]."""
        return self._shares[t].confidence


def _mixed(one: _Share, other: _Share) -> _Share:
    """Return the weighted mean of two guesses; where their masks differ they are less sure."""
    weight = one.weight + other.weight
    share = other.weight / weight
    score = np.asarray(np.rint(one.score * (1 - share) + other.score * share), np.uint8)
    confidence = one.confidence * (1 - share) + other.confidence * share
    return _Share(score, weight, confidence * _agreement(one.score, other.score))


def _agreement(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """Return the Dice of two scores' masks, 1 where both are empty."""
    first, second = one >= HALF, other >= HALF
    total = int(first.sum()) + int(second.sum())
    return 2 * int((first & second).sum()) / total if total else 1.0
