"""How much contrast medium there is in a vessel, compared with the key frame; at half size.

What is dark at a place in every frame is no contrast medium: it is subtracted first. Then the inside of the
mask is compared with what lies beside it, so that a body that moves or breathes changes little.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.arrays import Frame, Frames
from lib.propagation.plane import Plane, halved

DARKEST: Final = 0.05
"""Brightness added before the logarithm, so that black stays finite."""

STILL_FRAMES: Final = 20
"""Frames, evenly spread through the run, that decide what is dark in all of them."""

BRIGHTEST: Final = 2
"""The background is the mean of so many of them, the brightest at each pixel."""

ALONG_PX: Final = 3.0
"""Standard deviation of the stretch of vessel that is looked at together."""

WALL_PX: Final = 2
BESIDE_PX: Final = 6
"""From WALL_PX to BESIDE_PX around a mask lies what it is compared with."""

LEAST_DEPTH: Final = 0.03
"""Attenuation added to both sides of a ratio: it is 1 where the run never shows a vessel empty."""

LEAST_WEIGHT: Final = 1e-3


def darkness_of(frame: Frame) -> Plane:
    """Return the attenuation of a frame at half size; vessels are high."""
    return np.asarray(-np.log(np.maximum(halved(frame), 0) + np.float32(DARKEST)), np.float32)


def still_darkness(frames: Frames) -> Plane:
    """Return the attenuation, at half size, that stays when contrast medium and moving vessels are away."""
    picked = np.unique(np.linspace(0, len(frames) - 1, min(len(frames), STILL_FRAMES)).round().astype(int))
    stack = np.stack([darkness_of(frames[t]) for t in picked])
    count = min(BRIGHTEST, len(stack))
    return np.asarray(np.partition(stack, count - 1, axis=0)[:count].mean(axis=0), np.float32)


def depth_along(added: Plane, mask: NDArray[np.bool_]) -> Plane:
    """Return by how much a mask is darker than what lies beside it, along the mask.

    Args:
        added: Attenuation at half size without what is always there.
        mask: The same size.
    """
    beside = _grown(mask, BESIDE_PX) & ~_grown(mask, WALL_PX)
    return _mean_near(added, mask) - _mean_near(added, beside)


def filling(depth: Plane, key_depth: Plane) -> Plane:
    """Return how full a vessel is: 0 without contrast medium, 1 as in the key frame.

    What shows no contrast medium on the key frame itself, such as a catheter, cannot lose it: it is full.
    """
    least = np.float32(LEAST_DEPTH)
    full = (depth + least) / (np.maximum(key_depth, 0) + least)
    return np.asarray(np.where(key_depth < least, np.maximum(full, 1), full), np.float32)


def _mean_near(image: Plane, mask: NDArray[np.bool_]) -> Plane:
    weight = mask.astype(np.float32)
    sums = cv2.GaussianBlur(np.dstack([image * weight, weight]), (0, 0), ALONG_PX)
    return np.asarray(sums[..., 0] / (sums[..., 1] + np.float32(LEAST_WEIGHT)), np.float32)


def _grown(mask: NDArray[np.bool_], pixels: int) -> NDArray[np.bool_]:
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * pixels + 1, 2 * pixels + 1))
    return np.asarray(cv2.dilate(mask.astype(np.uint8), kernel), np.bool_)
