"""A line that came near a vessel is drawn onto its middle, if the vessel is there at all."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.signal import savgol_filter

from lib.arrays import Frame
from lib.measure.centre_line import STEP_PX, CentreLine

Profiles = NDArray[np.float32]
"""(N, M) darkness, 0 to 1, of N samples along a line and M places across it."""

REACH_PX: Final = 4.0
"""How far the middle is sought beside the line, at 512 rows."""

FINE: Final = 2
"""Samples for a pixel across the line."""

STIFF: Final = 6.0
"""How much a step of one sample sideways costs, in shares of the vessel's usual depth."""

ALONG_PX: Final = 12.0
"""Length over which the middle is smoothed by a cubic."""

BESIDE_PX: Final = (2.0, 6.0)
"""From the wall so far away lies what a vessel is compared with."""


@dataclass(frozen=True)
class Filling:
    """How a vessel stands out along a line.

    Attributes:
        depth: By how much it is darker than what lies beside it, in shares of the grey range.
        darker: Share of the line where it is darker than both sides.
    """

    depth: float
    darker: float


def half_width_px(frame: Frame, line: CentreLine, widest_px: float = 12.0) -> float:
    """Return about half of a vessel's width: where it is half as dark as on the line; for searching only."""
    profile = np.median(_across(frame, line.yx, line.normals, widest_px), axis=0)
    middle = len(profile) // 2
    both = (profile[middle:] + profile[middle::-1]) / 2
    half = (both[0] + both.min()) / 2
    below = np.flatnonzero(both < half)
    return max(float(below[0]) / FINE if len(below) else widest_px / 2, 1.0)


def middle_offsets(frame: Frame, line: CentreLine, radius_px: float) -> NDArray[np.float64]:
    """Return (N,) how far left of a line the darkest way near it runs, in pixels.

    Args:
        frame: (H, W) in [0, 1], vessels dark.
        line: Within REACH_PX of the vessel's middle.
        radius_px: About half of the vessel's width.
    """
    reach = REACH_PX * max(frame.shape) / 512
    seen = _across(frame, line.yx, line.normals, reach + 2 * radius_px)
    matched = cv2.GaussianBlur(seen, (0, 0), max(FINE * 0.6 * radius_px, 0.5), sigmaY=1.0 / STEP_PX)
    margin = round(2 * radius_px * FINE)
    middle = matched[:, margin : matched.shape[1] - margin]
    usual = max(float(np.median(middle.max(axis=1) - middle.min(axis=1))), 1e-6)
    way = _way(middle / usual)
    offsets = (way + _fraction(middle, way) - (middle.shape[1] - 1) / 2) / FINE
    window = min(2 * round(ALONG_PX / STEP_PX / 2) + 1, (len(offsets) - 1) // 2 * 2 + 1)
    return offsets if window < 5 else np.asarray(savgol_filter(offsets, window, polyorder=2, mode="interp"))


def filling_along(frame: Frame, line: CentreLine, radius_px: float) -> Filling:
    """Return how a vessel stands out along a line."""
    near, far = radius_px + BESIDE_PX[0], radius_px + BESIDE_PX[1]
    seen = _across(frame, line.yx, line.normals, far)
    places = (np.arange(seen.shape[1]) - (seen.shape[1] - 1) / 2) / FINE
    middle = seen[:, np.abs(places) <= max(0.6 * radius_px, 0.5)].mean(axis=1)
    sides = np.stack([seen[:, places >= near].mean(axis=1), seen[:, places <= -near].mean(axis=1)])
    even = 2 * round(radius_px / STEP_PX) + 1
    middle, *sides = (cv2.blur(values.reshape(-1, 1), (1, even))[:, 0] for values in (middle, *sides))
    return Filling(
        depth=float(np.median(middle - np.mean(sides, axis=0))),
        darker=float(np.mean(middle > np.max(sides, axis=0))),
    )


def _across(frame: Frame, yx: NDArray[np.float64], normals: NDArray[np.float64], reach_px: float) -> Profiles:
    """Return the darkness along normals, from -reach to +reach; the picture's edge goes on outside."""
    steps = np.arange(-round(reach_px * FINE), round(reach_px * FINE) + 1) / FINE
    grid = yx[:, np.newaxis] + steps[:, np.newaxis] * normals[:, np.newaxis]
    y, x = (np.ascontiguousarray(grid[..., axis], np.float32) for axis in (0, 1))
    seen = cv2.remap(frame, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(1 - seen, np.float32)


def _way(gain: Profiles) -> NDArray[np.int64]:
    """Return (N,) the column in each row on the way of most gain that goes sideways by 0 or 1 a row."""
    # A border of -inf on both sides keeps the way inside.
    total = np.full(gain.shape[1] + 2, -np.inf)
    total[1:-1] = gain[0]
    came = np.zeros(gain.shape, np.int64)
    columns = np.arange(gain.shape[1])
    cost = STIFF / gain.shape[1]
    sideways = np.array([[cost], [0.0], [cost]])
    choices = np.empty((3, gain.shape[1]))
    for row in range(1, len(gain)):
        choices[0], choices[1], choices[2] = total[:-2], total[1:-1], total[2:]
        choices -= sideways
        best = choices.argmax(axis=0)
        came[row] = columns + best - 1
        total[1:-1] = choices[best, columns] + gain[row]
    way = np.empty(len(gain), np.int64)
    way[-1] = int(total[1:-1].argmax())
    for row in range(len(gain) - 1, 0, -1):
        way[row - 1] = came[row, way[row]]
    return way


def _fraction(gain: Profiles, way: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return (N,) how far beside a column the top of the parabola through three of them lies."""
    rows = np.arange(len(way))
    inner = np.clip(way, 1, gain.shape[1] - 2)
    left, top, right = (gain[rows, inner + step].astype(np.float64) for step in (-1, 0, 1))
    bend = left - 2 * top + right
    with np.errstate(invalid="ignore", divide="ignore"):
        top_at = np.where(bend < -1e-9, 0.5 * (left - right) / bend, 0.0)
    return np.asarray(np.where(inner == way, np.clip(top_at, -0.5, 0.5), 0.0))
