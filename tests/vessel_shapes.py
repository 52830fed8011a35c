"""Masks of tubes whose middle lines and radii are known to a fraction of a pixel."""

from collections.abc import Sequence

import numpy as np
from scipy.spatial import cKDTree

Tube = tuple[Sequence[tuple[float, float]], float]
"""Corners (y, x) of the middle line, and the radius in pixels."""

STEP_PX = 0.2


def middle(corners: Sequence[tuple[float, float]]) -> np.ndarray:
    """Return (N, 2) places along a line, close together."""
    points = np.asarray(corners, float)
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    wanted = np.linspace(0.0, along[-1], round(along[-1] / STEP_PX) + 1)
    return np.stack([np.interp(wanted, along, points[:, axis]) for axis in (0, 1)], axis=1)


def tubes(*drawn: Tube, shape: tuple[int, int] = (200, 200)) -> np.ndarray:
    """Return (H, W) bool: the pixels whose middles lie in a tube."""
    mask = np.zeros(shape, bool)
    grid = np.indices(shape).reshape(2, -1).T
    for corners, radius in drawn:
        away, _ = cKDTree(middle(corners)).query(grid, distance_upper_bound=radius + 1)
        mask |= (away <= radius).reshape(shape)
    return mask


def wave(amplitude: float = 15.0, length: float = 160.0) -> list[tuple[float, float]]:
    """Return a line that winds across the picture."""
    x = np.linspace(20, 20 + length, 200)
    return list(zip(100 + amplitude * np.sin(x / 25), x, strict=True))


def distances(line: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Return how far each place of one line is from the other line."""
    return np.asarray(cKDTree(truth).query(line)[0])
