"""From the lines of a run to a class for every pixel: 0 nothing, 1 vessel, 2 catheter."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.arrays import Frames
from lib.ridges.catheter import REACH_PX, catheter_lines
from lib.ridges.contrast import LEAST_STRENGTH, attenuation, strengths
from lib.ridges.filter import Image, levels_for
from lib.ridges.grid import Grid
from lib.ridges.lines import RunLines, run_lines
from lib.ridges.skeleton import Skeleton, group_lines, trace
from lib.ridges.tree import Rule, vessel_segments
from lib.ridges.votes import (
    FEWEST_FRAMES,
    LEAST_SHARE,
    FrameLines,
    empty_frames,
    nothing_arrives,
    track_alone,
    track_by_looks,
)
from lib.ridges.width import line_widths, lumen, paint
from lib.ridges.workers import each

VESSEL: Final = 1
CATHETER: Final = 2

LOW: Final = 0.7
"""What may belong to a line, as a share of what a vessel needs."""

RUN_GAIN: Final = 0.8
"""Where the background is known a vessel needs this share of the usual depth."""

RUN_TREE_GAIN: Final = 0.4
"""And a group of lines this share of the usual size: besides vessels only little is left."""

NEEDED_ALONE: Final = 0.45
"""Depth of a catheter in a frame without contrast, as a share of that frame's own strength."""

WEAKEST: Final = 0.7
"""A weak frame is judged as if it had at least this share of the run's strength."""

TREE_MM: Final = 220.0
"""More line than this is a tree of vessels and no catheter."""

BACKGROUND_OF_WIDEST: Final = 1.5
"""The background is what a disc of this many widest vessels fits under."""


@dataclass(frozen=True)
class Options:
    """What a person may choose.

    Attributes:
        needed: Mean depth of a vessel, as a share of the contrast's strength.
        tree_share: Summed depth of a group of lines, as a share of the frame's largest group.
        widest_mm: Width of the widest vessel.
        min_length_mm: Connected vessels shorter than this are left out.
        use_background: Take out what stays through the run.
        find_catheter: Tell a catheter from vessels.
    """

    needed: float
    tree_share: float
    widest_mm: float
    min_length_mm: float
    use_background: bool
    find_catheter: bool


@dataclass(frozen=True)
class _Drawn:
    """One frame before the run has decided about catheters."""

    found: FrameLines
    skeleton: Skeleton
    lumen: NDArray[np.bool_]


def draw_run(frames: Frames, grid: Grid, options: Options) -> NDArray[np.uint8]:
    """Return (T, H, W) classes in native resolution."""
    run = run_lines(frames, grid, levels_for(grid.coarse_px(options.widest_mm)), options.use_background)
    pen = _Pen(frames, run, grid, options)
    drawn = each(pen.draw, range(len(frames)))
    if options.find_catheter and len(frames) >= FEWEST_FRAMES:
        classes = _agreed(drawn, pen)
    else:
        classes = _classes(drawn, [one.found.catheter for one in drawn])
    return np.stack(each(lambda t: _painted(drawn[t], classes[t], grid), range(len(frames))))


@dataclass(frozen=True)
class _Pen:
    """Draws one frame after the other."""

    frames: Frames
    run: RunLines
    grid: Grid
    options: Options

    def draw(self, t: int) -> _Drawn:
        """Find what contrast added to a frame."""
        run, needed = self.run, self.options.needed * (RUN_GAIN if self.run.has_background else 1.0)
        strength = float(np.clip(run.per_frame[t], WEAKEST * run.strength, run.strength))
        return self._draw(t, run.added[t], needed * strength)

    def draw_alone(self, t: int) -> _Drawn:
        """Find what is dark in a frame without contrast, still or not, by the frame's own measure."""
        depth = self.run.depth[t]
        strength = max(float(strengths(depth[np.newaxis])[0]), LEAST_STRENGTH)
        return self._draw(t, depth, NEEDED_ALONE * strength)

    def _draw(self, t: int, depth: Image, needed: float) -> _Drawn:
        share = self.options.tree_share * (RUN_TREE_GAIN if self.run.has_background else 1.0)
        rule = Rule(LOW * needed, needed, share, self.grid.coarse_px(self.options.min_length_mm))
        near = depth > rule.low
        skeleton = trace(near)
        lines = skeleton.lines_of(vessel_segments(skeleton, depth, rule))
        widest_px = round(BACKGROUND_OF_WIDEST * self.grid.coarse_px(self.options.widest_mm)) | 1
        fine = attenuation(self.frames[t], self.grid.fine)
        mask = lumen(fine, self.run.coarse[t], skeleton, near, widest_px)
        catheter, widths = np.zeros_like(lines), line_widths(mask, depth.shape)
        if self.options.find_catheter:
            catheter = catheter_lines(lines, widths, self.run.depth[t], self.run.to_border)
        return _Drawn(FrameLines(lines, catheter, widths, *group_lines(lines, depth)), skeleton, mask)


def _agreed(drawn: Sequence[_Drawn], pen: _Pen) -> list[NDArray[np.uint8]]:
    """Return the classes of all line pixels after all frames have said where the catheter is."""
    near_border = pen.run.to_border < REACH_PX
    found = [one.found for one in drawn]
    is_flat = nothing_arrives(found, pen.run.per_frame, pen.grid.coarse_px(TREE_MM))
    empty = np.ones(len(found), bool) if is_flat else empty_frames(found)
    if empty.any():
        alone = [one.found for one in each(pen.draw_alone, np.flatnonzero(empty))]
        track = track_alone(alone, [found[t] for t in np.flatnonzero(~empty)], near_border)
    else:
        track = track_by_looks(found, near_border)
    return _classes(drawn, [track.of(frame) for frame in found], is_flat)


def _classes(
    drawn: Sequence[_Drawn], catheters: Sequence[NDArray[np.bool_]], is_flat: bool = False
) -> list[NDArray[np.uint8]]:
    """Return (H, W) classes of the line pixels of each frame.

    Groups that are small in the run are dropped, and all vessels where no contrast arrives.
    """
    least = np.inf if is_flat else LEAST_SHARE * max(one.found.fullness for one in drawn)
    return [
        np.where(catheter, CATHETER, VESSEL * one.found.larger_than(least)).astype(np.uint8)
        for one, catheter in zip(drawn, catheters, strict=True)
    ]


def _painted(drawn: _Drawn, line_classes: NDArray[np.uint8], grid: Grid) -> NDArray[np.uint8]:
    """Return (H, W) classes in native resolution."""
    fine = paint(drawn.lumen, drawn.skeleton, line_classes)
    return fine if fine.shape == grid.native else _resize_classes(fine, grid.native)


def _resize_classes(classes: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Resize each class as a smooth shape, so that lumens have no steps."""
    resized = np.zeros(size, np.uint8)
    for value in (VESSEL, CATHETER):
        share = cv2.resize(
            (classes == value).astype(np.float32), (size[1], size[0]), interpolation=cv2.INTER_LINEAR
        )
        resized[share > 0.5] = value
    return resized
