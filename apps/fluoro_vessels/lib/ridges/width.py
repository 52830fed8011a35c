"""From centre lines to vessels of their true width: all that is nearly as deep as the axis."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.ridges.filter import Image
from lib.ridges.skeleton import Skeleton

WALL: Final = 0.45
"""Depth at a vessel's wall as a share of that on its axis; a ray through a round vessel is that
short at 0.89 of its radius."""

SMOOTHING_PX: Final = 0.7
SPECK_PX: Final = 30
HOLE_PX: Final = 8
"""Areas, in pixels of the fine grid, of what is too small to be a vessel, or a gap in one."""

ALONG_PX: Final = 9
"""Length over which the depth on the axis is averaged."""


def background_of(attenuation: Image, widest_px: int) -> Image:
    """Return the attenuation without anything narrower than `widest_px`: an opening by a disc."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (widest_px, widest_px))
    margin = widest_px // 2
    outside = float(attenuation.max())
    padded = cv2.copyMakeBorder(
        attenuation, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=outside
    )
    opened = cv2.morphologyEx(padded, cv2.MORPH_OPEN, disc)
    height, width = attenuation.shape
    return np.asarray(opened[margin : margin + height, margin : margin + width], np.float32)


def lumen(
    fine: Image, coarse: Image, skeleton: Skeleton, near: NDArray[np.bool_], widest_px: int
) -> NDArray[np.bool_]:
    """Return (2H, 2W): everything nearly as deep as the centre line nearest to it.

    Args:
        fine: (2H, 2W) attenuation, about twice as fine as the skeleton.
        coarse: (H, W) attenuation on the grid of the skeleton.
        skeleton: Centre lines.
        near: (H, W) bool; pixels that may belong to a vessel at all.
        widest_px: Diameter of the widest vessel, in pixels of the skeleton's grid.
    """
    smooth = cv2.GaussianBlur(coarse, (0, 0), SMOOTHING_PX / 2)
    background = background_of(smooth, widest_px)
    axis = skeleton.spread(_along(smooth - background, skeleton.lines))
    size = (fine.shape[1], fine.shape[0])
    depth = cv2.GaussianBlur(fine, (0, 0), SMOOTHING_PX) - cv2.resize(background, size)
    reachable = cv2.dilate(near.astype(np.uint8), np.ones((3, 3), np.uint8))
    inside = cv2.resize(reachable, size, interpolation=cv2.INTER_NEAREST) > 0
    return np.asarray(inside & (depth > WALL * cv2.resize(axis, size)), bool)


def line_widths(lumen_mask: NDArray[np.bool_], shape: tuple[int, ...]) -> Image:
    """Return (H, W), true on centre lines: the lumen's width in pixels of the coarse grid `shape`."""
    to_wall = cv2.distanceTransform(lumen_mask.astype(np.uint8), cv2.DIST_L2, 5)
    widest = 2.0 * cv2.dilate(to_wall, np.ones((3, 3), np.uint8))
    size = (shape[1], shape[0])
    return np.asarray(cv2.resize(widest, size, interpolation=cv2.INTER_AREA) / 2.0, np.float32)


def paint(
    lumen_mask: NDArray[np.bool_], skeleton: Skeleton, line_classes: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    """Give every pixel of the lumen the class, (H, W), of the line pixel nearest to it."""
    size = (lumen_mask.shape[1], lumen_mask.shape[0])
    classes = cv2.resize(skeleton.spread(line_classes), size, interpolation=cv2.INTER_NEAREST)
    return _tidied(np.where(lumen_mask, classes, 0).astype(np.uint8))


def _tidied(classes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Drop specks and fill pinholes; a hole takes the class of the pixels around it."""
    _, part, stats, _ = cv2.connectedComponentsWithStats((classes > 0).astype(np.uint8), connectivity=8)
    kept = np.where(stats[part, cv2.CC_STAT_AREA] >= SPECK_PX, classes, 0).astype(np.uint8)
    _, gap, stats, _ = cv2.connectedComponentsWithStats((kept == 0).astype(np.uint8), connectivity=4)
    holes = (kept == 0) & (stats[gap, cv2.CC_STAT_AREA] <= HOLE_PX)
    around = cv2.dilate(kept, np.ones((HOLE_PX + 1,) * 2, np.uint8)) if holes.any() else kept
    return np.where(holes, around, kept).astype(np.uint8)


def _along(depth: Image, lines: NDArray[np.bool_]) -> Image:
    """Average the depth over the line pixels nearby."""
    weight = lines.astype(np.float32)
    total = cv2.blur(depth * weight, (ALONG_PX, ALONG_PX))
    return np.asarray(total / np.maximum(cv2.blur(weight, (ALONG_PX, ALONG_PX)), 1e-6), np.float32)
