"""The picture across a vessel's line: grey values along the normals, and which of them are its own."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter

from lib.arrays import Frame
from lib.measure.centre_line import CentreLine

Values = NDArray[np.float64]

OFFSET_STEP_PX: Final = 0.5
ROW_STEP: Final = 2
"""Every so many points of the line are measured; the ones between follow."""

BESIDE: Final = 1.8
"""How far across is looked, in first radii."""

BESIDE_PX: Final = 5.0
"""And so many pixels more."""

WIDEST_PX: Final = 40.0
"""Radius beyond which nothing is a vessel."""

MARGIN_PX: Final = 2
"""Other vessels darken so many pixels around their mask."""


@dataclass(frozen=True, eq=False)
class Samples:
    """A straightened vessel: N rows across it, M places in each.

    Attributes:
        rows: (N,) indices of the line's points.
        offsets: (M,) pixels along the normal.
        values: (N, M) grey values.
        weights: (N, M) 0 where a place is outside the picture, too far away, or in another vessel; else 1.
        radius_px: (N,) first guess.
        row_px: Distance of neighbouring rows.
        step_px: Distance of neighbouring offsets.
        has_mask: Whether the first guess is that of a mask.
    """

    rows: NDArray[np.int64]
    offsets: Values
    values: Values
    weights: Values
    radius_px: Values
    row_px: float
    step_px: float
    has_mask: bool


def straighten(
    frame: Frame,
    line: CentreLine,
    radius_px: Values,
    mask: NDArray[np.bool_] | None,
    row_step: int = ROW_STEP,
) -> Samples:
    """Sample a frame across a line.

    Args:
        frame: (H, W).
        line: N points.
        radius_px: (N,) about how wide the vessel is.
        mask: (H, W) of all vessels; what it has beside this vessel does not count.
        row_step: Points of the line from one row to the next.
    """
    rows = np.arange(0, len(line), row_step)
    radius = radius_px[rows]
    reach = BESIDE * radius + BESIDE_PX
    furthest = float(reach.max())
    step_px = float(np.clip(np.median(radius) / 8, OFFSET_STEP_PX, 1.0))
    n_beside = int(np.ceil(furthest / step_px))
    offsets = np.arange(-n_beside, n_beside + 1) * step_px
    places = line.yx[rows][:, None, :] + offsets[None, :, None] * line.normals[rows][:, None, :]
    inside = np.all((places >= 0) & (places <= np.array(frame.shape) - 1), axis=2)
    near = np.abs(offsets)[None, :] <= reach[:, None]
    free = np.ones_like(inside) if mask is None else ~_others(mask, places, offsets, radius)
    row_px = row_step * line.length_px / max(len(line) - 1, 1)
    values = sampled(frame, places, cv2.INTER_CUBIC)
    return Samples(
        rows,
        offsets,
        values,
        (inside & near & free).astype(np.float64),
        radius,
        row_px,
        step_px,
        mask is not None,
    )


def sampled(image: NDArray[np.float32], places: Values, method: int) -> Values:
    """Return the values of an image at places (..., 2), y and x; those outside are of the nearest edge."""
    y, x = np.float32(places[..., 0]), np.float32(places[..., 1])
    return np.asarray(cv2.remap(image, x, y, method, borderMode=cv2.BORDER_REPLICATE), np.float64)


def _others(mask: NDArray[np.bool_], places: Values, offsets: Values, radius: Values) -> NDArray[np.bool_]:
    """Return (N, M), where another vessel than that of the line lies."""
    grown = cv2.dilate(mask.astype(np.uint8), np.ones((2 * MARGIN_PX + 1,) * 2, np.uint8))
    own = np.abs(offsets)[None, :] <= 1.3 * radius[:, None] + MARGIN_PX + 1
    return np.asarray((sampled(grown.astype(np.float32), places, cv2.INTER_NEAREST) > 0) & ~own)


def radius_from_mask(mask: NDArray[np.bool_], line: CentreLine) -> Values:
    """Return (N,) how far each point of a line is from the border of a mask; 0 where it is outside."""
    away = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    found = sampled(away, line.yx[:, None, :], cv2.INTER_LINEAR)[:, 0]
    return np.asarray(median_filter(found, 9, mode="nearest"), np.float64)
