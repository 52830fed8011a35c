"""How much contrast medium there is in each frame, and which frame has most."""

from functools import partial
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.arrays import Frame, Frames, Mask
from lib.errors.measure_run import MasksOfRunError
from lib.ridges.workers import each

LONGER_SIDE_PX: Final = 256
"""Frames are compared at this size; vessels are 1 to 10 pixels wide there."""

WIDEST_PX: Final = 19
"""Whatever is wider at this size is no vessel."""


def vessel_area_px(masks: Mask) -> NDArray[np.int64]:
    """Return (T,) pixels of the mask in each frame."""
    return np.asarray(np.count_nonzero(masks, axis=(1, 2)), np.int64)


def filling(frames: Frames, masks: Mask | None = None) -> NDArray[np.float64]:
    """Return (T,) how full the vessels are: 0 in the emptiest frame, 1 in the fullest.

    What is dark in every frame (a rib, a wire at rest) counts in none.

    Args:
        frames: (T, H, W) in [0, 1], vessels dark.
        masks: (T, H, W) vessels; without them all that is thin and dark counts.

    Raises:
        MasksOfRunError: The masks have another shape than the frames.
    """
    if masks is not None and masks.shape != frames.shape:
        raise MasksOfRunError(masks.shape, frames.shape)
    thin = np.stack(each(thin_dark, frames))
    if masks is not None:
        amounts = (thin * np.stack(each(partial(_small, (thin.shape[1], thin.shape[2])), masks))).mean(
            axis=(1, 2)
        )
    else:
        amounts = np.maximum(thin - np.median(thin[:, ::4, ::4]), 0).mean(axis=(1, 2))
    padded = np.pad(amounts.astype(np.float64), 1, mode="edge")
    smooth = (padded[:-2] + 2 * padded[1:-1] + padded[2:]) / 4
    above = smooth - smooth.min()
    return np.asarray(above / max(float(above.max()), 1e-9))


def best_contrast(frames: Frames, masks: Mask | None = None) -> int:
    """Return t of the frame whose vessels are filled best; see `filling`."""
    return int(np.argmax(filling(frames, masks)))


def thin_dark(
    frame: Frame, longer_side_px: int = LONGER_SIDE_PX, widest_px: int = WIDEST_PX, blur_px: float = 0.0
) -> NDArray[np.float32]:
    """Return (h, w) how much darker each pixel is than its surroundings, where something thin is dark.

    Args:
        frame: (H, W) in [0, 1], vessels dark.
        longer_side_px: Of the result; a smaller frame keeps its size.
        widest_px: Whatever is wider there does not count.
        blur_px: Standard deviation of a blur against noise; 0 for none.
    """
    scale = min(longer_side_px / max(frame.shape), 1.0)
    small = cv2.resize(frame, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    if blur_px:
        small = cv2.GaussianBlur(small, (0, 0), blur_px)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (widest_px, widest_px))
    return np.asarray(cv2.morphologyEx(small, cv2.MORPH_BLACKHAT, disc), np.float32)


def _small(shape: tuple[int, int], mask: NDArray[np.bool_]) -> NDArray[np.float32]:
    size = (shape[1], shape[0])
    return np.asarray(cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_AREA), np.float32)
