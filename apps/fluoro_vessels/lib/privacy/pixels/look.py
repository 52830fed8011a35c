"""A picture, looked at for ink: thin things that stand out from their ground."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from lib.privacy.pixels.stills import Still

WIDEST_STROKE_PX: Final = 13
LEAST_CONTRAST: Final = 7.0
"""Of 255; fainter writing is not looked for."""

NOISE_TIMES: Final = 4.5
TILE_PX: Final = 32
MEDIAN_TO_NOISE: Final = 1.9
"""A median of 3 x 3 takes most of white noise away; the median of what it took, times this, is its SD."""

STEEPEST: Final = np.ones((3, 3), np.uint8)


@dataclass(frozen=True, eq=False)
class Look:
    """One picture, looked at for bright or for dark ink; all arrays are (H, W).

    Attributes:
        still: The picture.
        is_bright: Whether the ink is brighter than its ground.
        high: How far each pixel stands out from a ground without thin things.
        noise: SD of the noise around each pixel.
        edge: The largest step within a pixel's neighbours.
    """

    still: Still
    is_bright: bool
    high: Still
    noise: Still
    edge: Still

    @property
    def least(self) -> Still:
        """Return how far ink must stand out at least."""
        return np.maximum(np.float32(LEAST_CONTRAST), np.float32(NOISE_TIMES) * self.noise)


def look_at(still: Still, *, is_bright: bool) -> Look:
    """Look at a picture for bright or for dark ink."""
    kernel = np.ones((WIDEST_STROKE_PX, WIDEST_STROKE_PX), np.uint8)
    kind = cv2.MORPH_TOPHAT if is_bright else cv2.MORPH_BLACKHAT
    high = np.asarray(cv2.morphologyEx(still, kind, kernel), np.float32)
    edge = np.asarray(cv2.morphologyEx(still, cv2.MORPH_GRADIENT, STEEPEST), np.float32)
    return Look(still, is_bright, high, noise_of(still), edge)


def noise_of(still: Still) -> Still:
    """Return the noise around each pixel: the median, over tiles, of what a small median takes away."""
    height, width = still.shape
    smooth = cv2.medianBlur(still.clip(0, 255).astype(np.uint8), 3).astype(np.float32)
    rough = np.abs(still - smooth)
    rows, columns = max(1, height // TILE_PX), max(1, width // TILE_PX)
    tall, wide = height // rows, width // columns
    tiles = rough[: rows * tall, : columns * wide].reshape(rows, tall, columns, wide).swapaxes(1, 2)
    level = np.median(tiles.reshape(rows, columns, -1), axis=2).astype(np.float32)
    noise = cv2.resize(cv2.medianBlur(level, 3), (width, height))
    return np.asarray(np.float32(MEDIAN_TO_NOISE) * noise, np.float32)
