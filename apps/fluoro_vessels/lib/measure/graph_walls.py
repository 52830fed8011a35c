"""Moves a line into the middle between a mask's walls, with sub-pixel accuracy, and tells its width."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter

from lib.measure.centre_line import STEP_PX, CentreLine, Path

SOFT_PX: Final = 0.5
"""Blur that makes a mask's staircase a slope, whose half height is the wall."""

ACROSS_PX: Final = 0.5
"""Distance of the samples across a line."""

WIDER: Final = 1.3
"""Where a section is this much wider than the mask's own distance to the wall says, it runs into a branch."""

LOCAL_RADII: Final = 20.0
WIDER_THAN_LOCAL: Final = 1.15
"""Over another vessel a section is this much wider than its median over so many radii along the line."""

FARTHEST_PX: Final = 2.0
"""A skeleton lies at most so far off the middle, and half a radius."""

EVEN_PX: Final = 6.0
"""Length over which the way to the middle is averaged."""


Wall = NDArray[np.float32]
"""(H, W) distance in pixels to the nearest wall; the border of the picture is none."""


def wall_distance(mask: NDArray[np.bool_]) -> Wall:
    """Return how far inside a mask, (H, W), each pixel lies; a vessel goes on behind the picture's border."""
    padded = np.pad(mask, 1, mode="edge").astype(np.uint8)
    distance = cv2.distanceTransform(padded, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.asarray(np.clip(distance[1:-1, 1:-1] - 0.5, 0, max(mask.shape) / 2), np.float32)


def at(image: NDArray[np.float32], yx: NDArray[np.float64]) -> float:
    """Return the value of an image at the pixel of a place."""
    row, column = np.clip(np.rint(yx).astype(int), 0, np.array(image.shape) - 1)
    return float(image[row, column])


class Walls:
    """The walls of one mask."""

    def __init__(self, mask: NDArray[np.bool_], wall: Wall) -> None:
        """Keep a mask, (H, W), and its distances to the wall."""
        self._wall = wall
        self._soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), SOFT_PX)

    def centred(
        self, line: CentreLine, is_over_others: bool = False
    ) -> tuple[CentreLine, NDArray[np.float64]]:
        """Return a line moved to the middle, and half the mask's width at each of its samples.

        Args:
            line: About in the middle.
            is_over_others: It passes over other vessels; where the mask is wider than before and behind, both
                walls are not its own.
        """
        left, right, valid = self._sections(line, is_over_others)
        reach = np.minimum(FARTHEST_PX, 0.5 * self._inside(line) + 0.5)
        offset = np.clip(_filled((left - right) / 2, valid, 0.0), -reach, reach)
        moved = line.shifted(_even(offset))
        left, right, valid = self._sections(moved, is_over_others)
        inside = self._inside(moved)
        half = (left + right) / 2
        return moved, _filled(np.where(valid, half, 0.0), valid, float(np.median(inside)) + 0.25)

    def reaching(self, path: Path) -> Path:
        """Return a path lengthened at its end, straight on to where the mask ends."""
        line = CentreLine.of(path)
        radius = float(np.median(self._inside(line)[-round(6 / STEP_PX) :]))
        back = min(round(radius / STEP_PX), len(line) // 3)
        kept = line.yx[: len(line) - back]
        far = kept[max(len(kept) - 1 - round(max(2 * radius, 5.0) / STEP_PX), 0)]
        way = kept[-1] - far
        length = float(np.linalg.norm(way))
        if length < 1.0:
            return path
        steps = np.arange(1, round((3 * radius + 3) / STEP_PX) + 1)[:, None] * STEP_PX
        ahead = kept[-1] + steps * way / length
        inside = (self._sample(self._soft, ahead) > 0.5) & self._in_picture(ahead)
        count = len(inside) if inside.all() else int(np.argmin(inside))
        return np.concatenate([kept, ahead[:count]]) if count > back else path

    def _sections(
        self, line: CentreLine, is_over_others: bool
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
        """Return how far left and right of each sample the wall is, and where that is its own vessel's."""
        inside = self._inside(line)
        n = int(np.ceil((WIDER * (inside.max() + 1.0) + 2.0) / ACROSS_PX))
        away = np.arange(n) * ACROSS_PX
        left, right = (self._first_outside(line.yx, side * line.normals, away) for side in (1, -1))
        valid = np.isfinite(left) & np.isfinite(right)
        half = np.where(valid, (left + right) / 2, inside)
        valid &= half <= WIDER * (inside + 0.75)
        if is_over_others:
            size = round(LOCAL_RADII * float(np.median(half)) / STEP_PX)
            valid &= half <= WIDER_THAN_LOCAL * median_filter(half, size, mode="nearest")
        return np.where(valid, left, 0.0), np.where(valid, right, 0.0), valid

    def _first_outside(
        self, yx: Path, direction: NDArray[np.float64], away: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return (N,) the distance at which a walk from each sample leaves the mask; infinite if not soon."""
        places = yx[:, None, :] + away[None, :, None] * direction[:, None, :]
        values = self._sample(self._soft, places)
        outside = values < 0.5
        first = np.argmax(outside, axis=1)
        index = np.maximum(first, 1)
        rows = np.arange(len(yx))
        before, after = values[rows, index - 1], values[rows, index]
        share = np.clip((before - 0.5) / np.maximum(before - after, 1e-6), 0.0, 1.0)
        found = (index - 1 + share) * ACROSS_PX
        return np.where(outside.any(axis=1) & (first > 0), found, np.inf)

    def _inside(self, line: CentreLine) -> NDArray[np.float64]:
        return np.asarray(self._sample(self._wall, line.yx), np.float64)

    @staticmethod
    def _sample(image: NDArray[np.float32], yx: Path) -> NDArray[np.float32]:
        """Return the values of an image at places (..., 2); it goes on at its borders."""
        rows, columns = (np.atleast_2d(yx[..., axis]).astype(np.float32) for axis in (0, 1))
        values = cv2.remap(image, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(values.reshape(yx.shape[:-1]), np.float32)

    def _in_picture(self, yx: Path) -> NDArray[np.bool_]:
        return np.asarray(((yx >= -0.5) & (yx <= np.array(self._soft.shape) - 0.5)).all(axis=-1))


def _filled(values: NDArray[np.float64], valid: NDArray[np.bool_], otherwise: float) -> NDArray[np.float64]:
    """Return values with those that are not valid taken from their neighbours along the line."""
    if not valid.any():
        return np.full(len(values), otherwise)
    places = np.arange(len(values))
    return np.asarray(np.interp(places, places[valid], values[valid]))


def _even(offset: NDArray[np.float64]) -> NDArray[np.float64]:
    window = np.ones(min(2 * round(EVEN_PX / STEP_PX / 2) + 1, len(offset) | 1))
    total = np.convolve(offset, window, mode="same")[: len(offset)]
    return np.asarray(total / np.convolve(np.ones(len(offset)), window, mode="same")[: len(offset)])
