"""What the contrast agent adds to a run: attenuation, its still background, and how strong it gets."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.arrays import Frame
from lib.ridges.filter import Image

DARKEST: Final = 0.02
"""Brightness added before the logarithm, so that black stays finite."""

BACKGROUND_SHARE: Final = 0.1
"""Share of the frames, the brightest at each pixel, whose mean is the still background."""

STRONG: Final = 0.995
"""A frame is as strong as this quantile of its line depths: about its main branches."""

LEAST_STRENGTH: Final = 0.06
"""Below this attenuation nothing is a vessel; a vessel of a usual injection has 0.1 to 0.7."""

ABOVE_NOISE: Final = 12.0
"""Contrast is at least this many times as deep as the lines of noise; on real runs it is 14 to 60 times."""


def attenuation(frame: Frame, size: tuple[int, int]) -> Image:
    """Return the negative logarithm of a frame, at (height, width) `size`; vessels are high."""
    if frame.shape != size:
        method = cv2.INTER_AREA if frame.shape[0] > size[0] else cv2.INTER_LINEAR
        frame = cv2.resize(frame, (size[1], size[0]), interpolation=method)
    darkness = -np.log(np.maximum(frame, 0.0) + np.float32(DARKEST))
    return np.asarray(np.minimum(darkness, np.percentile(darkness[::4, ::4], 99.5)), np.float32)


def still_background(stack: NDArray[np.float32]) -> Image:
    """Return the attenuation that stays when contrast and moving vessels are away.

    Args:
        stack: (T, H, W) attenuation.
    """
    count = max(round(len(stack) * BACKGROUND_SHARE), 1)
    lowest = np.partition(stack, count - 1, axis=0)[:count]
    return np.asarray(lowest.mean(axis=0), np.float32)


def strengths(depths: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return how strong the contrast is in each frame, from line depths (T, H, W)."""
    return np.array([np.quantile(depth[::2, ::2], STRONG) for depth in depths])


def run_strength(per_frame: NDArray[np.float64], noise: float) -> float:
    """Return the strength of the run's fullest moment; one odd frame does not count alone.

    Args:
        per_frame: (T,) strength of each frame.
        noise: Line depth of noise; a run without contrast is not stretched until its noise looks strong.
    """
    middle = np.median(np.stack([np.roll(per_frame, -1), per_frame, np.roll(per_frame, 1)]), axis=0)
    inner = middle[1:-1] if len(middle) > 2 else per_frame
    return max(float(inner.max()), LEAST_STRENGTH, ABOVE_NOISE * noise)


def noise_depth(depths: NDArray[np.float32]) -> float:
    """Return how deep the lines are that noise alone draws, from line depths (T, H, W)."""
    some = depths[:, ::4, ::4]
    positive = some[some > 0]
    return float(np.median(positive)) if positive.size else 0.0
