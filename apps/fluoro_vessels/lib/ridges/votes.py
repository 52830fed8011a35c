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

from lib.ridges.filter import Image
from lib.ridges.skeleton import group_lines

UNFILLED: Final = 0.2
"""A frame before the fullest one, with less than this share of its contrast, is not filled yet."""

FLAT_RISE: Final = 1.7
"""Where the strongest frame is less than this many times as strong as the weakest, nothing arrived."""

FEWEST_FRAMES: Final = 8
"""Shorter runs do not show whether contrast arrives."""

MAJORITY: Final = 0.5
NEARBY_PX: Final = 9
"""Diameter of the place that a line votes on: the heart moves the catheter's tip."""

WIDER: Final = 1.4
"""A line this many times as wide as the catheter is the vessel that it leads to."""

_PLACE: Final = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (NEARBY_PX, NEARBY_PX))

ALONE_SHARE: Final = 0.3
"""Share of the frames without contrast in which a catheter has to be seen at a place; it moves."""

FEWEST_SHARE: Final = 0.1
"""Share of the frames in which a catheter has to be recognised where it is never alone."""

LEAST_SHARE: Final = 0.1
"""A group of lines needs this share of the depth that the run's largest group sums up."""


@dataclass(frozen=True)
class FrameLines:
    """What one frame found, on the coarse grid.

    Attributes:
        lines: (H, W) bool; vessels and catheter together.
        catheter: (H, W) bool; those that look like a catheter in this frame alone.
        widths: (H, W) width of the lumen in pixels, true on the lines.
        group: (H, W) number of the connected group of each line pixel, from 1.
        scores: (n + 1,) summed depth of each group.
    """

    lines: NDArray[np.bool_]
    catheter: NDArray[np.bool_]
    widths: Image
    group: NDArray[np.int32]
    scores: NDArray[np.float64]

    @property
    def fullness(self) -> float:
        """Summed depth of the largest group."""
        return float(self.scores.max())

    def larger_than(self, score: float) -> NDArray[np.bool_]:
        """Return (H, W) bool: the lines of groups that reach a score."""
        return self.lines & (self.scores[self.group] >= score)


def nothing_arrives(frames: Sequence[FrameLines], strengths: NDArray[np.float64], tree_px: float) -> bool:
    """Say whether contrast neither comes nor goes, and no tree is there either.

    Args:
        frames: What each frame found.
        strengths: (T,) strength of the contrast in each.
        tree_px: More line than this is a tree, filled from the first frame to the last.
    """
    length = np.median([np.count_nonzero(frame.lines) for frame in frames])
    return bool(strengths.max() < FLAT_RISE * strengths.min() and length < tree_px)


def empty_frames(frames: Sequence[FrameLines]) -> NDArray[np.bool_]:
    """Return (T,) bool: frames before contrast arrives; none where it is there at once.

    Only the first half of the frames with little contrast: in the later ones a vessel may begin to fill.
    """
    fullness = np.array([frame.fullness for frame in frames])
    before_peak = np.arange(len(frames)) < int(fullness.argmax())
    early = np.flatnonzero(before_peak & (fullness < UNFILLED * fullness.max()))
    empty = np.zeros(len(frames), bool)
    empty[early[: (len(early) + 1) // 2]] = True
    return empty


@dataclass(frozen=True)
class CatheterTrack:
    """Where the catheter of a run lies, and how wide it is.

    Attributes:
        places: (H, W) bool.
        widest_px: A line within the places that is wider is a vessel.
        near_border: (H, W) bool; where lines from the border begin.
    """

    places: NDArray[np.bool_]
    widest_px: float
    near_border: NDArray[np.bool_]

    def of(self, frame: FrameLines) -> NDArray[np.bool_]:
        """Return (H, W) bool: the lines of a frame that are the catheter, from the border without a gap."""
        narrow = cv2.blur(frame.widths * frame.lines, (9, 9)) <= self.widest_px * cv2.blur(
            frame.lines.astype(np.float32), (9, 9)
        )
        return leading_in(frame.lines & self.places & narrow, self.near_border)


def track_alone(
    alone: Sequence[FrameLines], filled: Sequence[FrameLines], near_border: NDArray[np.bool_]
) -> CatheterTrack:
    """Find the catheter in the frames that show it alone.

    It leads in from the border, and what fills the vessels later fills it too: a rib or a wire that
    is there before contrast gets no darker.

    Args:
        alone: Frames without contrast.
        filled: The other frames, with what contrast added; may be none.
        near_border: (H, W) bool; where lines from the border begin.
    """
    leading = [leading_in(frame.lines, near_border) for frame in alone]
    places = mean_places(leading) >= ALONE_SHARE
    if filled:
        places &= mean_places([frame.lines for frame in filled]) > FEWEST_SHARE
    seen = [lines & places for lines in leading]
    return CatheterTrack(_bridged(places), _usual_width(alone, seen), near_border)


def track_by_looks(frames: Sequence[FrameLines], near_border: NDArray[np.bool_]) -> CatheterTrack:
    """Find the catheter where no frame shows it alone: what most frames take for one."""
    own = [frame.catheter for frame in frames]
    catheter = mean_places(own)
    places = (catheter > MAJORITY * mean_places([frame.lines for frame in frames])) & (
        catheter > FEWEST_SHARE
    )
    return CatheterTrack(_bridged(places), _usual_width(frames, own), near_border)


def leading_in(lines: NDArray[np.bool_], near_border: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the lines that are connected to where lines from the border begin."""
    group, touching = group_lines(lines, near_border.astype(np.float32))
    return lines & (touching[group] > 0)


def mean_places(lines: Sequence[NDArray[np.bool_]]) -> Image:
    """Return (H, W): in which share of the frames a line is near."""
    near = [cv2.dilate(one.astype(np.uint8), _PLACE) for one in lines]
    return np.asarray(np.mean(near, axis=0), np.float32)


def _bridged(places: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return np.asarray(cv2.morphologyEx(places.astype(np.uint8), cv2.MORPH_CLOSE, _PLACE) > 0)


def _usual_width(frames: Sequence[FrameLines], lines: Sequence[NDArray[np.bool_]]) -> float:
    """Return the width of a catheter with what vessels may not exceed; 0 where there is no catheter."""
    widths = np.concatenate([frame.widths[chosen] for frame, chosen in zip(frames, lines, strict=True)])
    return WIDER * float(np.median(widths)) if widths.size else 0.0
