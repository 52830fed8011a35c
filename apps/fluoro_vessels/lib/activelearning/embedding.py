"""A run as a short vector, so that runs that look alike lie near to each other.

It takes no second network: the means of what the vessel network sees and says, over the whole picture, its
quarters and its sixteenths. So it knows how much vessel, catheter and bone there is and where, how strong the
contrast is, and how the collimator stands.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.networks.runtime import Probabilities
from lib.networks.stack import STACK

GRIDS: Final = (1, 2, 4)
"""Cells per side at each scale."""

SEEN: Final = tuple(STACK.index(name) for name in ("frame", "background", "local"))
"""The channels of the network's input that are pooled."""

N_NUMBERS: Final = (2 + len(SEEN)) * sum(n * n for n in GRIDS)
"""Length of an embedding of a network with two classes."""


def embedding_of(stack: NDArray[np.float32], probabilities: Probabilities) -> NDArray[np.float32]:
    """Return the vector of one frame, (d,) float32; that of a run is `joined`.

    Args:
        stack: (5, H, W), what the network saw.
        probabilities: (K, H, W), what it said; their roots are taken, as most are near 0.
    """
    blocks = [_pooled(np.abs(stack[n]) if n == STACK.index("local") else stack[n]) for n in SEEN]
    blocks += [np.sqrt(_pooled(plane)) for plane in probabilities]
    return np.concatenate([_unit(block) for block in blocks])


def joined(embeddings: list[NDArray[np.float32]]) -> NDArray[np.float32]:
    """Return the vector of a run from those of its frames: (d,) float32 of length 1, or 0 for no frames."""
    if not embeddings:
        return np.zeros(N_NUMBERS, np.float32)
    return _unit(np.mean(embeddings, axis=0))


def _pooled(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the means over the cells of all grids."""
    means = [cv2.resize(plane, (n, n), interpolation=cv2.INTER_AREA).ravel() for n in GRIDS]
    return np.asarray(np.concatenate(means), np.float32)


def _unit(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-6), np.float32)
