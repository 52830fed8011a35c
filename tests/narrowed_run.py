"""A run with one vessel that is half as wide in its middle, and that vessel's mask."""

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from tests.builders import build_xa

N_FRAMES, ROWS, COLUMNS = 3, 256, 320
ROW, NARROW = 120, 160
"""The vessel runs along this row, and is narrowest in this column."""
RADIUS_PX, LEAST_PX = 7.0, 3.5
MAGNIFICATION = 1000 / 750
"""That of the distances in the header of `build_xa`."""


def radii() -> NDArray[np.float64]:
    """Return the vessel's radius in each column."""
    x = np.arange(COLUMNS)
    return RADIUS_PX - (RADIUS_PX - LEAST_PX) * np.exp(-(((x - NARROW) / 14) ** 2))


def narrowed_run() -> Dataset:
    """Return a run with a vessel that is half as wide in its middle."""
    random = np.random.default_rng(3)
    y = np.abs(np.arange(ROWS)[:, None] - ROW)
    chord = 2 * np.sqrt(np.maximum(radii() ** 2 - y**2, 0))
    chord[:, :20] = chord[:, 300:] = 0
    picture = 190 * np.exp(-0.06 * chord)
    frames = picture + random.normal(0, 2, (N_FRAMES, ROWS, COLUMNS))
    pixels = np.clip(frames, 0, 255).astype(np.uint8)
    return build_xa(pixels=pixels, EstimatedRadiographicMagnificationFactor=MAGNIFICATION)


def vessel() -> NDArray[np.uint8]:
    """Return the mask of that vessel."""
    inside = np.abs(np.arange(ROWS)[:, None] - ROW) <= radii()
    inside[:, :20] = inside[:, 300:] = False
    return inside.astype(np.uint8)
