"""How far runs lie from those that are labelled already: in looks, in patients and in views of the C-arm."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lib.activelearning.run_score import RunScore

MOST_ANCHORS: Final = 500
"""Labelled runs that are compared with each run; of more, the newest."""

LEAST_DISTANCE: Final = 1e-3
"""So near at least: of two runs that look the same, one may still be drawn."""

MOST_SPREADS: Final = 3.0
"""A number of an embedding counts at most so many standard deviations; a broken run lies far off."""


class Coverage:
    """Knows for each run of a pool how new it would be; what is picked is covered from then on."""

    def __init__(self, pool: Sequence[RunScore], labelled: Sequence[RunScore]) -> None:
        """Compare a pool with the runs that are labelled, oldest first."""
        self._patients = _Counted([run.patient for run in pool], [run.patient for run in labelled])
        self._groups = _Counted([run.angle_group for run in pool], [run.angle_group for run in labelled])
        anchors = labelled[-MOST_ANCHORS:]
        places = _standardised([run.embedding for run in (*pool, *anchors)])
        self._places, others = places[: len(pool)], places[len(pool) :]
        self._nearest = np.full(len(pool), np.inf, np.float32)
        if len(others):
            self._nearest = np.asarray(_squares(self._places, others).min(axis=1), np.float32)

    def newness(self) -> NDArray[np.float64]:
        """Return how new each run is, above 0: the squared distance to the nearest run that is covered.

        It is divided by how many runs of the patient are covered, and by the root of how many of the view.
        """
        far = np.where(np.isinf(self._nearest), 1.0, np.maximum(self._nearest, LEAST_DISTANCE))
        return np.asarray(far / ((1 + self._patients.counts) * np.sqrt(1 + self._groups.counts)), np.float64)

    def cover(self, number: int) -> None:
        """Count a run of the pool as labelled."""
        self._patients.add(number)
        self._groups.add(number)
        distance = _squares(self._places, self._places[number : number + 1])[:, 0]
        self._nearest = np.minimum(self._nearest, distance)


class _Counted:
    """How many covered runs share a name with each run of a pool; "" is no name."""

    def __init__(self, names: Sequence[str], covered: Sequence[str]) -> None:
        known = Counter(name for name in covered if name)
        self._names = np.array(names, object)
        self.counts = np.array([known[name] for name in names], np.float64)

    def add(self, number: int) -> None:
        """Count a run of the pool as covered."""
        name = self._names[number]
        if name:
            self.counts += self._names == name


def _standardised(embeddings: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    """Return (n, d) with mean 0 and spread 1 of each number, so that none outweighs the others."""
    if not embeddings:
        return np.zeros((0, 1), np.float32)
    places = np.stack(embeddings).astype(np.float32)
    places -= places.mean(axis=0)
    places /= np.maximum(places.std(axis=0), 1e-6)
    np.clip(places, -MOST_SPREADS, MOST_SPREADS, out=places)
    return places / np.float32(np.sqrt(places.shape[1]))


def _squares(places: NDArray[np.float32], anchors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return (n, m), the squared distances."""
    lengths = np.einsum("nd,nd->n", places, places)[:, None] + np.einsum("md,md->m", anchors, anchors)
    return np.asarray(np.maximum(lengths - 2 * places @ anchors.T, 0), np.float32)
