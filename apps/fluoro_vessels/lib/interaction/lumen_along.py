"""The lumen along one line: what a livewire becomes where a person wants the vessel and not its axis."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.arrays import Frame
from lib.interaction.livewire import Line
from lib.ridges.contrast import attenuation
from lib.ridges.filter import Image, halve
from lib.ridges.grid import Grid
from lib.ridges.skeleton import Skeleton
from lib.ridges.width import lumen

BACKGROUND_OF_WIDEST: Final = 1.5
"""The background is what a disc of this many widest vessels fits under."""

OFF_AXIS_PX: Final = 5
"""Side of the square, on the fine grid, in which the lumen's axis is looked for beside the line."""

ALONG_PX: Final = 9
"""Length over which the lumen's radius is averaged, so that the mouth of a side branch does not widen it."""

WALL_PX: Final = 1.0
"""How far behind the wall a pixel of the fine grid may lie."""


def lumen_along(frame: Frame, line: Line, grid: Grid, widest_mm: float) -> NDArray[np.bool_]:
    """Return (H, W) bool: the vessel around a line, without the branches that leave it.

    Args:
        frame: (H, W) in [0, 1], vessels dark.
        line: The way along the vessel, in pixels of the frame.
        grid: The run's grid; the lumen is drawn on its fine side.
        widest_mm: Width of the widest vessel.
    """
    fine = attenuation(frame, grid.fine)
    coarse = halve(fine)
    lines = _drawn(line, frame.shape, coarse.shape)
    skeleton = Skeleton(lines, lines.astype(np.int32), np.array([0, np.count_nonzero(lines)]))
    widest_px = round(BACKGROUND_OF_WIDEST * grid.coarse_px(widest_mm)) | 1
    near = cv2.dilate(lines.astype(np.uint8), _disc(round(grid.coarse_px(widest_mm)) | 1)) > 0
    found = lumen(fine, coarse, skeleton, near, widest_px)
    axis = _drawn(line, frame.shape, fine.shape)
    share = cv2.resize(_within_radius(found, axis).astype(np.float32), frame.shape[::-1])
    return np.asarray((share > 0.5) | _drawn(line, frame.shape, frame.shape), bool)


def _within_radius(found: NDArray[np.bool_], axis: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return what of a lumen, (H, W), lies no further from the axis than the wall does there."""
    to_wall = cv2.distanceTransform(found.astype(np.uint8), cv2.DIST_L2, 5)
    deepest = cv2.dilate(to_wall, np.ones((OFF_AXIS_PX, OFF_AXIS_PX), np.uint8))
    weight = axis.astype(np.float32)
    size = (ALONG_PX, ALONG_PX)
    radius = cv2.blur(deepest * weight, size) / np.maximum(cv2.blur(weight, size), 1e-6)
    to_axis = cv2.distanceTransform((~axis).astype(np.uint8), cv2.DIST_L2, 5)
    spread = Skeleton(axis, axis.astype(np.int32), np.array([0, np.count_nonzero(axis)])).spread(radius)
    return np.asarray(found & (to_axis <= spread + WALL_PX), bool)


def _drawn(line: Line, shape: tuple[int, ...], size: tuple[int, ...]) -> NDArray[np.bool_]:
    """Draw a line of a frame of `shape` on a grid of `size`, one pixel wide."""
    canvas = np.zeros(size, np.uint8)
    scaled = (line + 0.5) * np.array(size) / np.array(shape) - 0.5
    corners = np.clip(scaled.round(), 0, np.array(size) - 1).astype(np.int32)[:, ::-1]
    cv2.polylines(canvas, [np.ascontiguousarray(corners).reshape(-1, 1, 2)], isClosed=False, color=1)
    return canvas > 0


def _disc(width: int) -> Image:
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width)))
