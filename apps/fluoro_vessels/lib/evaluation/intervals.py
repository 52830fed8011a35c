"""Bootstrap intervals: what the figures would be with other subjects.

Frames of one subject resemble each other, so whole subjects are drawn, not frames.

Paper: Efron and Tibshirani 1993, An Introduction to the Bootstrap, doi:10.1201/9780429246593 (percentile
interval).
"""

from collections.abc import Sequence
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

N_RESAMPLES: Final = 1000
SEED: Final = 20211
LIMITS: Final = (2.5, 97.5)


class Named(Protocol):
    """What is scored: it has a name and shows somebody."""

    @property
    def name(self) -> str:
        """What people find it by."""

    @property
    def subject(self) -> str:
        """Who it shows."""


def clusters(scored: Sequence[Named]) -> list[str]:
    """Return what is drawn together: subjects, or single ones where there is one subject only."""
    subjects = [one.subject for one in scored]
    return subjects if len(set(subjects)) > 1 else [one.name for one in scored]


class Resamples:
    """Sets of subjects drawn with replacement, the same for every figure."""

    def __init__(self, subjects: Sequence[str]) -> None:
        """Draw the sets.

        Args:
            subjects: Of each frame, in the frames' order.
        """
        names, self._subject = np.unique(np.array(subjects), return_inverse=True)
        random = np.random.default_rng(SEED)
        self._times = random.multinomial(len(names), np.full(len(names), 1 / len(names)), N_RESAMPLES)

    def of_mean(self, values: NDArray[np.float64]) -> tuple[float, float]:
        """Return the 95 % interval of the mean over frames; `values` is (n,)."""
        n_subjects = self._times.shape[1]
        sums = self._times @ np.bincount(self._subject, values, n_subjects)
        counts = self._times @ np.bincount(self._subject, minlength=n_subjects)
        return _limits(sums / counts)

    def of_percentile(self, values: NDArray[np.float64], percent: float) -> tuple[float, float]:
        """Return the 95 % interval of a percentile over frames; `values` is (n,)."""
        order = np.argsort(values)
        ordered, subject = values[order], self._subject[order]
        drawn = [np.percentile(np.repeat(ordered, times[subject]), percent) for times in self._times]
        return _limits(np.array(drawn))


def _limits(drawn: NDArray[np.float64]) -> tuple[float, float]:
    low, high = np.percentile(drawn, LIMITS)
    return float(low), float(high)
