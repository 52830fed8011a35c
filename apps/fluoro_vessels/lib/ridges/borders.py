"""Where collimator leaves, round intensifier borders and shutters end and the picture begins."""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.frames.field import field_of_view
from lib.ridges.filter import Image

LEAF_SHARE: Final = 0.3
"""A collimator leaf covers at most this share of the picture's side."""

LEAF_STEP: Final = 0.25
"""Least fall of attenuation from a leaf to the picture, as a natural logarithm."""

LEAF_STRAIGHTNESS: Final = 0.7
"""Share of a leaf's edge at which the step has to be there."""

SHORTEST_REACH_PX: Final = 8
"""Smaller pictures are not searched for leaves."""

SWAY_PX: Final = 12
"""How far a round border may sway between frames."""

MARGIN_PX: Final = 3
"""What is left out inside the border, where its edge is blurred."""


def field_mask(samples: Sequence[Image]) -> NDArray[np.bool_]:
    """Return (H, W), true where vessels may be.

    Args:
        samples: Attenuation images (H, W) of the run.
    """
    field = field_of_view(samples)
    if not field.all():
        field &= _steady(samples, field)
    mean = np.mean(samples, axis=0, dtype=np.float32)
    height, width = mean.shape
    rows, columns = _open_range(mean), _open_range(mean.T)
    open_part = np.zeros_like(field)
    open_part[rows, columns] = True
    field &= open_part
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * MARGIN_PX + 1,) * 2)
    padded = cv2.copyMakeBorder(field.astype(np.uint8), *(MARGIN_PX,) * 4, cv2.BORDER_CONSTANT, value=1)
    eroded = cv2.erode(padded, disc)[MARGIN_PX : MARGIN_PX + height, MARGIN_PX : MARGIN_PX + width]
    return np.asarray(eroded > 0)


def distance_to_border(field: NDArray[np.bool_]) -> Image:
    """Return each pixel's distance in pixels to the border of the field or of the picture."""
    padded = cv2.copyMakeBorder(field.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    distance = cv2.distanceTransform(padded, cv2.DIST_L2, 5)
    return np.asarray(distance[1:-1, 1:-1], np.float32)


def _steady(samples: Sequence[Image], field: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return (H, W), false where a border that sways through the run comes to lie beside the still one."""
    swept = cv2.dilate((~field).astype(np.uint8), np.ones((2 * SWAY_PX + 1,) * 2, np.uint8)) > 0
    always = np.logical_and.reduce([field_of_view([sample]) for sample in samples])
    return np.asarray(always | ~swept)


def _open_range(attenuation: Image) -> slice:
    """Return the rows between a leaf at the top and one at the bottom."""
    top = _leaf_depth(attenuation)
    bottom = _leaf_depth(attenuation[::-1])
    return slice(top, attenuation.shape[0] - bottom)


def _leaf_depth(attenuation: Image) -> int:
    """Return how many rows a leaf at the top covers; 0 if there is none.

    A leaf's edge is a step towards bright that goes straight across most of the picture.
    """
    height, width = attenuation.shape
    reach = int(height * LEAF_SHARE)
    if reach < SHORTEST_REACH_PX:
        return 0
    middle = attenuation[:, width // 5 : width - width // 5]
    smooth = cv2.blur(middle, (5, 3))
    step = smooth[: reach - 4] - smooth[4:reach]
    strength = np.median(step, axis=1)
    row = int(strength.argmax())
    straight = float((step[row] > LEAF_STEP / 2).mean())
    return row + 4 if strength[row] > LEAF_STEP and straight > LEAF_STRAIGHTNESS else 0
