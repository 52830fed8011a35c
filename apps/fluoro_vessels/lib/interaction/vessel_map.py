"""All that might be a vessel on one frame: evidence for every pixel, and lumens from a low threshold.

Two witnesses are heard. The network knows vessels from ribs and gives walls that are right on average; the
line filter also sees what the network has never learned. Each wall lies where a witness falls to a share of
what it says on the axis, so a pale vessel gets its true width too.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.arrays import Frame
from lib.ridges.borders import field_mask
from lib.ridges.contrast import attenuation, strengths
from lib.ridges.filter import Image, levels_for, ridge_depth
from lib.ridges.skeleton import Skeleton, trace
from lib.ridges.width import background_of, lumen

LOW_PROBABILITY: Final = 0.2
"""What the network may call a vessel at all."""

WALL: Final = 0.65
"""Probability at the wall as a share of that on the axis; simulated walls are unbiased there."""

LOW_DEPTH: Final = 0.2
"""Depth of a faint line as a share of the frame's strong ones."""

LINE_TRUST: Final = 0.6
"""Evidence of a strong line that the network does not know."""

APART_PX: Final = 3
"""Within so many pixels of what the network sees, its walls count and no others."""

WIDEST_PX: Final = 12.0
"""Widest line in pixels of the coarse grid, which has half as many pixels per side."""

ALONG_PX: Final = 9
SHORTEST_PX: Final = 12
"""Connected pieces with a shorter diagonal are noise."""


@dataclass(frozen=True)
class VesselMap:
    """What might be vessel.

    Attributes:
        evidence: (H, W) float32 in [0, 1]; 0 outside the field of view.
        lumen: (H, W) bool; over-complete.
        depth: (H, W) float32; how much darker a pixel is than wide structures around it, as attenuation.
    """

    evidence: Image
    lumen: NDArray[np.bool_]
    depth: Image

    def within(self, window: tuple[slice, slice]) -> "VesselMap":
        """Return the part of it in a window of the frame."""
        return VesselMap(self.evidence[window], self.lumen[window], self.depth[window])


def vessel_map(frame: Frame, vessel: Image, device: Image) -> VesselMap:
    """Return what might be vessel on a frame.

    Args:
        frame: (H, W) in [0, 1], vessels dark.
        vessel: (H, W) probability of vessel.
        device: (H, W) probability of catheter, wire or implant, which are lines too.
    """
    rows, columns = frame.shape
    fine, coarse = attenuation(frame, (rows, columns)), attenuation(frame, (rows // 2, columns // 2))
    ridge = ridge_depth(coarse, levels_for(WIDEST_PX))
    low = max(LOW_DEPTH * float(strengths(ridge[np.newaxis])[0]), 1e-6)
    field = _field(coarse, (rows, columns))
    known = _network_lumen(vessel) & field
    lines = _line_lumen(fine, coarse, ridge > low) & field
    near_known = cv2.dilate(known.astype(np.uint8), np.ones((2 * APART_PX + 1,) * 2, np.uint8)) > 0
    strength = cv2.resize(ridge, (columns, rows)) * np.float32(LOW_DEPTH / low)
    return VesselMap(
        evidence=field * np.maximum(vessel, LINE_TRUST * np.clip(strength, 0.0, 1.0) * (1.0 - device)),
        lumen=_without_specks(known | (lines & ~near_known)),
        depth=_depth(fine, coarse),
    )


def _network_lumen(vessel: Image) -> NDArray[np.bool_]:
    """Return (H, W): everything nearly as probable as the centre line nearest to it."""
    skeleton = trace(vessel > LOW_PROBABILITY)
    axis = skeleton.spread(along(vessel, skeleton.lines))
    return np.asarray((vessel > LOW_PROBABILITY / 2) & (vessel > WALL * axis), bool)


def _line_lumen(fine: Image, coarse: Image, near: NDArray[np.bool_]) -> NDArray[np.bool_]:
    skeleton: Skeleton = trace(near)
    return lumen(fine, coarse, skeleton, near, _odd(1.5 * WIDEST_PX))[: fine.shape[0], : fine.shape[1]]


def _field(coarse: Image, shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Return (H, W), false at the edges of the collimator, which are dark lines too."""
    field = field_mask([coarse]).astype(np.uint8)
    return np.asarray(cv2.resize(field, (shape[1], shape[0]), interpolation=cv2.INTER_NEAREST) > 0, bool)


def _depth(fine: Image, coarse: Image) -> Image:
    """Return (H, W): the attenuation above that of anything wider than a vessel."""
    wide = background_of(cv2.GaussianBlur(coarse, (0, 0), 0.5), _odd(1.5 * WIDEST_PX))
    smooth = cv2.GaussianBlur(fine, (0, 0), 0.7)
    return np.asarray(smooth - cv2.resize(wide, (fine.shape[1], fine.shape[0])), np.float32)


def along(values: Image, lines: NDArray[np.bool_]) -> Image:
    """Return (H, W): the mean of an image over the line pixels nearby, true on lines."""
    weight = lines.astype(np.float32)
    total = cv2.blur(values * weight, (ALONG_PX, ALONG_PX))
    return np.asarray(total / np.maximum(cv2.blur(weight, (ALONG_PX, ALONG_PX)), 1e-6), np.float32)


def _without_specks(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    _, part, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    stays = np.hypot(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]) >= SHORTEST_PX
    stays[0] = False
    return np.asarray(stays[part], bool)


def _odd(width: float) -> int:
    return round(width) | 1
