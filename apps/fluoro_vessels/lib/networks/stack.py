"""What the vessel network sees: a frame, its neighbours, the run's background, and the local contrast.

One middle and one spread standardise the first four channels of a stack, so that any window of the same
picture gives the same stack. What the collimator covers is 0 in every channel.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.arrays import Frame, Frames
from lib.frames.field import field_of_view

STACK: Final = ("before", "frame", "after", "background", "local")
"""The channels of the network's input."""

QUANTILES: Final = (0.005, 0.05, 0.5, 0.95, 0.995)
"""Where a picture's values are measured; a change of its window moves them as it moves the pixels."""

BODY_SPREADS: Final = 3.29
"""Standard deviations from the 5th to the 95th percentile of a normal distribution."""

RANGE_SPREADS: Final = 8.0
"""The whole range spans at most so many spreads: a subtracted picture is flat but for its vessels."""

LEAST_SPREAD: Final = 0.004
"""One of 256 grey levels: a black picture is not blown up."""

CLIP: Final = 6.0
LOCAL_CLIP: Final = 4.0
LOCAL_SHARE: Final = 1 / 12
"""Width of the box for the local contrast as a share of the picture's longer side."""

LOCAL_FLOOR: Final = 0.15
"""Added to the local standard deviation, in spreads: even places stay even."""

BACKGROUND_FRAMES: Final = 16
"""Frames that decide about the background; more only find more noise."""

SAMPLE_STEP: Final = 4


@dataclass(frozen=True)
class Levels:
    """The middle of a picture's values and how far they spread."""

    middle: float
    spread: float


def background_times(n_frames: int) -> list[int]:
    """Return the frames of a run that decide about its background."""
    times = np.linspace(0, n_frames - 1, min(n_frames, BACKGROUND_FRAMES))
    return [int(t) for t in times.round()]


def background_of(frames: Frames) -> Frame:
    """Return (H, W), the lightest that each pixel gets in some frames evenly spread through the run."""
    first, *others = background_times(len(frames))
    lightest = frames[first].copy()
    for t in others:
        np.maximum(lightest, frames[t], out=lightest)
    return np.asarray(lightest, np.float32)


def stack_at(
    frames: Frames, t: int, background: Frame, field: NDArray[np.bool_] | None = None
) -> NDArray[np.float32]:
    """Return (5, H, W) float32, the network's input for frame t.

    Args:
        frames: (T, H, W) in [0, 1], vessels dark; a single frame is its own neighbour.
        t: Which one, from 0.
        background: The run's, of `background_of`.
        field: (H, W) true inside the field of view; found where it is None.
    """
    inside = field_seen(frames[t], background) if field is None else field
    before, after = frames[max(t - 1, 0)], frames[min(t + 1, len(frames) - 1)]
    planes = np.stack([before, frames[t], after, background])
    levels = levels_from(quantiles_of(frames[t], background, inside))
    return assemble(planes, inside, levels, max(background.shape))


def field_seen(frame: Frame, background: Frame) -> NDArray[np.bool_]:
    """Return (H, W), false at the border that is the same in the frame and in the run's background.

    The background alone would not do: where it is saturated, a vessel of the frame may still be seen.
    """
    return field_of_view([frame, background])


def quantiles_of(frame: Frame, background: Frame, field: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return the QUANTILES of a frame and its background together, inside the field."""
    rough = np.s_[::SAMPLE_STEP, ::SAMPLE_STEP]
    inside = field[rough]
    if not inside.any():
        inside = np.ones_like(inside)
    values = np.concatenate([frame[rough][inside], background[rough][inside]])
    return np.asarray(np.quantile(values, QUANTILES), np.float32)


def levels_from(quantiles: NDArray[np.float32]) -> Levels:
    """Return middle and spread from the five QUANTILES."""
    lowest, low, middle, high, highest = (float(value) for value in quantiles)
    spread = max((high - low) / BODY_SPREADS, (highest - lowest) / RANGE_SPREADS, LEAST_SPREAD)
    return Levels(middle, spread)


def assemble(
    planes: NDArray[np.float32], field: NDArray[np.bool_], levels: Levels, size: int
) -> NDArray[np.float32]:
    """Return (5, H, W) from the four pictures.

    Args:
        planes: (4, H, W): before, frame, after, background.
        field: (H, W), true inside the field of view.
        levels: Of the picture that these planes are, or were cut from.
        size: Longer side of that picture in pixels.
    """
    weight = field.astype(np.float32)
    stack = np.empty((len(STACK), *field.shape), np.float32)
    np.subtract(planes, np.float32(levels.middle), out=stack[:4])
    stack[:4] *= np.float32(1 / levels.spread)
    np.clip(stack[:4], -CLIP, CLIP, out=stack[:4])
    stack[:4] *= weight
    stack[4] = local_contrast(stack[1], weight, size)
    return stack


def local_contrast(
    picture: NDArray[np.float32], weight: NDArray[np.float32], size: int
) -> NDArray[np.float32]:
    """Return (H, W): by how many local standard deviations a pixel is lighter than its surroundings.

    Args:
        picture: (H, W), standardised, 0 outside the field.
        weight: (H, W), 1 inside the field and 0 outside, where nothing is looked at.
        size: Longer side in pixels of the whole picture; the surroundings are a share of it.
    """
    width = 2 * round(size * LOCAL_SHARE / 2) + 1
    box = (width, width)
    share = np.maximum(cv2.blur(weight, box), np.float32(1 / width**2))
    mean = cv2.blur(picture, box) / share
    square = cv2.blur(picture * picture, box) / share
    deviation = np.sqrt(np.maximum(square - mean * mean, 0)) + np.float32(LOCAL_FLOOR)
    return np.asarray(np.clip((picture - mean) / deviation, -LOCAL_CLIP, LOCAL_CLIP) * weight, np.float32)
