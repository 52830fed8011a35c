"""Where in the picture there is anatomy: collimator leaves and round borders are left out."""

from collections.abc import Sequence
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

TOLERANCE: Final = 0.01
"""Share of the range of values within which a border counts as constant."""

SHARE_LIMITS: Final = (0.02, 0.7)
"""Less border than the first is not worth leaving out; more than the second is no border but the picture."""

EDGE_SHARE: Final = 0.1
"""A value that less of the edge has belongs to no border."""


def field_of_view(samples: Sequence[NDArray[np.float32]]) -> NDArray[np.bool_]:
    """Return (H, W), true where the picture shows anatomy.

    A border is what touches the edge of the picture, never changes through the run, and has one value: the
    darkest or brightest there is, or that of much of the edge, as the grey around a subtracted picture.

    Args:
        samples: Some (H, W) frames of the run, in any unit.
    """
    darkest, brightest = np.minimum.reduce(samples), np.maximum.reduce(samples)
    low, high = float(darkest.min()), float(brightest.max())
    tolerance = max(high - low, 1e-6) * TOLERANCE
    border = np.zeros(darkest.shape, bool)
    for level in (low, high, *_level_of_the_edge(darkest, brightest, tolerance)):
        constant = (np.abs(darkest - level) <= tolerance) & (np.abs(brightest - level) <= tolerance)
        border |= _touching_the_edge(constant)
    share = float(border.mean())
    return ~border if SHARE_LIMITS[0] <= share <= SHARE_LIMITS[1] else np.ones_like(border)


def _level_of_the_edge(
    darkest: NDArray[np.float32], brightest: NDArray[np.float32], tolerance: float
) -> list[float]:
    """Return the value that much of the picture's edge has all the time, if there is one."""
    edge = _edge(darkest)
    still = edge[_edge(brightest) - edge <= tolerance]
    if not len(still):
        return []
    bins = np.floor((still - still.min()) / tolerance).astype(np.int64)
    commonest = still[bins == np.bincount(bins).argmax()]
    return [float(np.median(commonest))] if len(commonest) >= EDGE_SHARE * len(edge) else []


def _edge(picture: NDArray[Any]) -> NDArray[Any]:
    """Return the values of the outermost rows and columns."""
    return np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])


def _touching_the_edge(region: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Keep the connected parts of a region that reach the edge of the picture."""
    _, parts = cv2.connectedComponents(region.astype(np.uint8), connectivity=4)
    edge = _edge(parts)
    return region & np.isin(parts, np.unique(edge[edge > 0]))
