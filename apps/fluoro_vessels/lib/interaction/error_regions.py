"""Where a mask is wrong: its connected error regions, the largest first."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from lib.interaction.prompts import Point

EIGHT: NDArray[np.int64] = np.ones((3, 3), np.int64)
"""Pixels that touch by a corner belong together."""


@dataclass(frozen=True)
class ErrorRegion:
    """Pixels that hang together and are wrong in the same way.

    Attributes:
        pixels: (H, W) bool.
        free: (H, W) bool; those of the pixels that nobody has clicked yet, at least one.
        is_missed: The truth has them and the mask has not; otherwise the mask has them and should not.
    """

    pixels: NDArray[np.bool_]
    free: NDArray[np.bool_]
    is_missed: bool

    @property
    def area(self) -> int:
        """Number of pixels."""
        return int(np.count_nonzero(self.pixels))

    def depth(self) -> NDArray[np.float32]:
        """Return (H, W), the distance of each free pixel from the outside; 0 elsewhere.

        What lies beyond the picture is outside too.
        """
        padded = np.pad(self.pixels, 1).astype(np.uint8)
        depth = cv2.distanceTransform(padded, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[1:-1, 1:-1]
        return np.asarray(np.where(self.free, depth, 0), np.float32)


def error_regions(
    mask: NDArray[np.bool_], truth: NDArray[np.bool_], made: Collection[Point] = ()
) -> Iterator[ErrorRegion]:
    """Yield the regions where a mask is wrong and not every pixel was clicked, the largest first.

    Regions of one size come in a fixed order: missed ones first, then by their topmost, leftmost pixel.

    Args:
        mask: (H, W).
        truth: (H, W).
        made: Clicks already made, (y, x).
    """
    missed, n_missed = ndimage.label(truth & ~mask, EIGHT)
    false, n_false = ndimage.label(mask & ~truth, EIGHT)
    number = np.where(false > 0, false + n_missed, missed)
    is_free = unclicked(mask.shape, made)
    areas = np.bincount(number.ravel(), minlength=n_missed + n_false + 1)
    has_free = np.bincount(number[is_free], minlength=len(areas)) > 0
    for one in 1 + np.argsort(-areas[1:], kind="stable"):
        if has_free[one]:
            pixels = number == one
            yield ErrorRegion(pixels, pixels & is_free, bool(one <= n_missed))


def unclicked(shape: tuple[int, ...], made: Collection[Point]) -> NDArray[np.bool_]:
    """Return (H, W): where no click was made."""
    is_free = np.ones(shape, bool)
    for y, x in made:
        is_free[round(y), round(x)] = False
    return is_free
