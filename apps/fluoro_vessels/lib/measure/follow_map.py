"""What is thin and dark in each frame, at a working size: in such maps a vessel can be followed."""

from dataclasses import dataclass
from functools import partial
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.arrays import Frames, Mask
from lib.measure.centre_line import CentreLine
from lib.ridges.contrast import attenuation
from lib.ridges.workers import each

Plane = NDArray[np.uint8]
"""(h, w), 0 to 255, vessels are bright."""

LONGER_SIDE_PX: Final = 256
"""Of the working size: there vessels of interest are 1 to 10 pixels wide."""

WIDEST_PX: Final = 19
"""Whatever is wider at the working size is no vessel."""

BLUR_PX: Final = 1.0

MASK_SHARE: Final = 0.7
"""How much a mask counts beside what is dark in the frame."""

BRIGHT: Final = 0.995
"""This quantile of the whole run becomes white."""

REACH_PX: Final = 80
"""So much around the line is looked at, at the working size: a beat moves a vessel by 20."""


@dataclass(frozen=True, eq=False)
class SiteMaps:
    """The surroundings of a line in all frames, at the working size.

    Attributes:
        planes: (T, h, w) uint8.
        scale: Working pixels for a pixel of the run.
        corner: (2,) y and x of the first pixel in the working picture.
    """

    planes: NDArray[np.uint8]
    scale: float
    corner: NDArray[np.float64]

    def inside(self, yx: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn places of the run, (N, 2), into those of the maps."""
        return (yx + 0.5) * self.scale - 0.5 - self.corner

    def outside(self, yx: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn places of the maps, (N, 2), into those of the run."""
        return (yx + self.corner + 0.5) / self.scale - 0.5


def site_maps(frames: Frames, masks: Mask | None, line: CentreLine) -> SiteMaps:
    """Return the maps around a line.

    Args:
        frames: (T, H, W) in [0, 1], vessels dark.
        masks: (T, H, W) vessels, where they are known.
        line: In pixels of the run.
    """
    scale = min(LONGER_SIDE_PX / max(frames.shape[1:]), 1.0)
    size = (round(frames.shape[1] * scale), round(frames.shape[2] * scale))
    marks = [None] * len(frames) if masks is None else list(masks)
    thin = np.stack(each(partial(_thin_dark, size), zip(frames, marks, strict=True)))
    white = max(float(np.quantile(thin[:, ::3, ::3], BRIGHT)), 1e-3)
    working = (line.yx + 0.5) * scale - 0.5
    first = np.clip(np.floor(working.min(axis=0)) - REACH_PX, 0, None).astype(np.int64)
    last = np.ceil(working.max(axis=0)).astype(np.int64) + REACH_PX
    cut = thin[:, first[0] : last[0], first[1] : last[1]]
    planes = np.clip(cut * (255 / white), 0, 255).astype(np.uint8)
    return SiteMaps(planes, scale, first.astype(np.float64))


def _thin_dark(
    size: tuple[int, int], shown: tuple[NDArray[np.float32], NDArray[np.bool_] | None]
) -> NDArray[np.float32]:
    """Return what is darker than its surroundings, mixed with the mask where there is one."""
    frame, mask = shown
    dark = cv2.GaussianBlur(attenuation(frame, size), (0, 0), BLUR_PX)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (WIDEST_PX, WIDEST_PX))
    thin = cv2.morphologyEx(dark, cv2.MORPH_TOPHAT, disc)
    if mask is None:
        return np.asarray(thin, np.float32)
    marked = cv2.resize(mask.astype(np.float32), size[::-1], interpolation=cv2.INTER_AREA)
    marked = cv2.GaussianBlur(marked, (0, 0), 1.5 * BLUR_PX)
    height = max(float(np.quantile(thin[::2, ::2], 0.98)), 1e-3)
    return np.asarray((1 - MASK_SHARE) * thin + MASK_SHARE * height * marked, np.float32)
