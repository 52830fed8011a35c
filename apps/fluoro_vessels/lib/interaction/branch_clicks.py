"""Clicks on a vessel tree: the unit of intent is the branch.

The frame is looked at once. From a low threshold comes an over-complete graph of branches, and a prompt
takes or drops one of them, to its bifurcation. Nothing else of the mask is touched.
"""

from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from lib.arrays import FrameSource
from lib.interaction.automatic import automatic_mask
from lib.interaction.branch_encoding import BranchEncoding
from lib.interaction.branch_graph import branch_graph
from lib.interaction.branch_points import Place, with_point, without_point
from lib.interaction.branch_strokes import box_of, line_of, with_box, with_stroke, without_stroke
from lib.interaction.clicker import Encoding
from lib.interaction.prompts import Point, Prompt, PromptKind, check_inside
from lib.interaction.vessel_map import along, vessel_map
from lib.interaction.working_mask import changed, to_native, to_working
from lib.networks.one_frame import probabilities_at
from lib.networks.runtime import Engine
from lib.networks.sizes import working_size

RULES_VERSION: Final = "3"
"""Changes when the way from prompts to masks does."""

DOT_PX: Final = 1.5
"""Radius of what a click changes where it means nothing else."""


class BranchClicker:
    """Answers prompts with the branches of the vessel network and of the line filter."""

    name: str = "branches"

    def __init__(self, engine: Engine, model_version: str = "") -> None:
        self._engine = engine
        self.version = f"{model_version}-{RULES_VERSION}" if model_version else RULES_VERSION

    def encode(self, frames: FrameSource, t: int) -> BranchEncoding:
        """Look at a frame; see `Clicker.encode`."""
        shape = (frames.shape[1], frames.shape[2])
        size = working_size(*shape)
        vessel, device = probabilities_at(frames, t, self._engine)
        seen = vessel_map(size.to_working(frames[t : t + 1])[0], vessel, device)
        graph = branch_graph(seen.lumen)
        evidence = np.zeros(0)
        if graph is not None:
            lines = np.zeros_like(seen.lumen)
            lines[graph.pixels.rows, graph.pixels.columns] = True
            evidence = graph.pixels.take(along(seen.evidence, lines)).astype(np.float64)
        automatic = to_native(automatic_mask(vessel, device, seen.lumen), shape)
        return BranchEncoding(shape, seen, graph, evidence, automatic)

    def start(self, encoding: Encoding) -> NDArray[np.bool_]:
        """Return the automatic mask; see `Clicker.start`."""
        return cast("BranchEncoding", encoding).automatic.copy()

    def answer(self, encoding: Encoding, mask: NDArray[np.bool_], prompt: Prompt) -> NDArray[np.bool_]:
        """Return the mask after a prompt; see `Clicker.answer`."""
        check_inside(prompt, encoding.shape)
        own = cast("BranchEncoding", encoding)
        before = to_working(mask, own.working_shape)
        places = tuple(_place(point, own.shape, before.shape) for point in prompt.points)
        after = changed(mask, before, _answered(own, before, prompt, places))
        if prompt.kind is PromptKind.POINT:
            _settle(after, _place(prompt.points[0], own.shape, own.shape), prompt.is_positive)
        return after


def _answered(
    encoding: BranchEncoding, mask: NDArray[np.bool_], prompt: Prompt, places: tuple[Place, ...]
) -> NDArray[np.bool_]:
    """Return (h, w): the working mask after a prompt."""
    shape = (mask.shape[0], mask.shape[1])
    if prompt.kind is PromptKind.POINT:
        if bool(mask[places[0]]) == prompt.is_positive:
            return mask
        return (
            with_point(encoding, mask, places[0])
            if prompt.is_positive
            else without_point(encoding, mask, places[0])
        )
    if prompt.kind is PromptKind.BOX:
        box = box_of((places[0], places[1]), shape)
        return with_box(encoding, mask, box) if prompt.is_positive else mask & ~box
    stroke = line_of(places, shape)
    return with_stroke(encoding, mask, stroke) if prompt.is_positive else without_stroke(mask, stroke)


def _settle(mask: NDArray[np.bool_], at: Place, is_positive: bool) -> None:
    """Give a clicked pixel, where it is not yet as asked, what was asked, with the pixels beside it."""
    if bool(mask[at]) == is_positive:
        return
    rows, columns = np.ogrid[: mask.shape[0], : mask.shape[1]]
    mask[np.hypot(rows - at[0], columns - at[1]) <= DOT_PX] = is_positive


def _place(point: Point, shape: tuple[int, int], size: tuple[int, ...]) -> Place:
    """Return the pixel of a grid of `size` that a point of a frame of `shape` lies in."""
    y, x = (
        min(max(int((value + 0.5) * to / of), 0), to - 1)
        for value, of, to in zip(point, shape, size, strict=True)
    )
    return y, x
