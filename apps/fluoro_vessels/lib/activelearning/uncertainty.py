"""How unsure a network is of a frame: its entropy there, and what the next frame contradicts."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.networks.runtime import Probabilities

PROBABLE: Final = 0.1
"""From this probability on a pixel is probably of a class, so thin and pale branches count too."""

ENOUGH_SHARE: Final = 0.001
"""Of the picture: a class that is seen on less hardly counts, as a few stray pixels say nothing."""

STEP_SHARE: Final = 1 / 40
"""Of the longer side: so far a vessel moves from one frame to the next."""

ENTROPY_WEIGHT: Final = 0.7
"""Of the entropy; the rest is that of the disagreement in time."""


def frame_uncertainty(probabilities: Probabilities, neighbour: Probabilities | None) -> float:
    """Return how unsure a network is of a frame, from 0 to 1.

    Args:
        probabilities: (K, H, W) of the frame; the first plane is vessel.
        neighbour: Those of the frame after or before it, None for a run of one frame.
    """
    entropy = class_entropy(probabilities)
    if neighbour is None:
        return entropy
    return ENTROPY_WEIGHT * entropy + (1 - ENTROPY_WEIGHT) * disagreement(probabilities[0], neighbour[0])


def class_entropy(probabilities: Probabilities) -> float:
    """Return the entropy, from 0 to 1, averaged within each class and then over the classes that are seen.

    The mean over a whole picture would say how much of it is vessel, as nobody is unsure of the background;
    and a mean over all that is seen would say how unsure the network is of the largest class.

    Args:
        probabilities: (K, H, W).
    """
    enough = ENOUGH_SHARE * probabilities[0].size
    entropies, weights = [], []
    for plane in probabilities:
        probable = plane[plane >= PROBABLE]
        entropies.append(float(_entropy(probable).mean()) if probable.size else 0.0)
        weights.append(probable.size / (probable.size + enough))
    return float(np.dot(entropies, weights) / max(sum(weights), 1.0))


def disagreement(vessel: NDArray[np.float32], neighbour: NDArray[np.float32]) -> float:
    """Return the share, from 0 to 1, of the vessels of two frames that is not near a vessel of the other.

    Args:
        vessel: (H, W), probability of vessel.
        neighbour: (H, W), the same one frame later or earlier.
    """
    reach = 2 * round(max(vessel.shape) * STEP_SHARE) + 1
    box = np.ones((reach, reach), np.uint8)
    return (_missing(vessel, cv2.dilate(neighbour, box)) + _missing(neighbour, cv2.dilate(vessel, box))) / 2


def _missing(vessel: NDArray[np.float32], near: NDArray[np.float32] | cv2.typing.MatLike) -> float:
    """Return what share of the vessel has none near it; few pixels hardly count."""
    lost = np.where(vessel >= PROBABLE, np.maximum(vessel - near, 0), 0)
    seen = float(vessel[vessel >= PROBABLE].sum())
    return float(lost.sum()) / (seen + ENOUGH_SHARE * vessel.size)


def _entropy(probability: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the entropy in bits of a yes or no."""
    p = np.clip(probability, 1e-6, 1 - 1e-6)
    return np.asarray(-(p * np.log2(p) + (1 - p) * np.log2(1 - p)), np.float32)
