"""The middle of a vessel as a smooth line, evenly sampled: whatever is measured is measured along one."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.signal import savgol_coeffs

from lib.errors.measure_graph import ShortLineError

STEP_PX: Final = 0.5
"""Distance of neighbouring samples; the true one is the nearest that divides the length."""

SMOOTHING_PX: Final = 8.0
"""Length over which a cubic is fitted: the staircase of pixels goes, a bend of this radius stays."""

Path = NDArray[np.float64]
"""(N, 2), y and x in pixels of places in order."""

Offsets = NDArray[np.float64]
"""(N,) pixels along the normals, to the left of the line's direction."""


@dataclass(frozen=True, eq=False)
class CentreLine:
    """A line through a frame with N samples about `STEP_PX` apart.

    Attributes:
        yx: (N, 2), y and x in pixels; the middle of the first pixel is (0, 0).
    """

    yx: NDArray[np.float64]

    @classmethod
    def of(cls, points: ArrayLike, smoothing_px: float = SMOOTHING_PX) -> "CentreLine":
        """Return the smooth line through points.

        Args:
            points: (N, 2), y and x in pixels, in order; pixels that touch each other or any polyline.
            smoothing_px: Length over which it is smoothed; 0 keeps every corner. Both ends stay in place.

        Raises:
            ShortLineError: There are not two different points.
        """
        path = _apart(np.atleast_2d(np.asarray(points, np.float64)))
        even = _resampled(path)
        return cls(_resampled(_smoothed(even, smoothing_px)))

    def __len__(self) -> int:
        """Return N."""
        return len(self.yx)

    @cached_property
    def along_px(self) -> NDArray[np.float64]:
        """(N,) length of the way from the first sample to each."""
        return _along(self.yx)

    @property
    def length_px(self) -> float:
        """Length of the line."""
        return float(self.along_px[-1])

    @cached_property
    def tangents(self) -> NDArray[np.float64]:
        """(N, 2) unit vectors, y and x, in the line's direction."""
        slopes = np.gradient(self.yx, axis=0)
        return np.asarray(slopes / np.maximum(np.linalg.norm(slopes, axis=1, keepdims=True), 1e-12))

    @property
    def normals(self) -> NDArray[np.float64]:
        """(N, 2) unit vectors, y and x, to the left of someone who walks along the line."""
        return np.asarray(np.stack([-self.tangents[:, 1], self.tangents[:, 0]], axis=1))

    def nearest(self, yx: ArrayLike) -> int:
        """Return the index of the sample that is nearest to a place (y, x)."""
        return int(np.argmin(np.linalg.norm(self.yx - np.asarray(yx, np.float64), axis=1)))

    def distance_px(self, yx: ArrayLike) -> float:
        """Return how far a place (y, x) lies from the nearest sample."""
        return float(np.linalg.norm(self.yx[self.nearest(yx)] - np.asarray(yx, np.float64)))

    def index_at(self, along_px: float) -> int:
        """Return the index of the sample at a length from the beginning."""
        return int(np.argmin(np.abs(self.along_px - along_px)))

    def part(self, first: int, last: int) -> "CentreLine":
        """Return the samples from one index to another, both included.

        Raises:
            ShortLineError: They are not two or more.
        """
        chosen = self.yx[first : last + 1]
        if len(chosen) < 2:
            raise ShortLineError(len(chosen))
        return CentreLine(chosen)

    def reversed(self) -> "CentreLine":
        """Return the line from its end to its beginning."""
        return CentreLine(self.yx[::-1].copy())

    def shifted(self, offsets: Offsets) -> "CentreLine":
        """Return the line with each sample moved along its normal, evenly sampled again."""
        return CentreLine(_resampled(_apart(self.yx + np.asarray(offsets)[:, None] * self.normals)))


def _along(path: NDArray[np.float64]) -> NDArray[np.float64]:
    steps = np.linalg.norm(np.diff(path, axis=0), axis=1)
    return np.asarray(np.concatenate([[0.0], np.cumsum(steps)]), np.float64)


def _apart(path: NDArray[np.float64]) -> NDArray[np.float64]:
    """Leave out points that repeat the one before."""
    moved = np.linalg.norm(np.diff(path, axis=0), axis=1) > 1e-9
    kept = path[np.concatenate([[True], moved])]
    if len(kept) < 2:
        raise ShortLineError(len(path))
    return np.asarray(kept)


def _resampled(path: NDArray[np.float64]) -> Path:
    """Return points on a polyline, evenly spaced along it."""
    along = _along(path)
    count = max(round(along[-1] / STEP_PX), 1) + 1
    wanted = np.linspace(0.0, along[-1], count)
    return np.asarray(np.stack([np.interp(wanted, along, path[:, axis]) for axis in (0, 1)], axis=1))


def _smoothed(path: Path, length_px: float) -> Path:
    """Fit a cubic around each sample; unlike an average it does not pull bends inwards.

    Beyond its ends a line is continued as its own image turned by half, so that they stay in place.

    Paper: Savitzky and Golay 1964, doi:10.1021/ac60214a047.
    """
    half = min(round(length_px / STEP_PX / 2), len(path) - 1)
    if half < 2:
        return path
    before, after = 2 * path[:1] - path[half:0:-1], 2 * path[-1:] - path[-2 : -half - 2 : -1]
    longer = np.concatenate([before, path, after])
    weights = _weights(half)
    return np.stack([np.convolve(longer[:, axis], weights, mode="valid") for axis in (0, 1)], axis=1)


@lru_cache(maxsize=64)
def _weights(half: int) -> NDArray[np.float64]:
    return np.asarray(savgol_coeffs(2 * half + 1, polyorder=3), np.float64)
