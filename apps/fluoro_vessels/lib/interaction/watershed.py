"""Watershed: cores that are surely vessel and what surely is none are flooded until they meet at the walls.

Paper: Beucher and Meyer 1993, "The morphological approach to segmentation: the watershed
transformation", chapter 12 of Mathematical Morphology in Image Processing.
"""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.filters import sobel
from skimage.segmentation import watershed as flood

from lib.arrays import Frame
from lib.interaction.prompts import Point
from lib.ridges.contrast import attenuation
from lib.ridges.filter import Image

SMOOTHING_PX: Final = 0.7
OUTSIDE_SHARE: Final = 0.35
"""Lines of less than this share of what a core needs are surely no vessel; nor is what is no line."""

AXIS_PX: Final = 9
AXIS_SHARE: Final = 0.5
"""A core is no shallower than this share of the deepest pixel in a square of that side; so it is
narrower than its vessel."""

REACH_PX: Final = 9
"""A click means all that lies in a square of this side around it: hands are not exact."""

_OUTSIDE: Final = 1
_FIRST_CORE: Final = 2


def watershed(
    frame: Frame,
    depth: Image,
    threshold_ratio: float,
    kernel_size: int,
    inside: Sequence[Point] = (),
    outside: Sequence[Point] = (),
) -> NDArray[np.bool_]:
    """Return (H, W) bool: the vessels of a frame, or those of them that a person points at.

    Args:
        frame: (H, W) in [0, 1], vessels dark.
        depth: (H, W), how deep each pixel lies in a dark line; see `dark_lines`.
        threshold_ratio: Depth that a core needs, as a share of the frame's contrast. Less finds paler and
            thinner vessels, and more that is none.
        kernel_size: Odd diameter in pixels of the disc that a core must hold; 1 keeps every core.
        inside: Points (y, x) on vessels: of all cores only those that these lie on stay.
        outside: Points (y, x) on what must not be taken: the cores that these lie on become background, or
            where a core has points of both kinds, only what is beside these.
    """
    markers = _markers(depth, threshold_ratio, kernel_size)
    _let_points_decide(markers, inside, outside)
    smooth = cv2.GaussianBlur(attenuation(frame, (frame.shape[0], frame.shape[1])), (0, 0), SMOOTHING_PX)
    return np.asarray(flood(sobel(smooth), markers) > _OUTSIDE, bool)


def _markers(depth: Image, threshold_ratio: float, kernel_size: int) -> NDArray[np.int32]:
    """Return (H, W): 1 surely outside, from 2 on one number for each core, 0 to be decided by the flood."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (kernel_size, kernel_size))
    deepest = cv2.dilate(depth, np.ones((AXIS_PX, AXIS_PX), np.uint8))
    is_core = (depth >= threshold_ratio) & (depth >= AXIS_SHARE * deepest)
    cores = cv2.morphologyEx(is_core.astype(np.uint8), cv2.MORPH_OPEN, disc)
    _, number = cv2.connectedComponents(cores, connectivity=8)
    markers = np.where(number > 0, number + (_FIRST_CORE - 1), 0).astype(np.int32)
    markers[depth < OUTSIDE_SHARE * threshold_ratio] = _OUTSIDE
    return markers


def _let_points_decide(markers: NDArray[np.int32], inside: Sequence[Point], outside: Sequence[Point]) -> None:
    """Turn the cores that nobody wants into background, in place; clicked pixels become what they say."""
    wanted, unwanted = _clicked(inside, markers.shape), _clicked(outside, markers.shape)
    kept = markers[_around(wanted)]
    dropped = markers if inside else markers[_around(unwanted)]
    markers[np.isin(markers, np.setdiff1d(dropped[dropped >= _FIRST_CORE], kept))] = _OUTSIDE
    markers[wanted] = np.maximum(markers[wanted], _FIRST_CORE)
    markers[_around(unwanted)] = _OUTSIDE


def _clicked(points: Sequence[Point], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    canvas = np.zeros(shape, bool)
    for y, x in points:
        canvas[round(y), round(x)] = True
    return canvas


def _around(pixels: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return np.asarray(cv2.dilate(pixels.astype(np.uint8), np.ones((REACH_PX, REACH_PX), np.uint8)) > 0)
