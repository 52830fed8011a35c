"""Distances between the borders of two masks."""

import cv2
import numpy as np
from numpy.typing import NDArray

CROSS = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], np.uint8)


def surface_distances(
    mask: NDArray[np.bool_], truth: NDArray[np.bool_]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return how far each border pixel lies from the other mask's border, in pixels.

    Args:
        mask: (H, W), not empty.
        truth: (H, W), not empty.

    Returns:
        The distances of the mask's border pixels, and those of the truth's.
    """
    mask_border, truth_border = border_of(mask), border_of(truth)
    return _distance_to(truth_border)[mask_border], _distance_to(mask_border)[truth_border]


def border_of(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the pixels of a mask, (H, W), that touch its outside or the edge of the picture by a side."""
    inner = cv2.erode(mask.astype(np.uint8), CROSS, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    return np.asarray(mask & (inner == 0), bool)


def _distance_to(border: NDArray[np.bool_]) -> NDArray[np.float32]:
    background = (~border).astype(np.uint8)
    return np.asarray(cv2.distanceTransform(background, cv2.DIST_L2, cv2.DIST_MASK_PRECISE), np.float32)
