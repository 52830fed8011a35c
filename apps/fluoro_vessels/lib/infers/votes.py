"""What all frames of a run decide together: where the catheter lies, and what is too weak to be a vessel.

A single frame may mistake a catheter for a vessel. Through the run the catheter lies still, and
before contrast arrives it is there alone; so all frames vote on every place.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.infers.skeleton import group_lines

UNFILLED: Final = 0.3
"""A frame before the fullest one, with less than this share of its contrast, is not filled yet."""

UNFILLED_WEIGHT: Final = 3.0
"""Votes of a frame in which nothing but the catheter can be seen."""

FLAT_RISE: Final = 1.5
"""Where the strongest frame is less than this many times as strong as the weakest, nothing arrived."""

FEWEST_FRAMES: Final = 8
"""Shorter runs do not show whether contrast arrives."""

MAJORITY: Final = 0.5
NEARBY_PX: Final = 7
"""Diameter of the place that a line votes on: the heart moves the catheter's tip."""

LEAST_SHARE: Final = 0.1
"""A group of lines needs this share of the depth that the run's largest group sums up."""


@dataclass(frozen=True)
class FrameLines:
    """What one frame found, on the coarse grid.

    Attributes:
        lines: (H, W) bool; vessels and catheter together.
        catheter: (H, W) bool; those that look like a catheter in this frame alone.
        group: (H, W) number of the connected group of each line pixel, from 1.
        scores: (n + 1,) summed depth of each group.
    """

    lines: NDArray[np.bool_]
    catheter: NDArray[np.bool_]
    group: NDArray[np.int32]
    scores: NDArray[np.float64]

    @property
    def fullness(self) -> float:
        """Summed depth of the largest group."""
        return float(self.scores.max())

    def larger_than(self, score: float) -> NDArray[np.bool_]:
        """Return (H, W) bool: the lines of groups that reach a score."""
        return self.lines & (self.scores[self.group] >= score)


def unfilled_frames(
    frames: Sequence[FrameLines], strengths: NDArray[np.float64], tree_px: float
) -> NDArray[np.bool_]:
    """Return (T,) bool: the frames in which no vessel holds contrast.

    Args:
        frames: What each frame found.
        strengths: (T,) strength of the contrast in each.
        tree_px: More line than this is a tree, filled also where contrast neither comes nor goes.
    """
    fullness = np.array([frame.fullness for frame in frames])
    length = np.median([np.count_nonzero(frame.lines) for frame in frames])
    is_flat = len(frames) >= FEWEST_FRAMES and strengths.max() < FLAT_RISE * strengths.min()
    if is_flat and length < tree_px:
        return np.ones(len(frames), bool)
    before_peak = np.arange(len(frames)) < int(fullness.argmax())
    return before_peak & (fullness < UNFILLED * fullness.max())


def catheter_places(
    frames: Sequence[FrameLines], unfilled: NDArray[np.bool_], near_border: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return (H, W) bool: places where most lines of the run belong to a catheter.

    Args:
        frames: What each frame found.
        unfilled: (T,) bool; frames where all lines from the border are a catheter.
        near_border: (H, W) bool; where lines from the border begin.
    """
    place = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (NEARBY_PX, NEARBY_PX))
    total = np.full(near_border.shape, 1e-6, np.float32)
    catheter = np.zeros_like(total)
    for frame, is_unfilled in zip(frames, unfilled, strict=True):
        own = _from_border(frame, near_border) if is_unfilled else frame.catheter
        weight = UNFILLED_WEIGHT if is_unfilled else 1.0
        total += weight * cv2.dilate(frame.lines.astype(np.uint8), place)
        catheter += weight * cv2.dilate(own.astype(np.uint8), place)
    return catheter > MAJORITY * total


def _from_border(frame: FrameLines, near_border: NDArray[np.bool_]) -> NDArray[np.bool_]:
    _, touching = group_lines(frame.lines, near_border.astype(np.float32))
    return frame.lines & (touching[frame.group] > 0)
