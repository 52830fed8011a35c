"""The single numbers of a frame's quality."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.arrays import Frame
from lib.measure.centre_line import STEP_PX, CentreLine

PlaneMask = NDArray[np.bool_]
"""(H, W)."""

BESIDE_PX: Final = (2, 6)
"""So far from a mask lies what a vessel is compared with."""

DEEP: Final = 0.5
"""Share of the mask, its darkest pixels, that tell the contrast: at its walls it is thin."""

DETAIL_PX: Final = 3.0
"""Whatever is smoother than this is no noise."""

TO_SD: Final = 1.4826
"""Standard deviations of a normal distribution in one median absolute deviation."""

BORDER_PX: Final = 3
"""So near the collimator or the picture's edge nothing can be compared with its surroundings."""

TOO_WIDE: Final = 1.7
"""Where the mask is so many times as wide as usual, two vessels lie beside or over each other."""


def radius_of(mask: PlaneMask, line: CentreLine | None) -> float:
    """Return the vessel's half width as the mask shows it, in pixels, at least 1."""
    inside = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 5)
    if line is None:
        tops = inside[(inside > 0) & (inside == cv2.dilate(inside, np.ones((3, 3), np.uint8)))]
        return max(float(np.median(tops)), 1.0)
    y, x = _pixels(mask.shape, line)
    along = cv2.dilate(inside, np.ones((3, 3), np.uint8))[y, x]
    seen = along[along > 0]
    return max(float(np.median(seen)), 1.0) if len(seen) else 1.0


def contrast_of(frame: Frame, mask: PlaneMask, line: CentreLine | None, radius_px: float) -> float:
    """Return by how much the vessel is darker than what lies beside it, in shares of the grey range."""
    site = mask if line is None else mask & _near(mask.shape, line, radius_px + 1)
    if not site.any():
        site = _near(mask.shape, line, radius_px) if line is not None else mask
    beside = _grown(site, BESIDE_PX[1]) & ~_grown(mask, BESIDE_PX[0])
    if not beside.any():
        return 0.0
    dark = 1 - frame[site]
    deepest = np.sort(dark)[-max(round(DEEP * len(dark)), 1) :]
    return float(deepest.mean() - np.median(1 - frame[beside]))


def noise_of(frame: Frame, field: PlaneMask, mask: PlaneMask) -> float:
    """Return the standard deviation of what is as fine as a vessel's walls but is none.

    Quanta, grain left by filters and compression, and fine anatomy count alike: all of it moves a wall. Only
    white noise could be told from the finest pixels alone; machines blur and filter theirs.

    Args:
        frame: (H, W) in [0, 1].
        field: (H, W) what the collimator leaves.
        mask: (H, W) vessels, which do not count.
    """
    fine = frame - cv2.GaussianBlur(frame, (0, 0), DETAIL_PX)
    seen = field & ~_grown(mask, BESIDE_PX[0]) & (frame > 0) & (frame < 1)
    left = np.abs(fine[seen])
    return float(np.median(left)) * TO_SD if len(left) else 0.0


def share_at_border(field: PlaneMask, mask: PlaneMask, line: CentreLine | None) -> float:
    """Return the share of the line, or of the mask, that lies at or beyond a border."""
    inner = _inner(field)
    if line is None:
        return float(np.mean(~inner[mask]))
    return float(np.mean(~inner[_pixels(field.shape, line)]))


def is_cut(field: PlaneMask, line: CentreLine, radius_px: float) -> bool:
    """Return whether an end of the line lies at a border, so that the vessel goes on unseen."""
    inner = _inner(field, BORDER_PX + round(radius_px))
    y, x = _pixels(field.shape, line)
    return bool(not inner[y[0], x[0]] or not inner[y[-1], x[-1]])


def overlap_along(mask: PlaneMask, line: CentreLine, radius_px: float) -> float:
    """Return the share of the line where the mask is much wider than usual, or another vessel touches it."""
    reach = 3 * radius_px + 3
    steps = np.arange(-round(reach / STEP_PX), round(reach / STEP_PX) + 1) * STEP_PX
    grid = line.yx[:, np.newaxis] + steps[:, np.newaxis] * line.normals[:, np.newaxis]
    y, x = (np.ascontiguousarray(grid[..., axis], np.float32) for axis in (0, 1))
    inside = cv2.remap(mask.astype(np.uint8), x, y, cv2.INTER_NEAREST) > 0
    middle = len(steps) // 2
    left = np.minimum.accumulate(inside[:, middle::-1], axis=1).sum(axis=1)
    right = np.minimum.accumulate(inside[:, middle:], axis=1).sum(axis=1)
    widths = np.maximum(left + right - 1, 0) * STEP_PX
    usual = np.median(widths[widths > 0]) if (widths > 0).any() else 2 * radius_px
    return float(np.mean(widths > TOO_WIDE * usual + 1))


def _pixels(shape: tuple[int, ...], line: CentreLine) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    places = np.clip(np.rint(line.yx), 0, np.array(shape[-2:]) - 1).astype(np.int64)
    return places[:, 0], places[:, 1]


def _near(shape: tuple[int, ...], line: CentreLine, reach_px: float) -> PlaneMask:
    drawn = np.zeros(shape, np.uint8)
    points = np.rint(line.yx[:, ::-1]).astype(np.int32)
    cv2.polylines(drawn, [points[:, np.newaxis]], False, 1, thickness=2 * round(reach_px) + 1)
    return drawn > 0


def _grown(mask: PlaneMask, pixels: int) -> PlaneMask:
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * pixels + 1, 2 * pixels + 1))
    return np.asarray(cv2.dilate(mask.astype(np.uint8), kernel) > 0)


def _inner(field: PlaneMask, margin_px: int = BORDER_PX) -> PlaneMask:
    """Return the field without its margin; beyond the picture's edge there is nothing."""
    padded = cv2.copyMakeBorder(field.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    far = cv2.distanceTransform(padded, cv2.DIST_L2, 5)[1:-1, 1:-1]
    return np.asarray(far > margin_px)
