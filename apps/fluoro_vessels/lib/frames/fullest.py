"""The frame that shows the vessels best."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.arrays import FrameSource

WORKING_SIZE: Final = 256
"""Longer side in pixels at which frames are compared; vessels of interest are 1 to 8 pixels wide there."""

KERNEL: Final = 15
"""Side in pixels of the closing that removes whatever dark thing is narrower."""


def fullest_frame(frames: FrameSource) -> int:
    """Return t of the frame with most contrast in the vessels.

    Thin dark structures are found in each frame by a black top-hat; what of it stands out from the noise of
    the run is summed up and smoothed over time. What is dark all the time (ribs, wires, a catheter at rest)
    counts the same in every frame and so does not matter.

    Args:
        frames: (T, H, W) float32 in [0, 1], vessels dark.

    Returns:
        t; the first of several that are equally full, so 0 for a run without contrast.
    """
    if len(frames) == 1:
        return 0
    thin = np.stack([_thin_dark(frames[t]) for t in range(len(frames))])
    noise = np.median(thin[:, ::4, ::4])
    amounts = np.maximum(thin - noise, 0).mean(axis=(1, 2))
    return int(np.argmax(_smooth(amounts)))


def _thin_dark(frame: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return (h, w), how much darker each pixel is than its surroundings, at the working size."""
    scale = min(1.0, WORKING_SIZE / max(frame.shape))
    small = cv2.resize(frame, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (KERNEL, KERNEL))
    return np.asarray(cv2.morphologyEx(small, cv2.MORPH_BLACKHAT, kernel), np.float32)


def _smooth(amounts: NDArray[np.float32]) -> NDArray[np.float32]:
    """Average over three frames, so that one noisy frame does not win."""
    padded = np.pad(amounts, 1, mode="edge")
    return np.asarray((padded[:-2] + 2 * padded[1:-1] + padded[2:]) / 4, np.float32)
