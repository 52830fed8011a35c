"""A mask on the working size and back; what did not change there does not change on the frame."""

import cv2
import numpy as np
from numpy.typing import NDArray


def to_working(mask: NDArray[np.bool_], size: tuple[int, int]) -> NDArray[np.bool_]:
    """Return a mask as (h, w) of `size`: a pixel is inside where half of it is."""
    if mask.shape == size:
        return mask
    share = cv2.resize(mask.astype(np.uint8) * 255, (size[1], size[0]), interpolation=cv2.INTER_AREA)
    return np.asarray(share >= 128, bool)


def to_native(mask: NDArray[np.bool_], shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Return a mask as (H, W) of `shape`, with smooth walls."""
    if mask.shape == shape:
        return mask
    share = cv2.resize(mask.astype(np.uint8) * 255, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(share >= 128, bool)


def changed(
    mask: NDArray[np.bool_], before: NDArray[np.bool_], after: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return (H, W): a native mask with the change from one working mask, (h, w), to another."""
    if mask.shape == before.shape:
        return after
    shape = (mask.shape[0], mask.shape[1])
    # A native wall may lie a part of a working pixel outside of the working one.
    rim = cv2.dilate((before & ~after).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return np.asarray((mask | to_native(after & ~before, shape)) & ~to_native(rim & ~after, shape), bool)
