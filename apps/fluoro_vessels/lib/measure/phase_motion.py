"""Where the vessels are in each frame, as a few numbers."""

from collections.abc import Sequence
from functools import partial
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.arrays import Frames
from lib.measure.centre_line import CentreLine
from lib.measure.contrast import thin_dark
from lib.ridges.workers import each

SHARES: Final = (0.1, 0.3, 0.5, 0.7, 0.9)
"""Places along a line that speak for it."""

LONGER_SIDE_PX: Final = 192
WIDEST_PX: Final = 15
CELLS: Final = 6
"""The picture is parted into so many rows and columns; each has one motion."""

LEAST_FULL: Final = 0.4
"""A frame with less contrast, of 1 in the fullest, does not show where the vessels are."""


def motion_of_lines(lines: Sequence[CentreLine | None]) -> NDArray[np.float64]:
    """Return (T, 10) y and x of some places along a line in each frame; NaN where there is none."""
    rows = []
    for line in lines:
        if line is None:
            rows.append(np.full(2 * len(SHARES), np.nan))
            continue
        picked = np.rint(np.array(SHARES) * (len(line) - 1)).astype(np.int64)
        rows.append(line.yx[picked].ravel())
    return np.stack(rows)


def motion_of_frames(frames: Frames, full: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (T, C) how the vessels in parts of the picture lie beside those of the fullest frame.

    Args:
        frames: (T, H, W) in [0, 1], vessels dark.
        full: (T,) how full the vessels are, 0 to 1.
    """
    look = partial(thin_dark, longer_side_px=LONGER_SIDE_PX, widest_px=WIDEST_PX, blur_px=1.0)
    thin = np.stack(each(look, frames))
    white = max(float(np.quantile(thin[:, ::3, ::3], 0.995)), 1e-3)
    planes = np.clip(thin * (255 / white), 0, 255).astype(np.uint8)
    key = planes[int(np.argmax(full))]
    moved = np.stack(each(partial(_cell_motion, key), planes))
    return np.where((full >= LEAST_FULL)[:, np.newaxis], moved, np.nan)


def _cell_motion(key: NDArray[np.uint8], plane: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return (2 CELLS²,) the motion of each cell, weighted by how much of the cell is vessel."""
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
    field = search.calc(key, plane, None)
    weight = key.astype(np.float32)[..., np.newaxis] / 255
    total = cv2.resize(np.dstack([field * weight, weight]), (CELLS, CELLS), interpolation=cv2.INTER_AREA)
    return np.asarray(total[..., :2].ravel(), np.float64)
