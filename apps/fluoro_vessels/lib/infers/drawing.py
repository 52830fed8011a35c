"""From the lines of a run to a class for every pixel: 0 nothing, 1 vessel, 2 catheter."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.arrays import Frame, Frames
from lib.infers.catheter import REACH_PX, catheter_lines
from lib.infers.contrast import attenuation
from lib.infers.grid import Grid
from lib.infers.lines import RunLines, run_lines
from lib.infers.ridge import levels_for
from lib.infers.skeleton import Skeleton, group_lines, trace
from lib.infers.tree import Rule, vessel_segments
from lib.infers.votes import FEWEST_FRAMES, LEAST_SHARE, FrameLines, catheter_places, unfilled_frames
from lib.infers.width import line_widths, lumen, paint
from lib.infers.workers import each

VESSEL: Final = 1
CATHETER: Final = 2

LOW: Final = 0.65
"""What may belong to a line, as a share of what a vessel needs."""

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
        widest_mm: Width of the widest vessel.
        min_length_mm: Connected vessels shorter than this are left out.
        use_background: Take out what stays through the run.
        find_catheter: Tell a catheter from vessels.
    """

    needed: float
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
    drawn = each(lambda t: _draw_frame(frames[t], run, t, grid, options), range(len(frames)))
    catheter = _catheter_places([one.found for one in drawn], run, grid, options)
    least = LEAST_SHARE * max(one.found.fullness for one in drawn)
    return np.stack(each(lambda one: _classes(one, catheter, least, grid), drawn))


def _draw_frame(frame: Frame, run: RunLines, t: int, grid: Grid, options: Options) -> _Drawn:
    depth = run.added[t]
    strength = float(np.clip(run.per_frame[t], WEAKEST * run.strength, run.strength))
    rule = Rule(
        low=LOW * options.needed * strength,
        high=options.needed * strength,
        shortest_px=grid.coarse_px(options.min_length_mm),
    )
    near = depth > rule.low
    skeleton = trace(near)
    lines = skeleton.lines_of(vessel_segments(skeleton, depth, rule))
    widest_px = round(BACKGROUND_OF_WIDEST * grid.coarse_px(options.widest_mm)) | 1
    mask = lumen(attenuation(frame, grid.fine), run.coarse[t], skeleton, near, widest_px)
    catheter = np.zeros_like(lines)
    if options.find_catheter:
        widths = line_widths(mask, depth.shape)
        catheter = catheter_lines(lines, widths, run.depth[t], run.to_border)
    return _Drawn(FrameLines(lines, catheter, *group_lines(lines, depth)), skeleton, mask)


def _catheter_places(
    frames: Sequence[FrameLines], run: RunLines, grid: Grid, options: Options
) -> NDArray[np.bool_] | None:
    """Return (H, W) bool; None where the run is too short to decide for its frames."""
    if len(frames) < FEWEST_FRAMES or not options.find_catheter:
        return None
    unfilled = unfilled_frames(frames, run.per_frame, grid.coarse_px(TREE_MM))
    return catheter_places(frames, unfilled, run.to_border < REACH_PX)


def _classes(
    drawn: _Drawn, catheter_places: NDArray[np.bool_] | None, least: float, grid: Grid
) -> NDArray[np.uint8]:
    """Return (H, W) classes in native resolution."""
    found = drawn.found
    is_catheter = found.catheter if catheter_places is None else catheter_places
    classes = np.where(is_catheter, CATHETER, VESSEL) * found.larger_than(least)
    fine = paint(drawn.lumen, drawn.skeleton, classes.astype(np.uint8))
    if fine.shape == grid.native:
        return fine
    return np.asarray(_resize_classes(fine, grid.native), np.uint8)


def _resize_classes(classes: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Resize each class as a smooth shape, so that lumens have no steps."""
    resized = np.zeros(size, np.uint8)
    for value in (VESSEL, CATHETER):
        share = cv2.resize(
            (classes == value).astype(np.float32), (size[1], size[0]), interpolation=cv2.INTER_LINEAR
        )
        resized[share > 0.5] = value
    return resized
