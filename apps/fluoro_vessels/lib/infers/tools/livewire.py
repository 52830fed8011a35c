"""The tool `livewire`: the way along a vessel through clicked points, as a line or as the lumen along it."""

from collections.abc import Mapping
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from lib.errors import ToolPointsError
from lib.frames.cine import Cine, RunHeader
from lib.infers.parameter import Parameter, ParameterType, ParameterValue
from lib.infers.tools.marks import Marks
from lib.infers.tools.tool import WIDEST, Drawing, Tool, as_json
from lib.interaction.dark_lines import dark_lines
from lib.interaction.livewire import Line, livewire
from lib.interaction.lumen_along import lumen_along
from lib.labels import Code
from lib.ridges.grid import grid_for
from lib.seg.content import MULTI_SCALE_FILTERING

ADHERENCE: Final = Parameter(
    "adherence",
    ParameterType.FLOAT,
    10.0,
    "How much dearer a step off every vessel is than one on an axis; less cuts corners, 0 draws straight.",
    range=(0.0, 1000.0),
)

WIDTH: Final = Parameter(
    "width",
    ParameterType.CHOICE,
    "line",
    "What is drawn: the way itself, one pixel wide, or the vessel's lumen along it.",
    choices=("line", "lumen"),
)


class Livewire(Tool):
    """Cheapest way over the frame's dark lines."""

    name: ClassVar[str] = "livewire"
    version: ClassVar[str] = "1.0"
    family: ClassVar[Code] = MULTI_SCALE_FILTERING
    description: ClassVar[str] = "Follows a vessel from one clicked point to the next, through two or more."
    parameters: ClassVar[tuple[Parameter, ...]] = (ADHERENCE, WIDTH, WIDEST)

    def draw(self, cine: Cine, marks: Marks, values: Mapping[str, ParameterValue]) -> Drawing:
        """Draw the way; see `Tool.draw`."""
        if len(marks.inside) < 2:
            raise ToolPointsError(self.name, "two points or more", len(marks.inside))
        frame, grid, widest_mm = cine.frames[marks.t], grid_for(cine.header), float(values[WIDEST.name])
        line = livewire(dark_lines(frame, grid, widest_mm), marks.inside, float(values[ADHERENCE.name]))
        if values[WIDTH.name] == "lumen":
            mask = lumen_along(frame, line, grid, widest_mm)
        else:
            mask = _painted(line, frame.shape)
        return Drawing(mask, {"line": as_json(line), **_lengths(line, cine.header)})


def _painted(line: Line, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    mask = np.zeros(shape, bool)
    mask[line[:, 0], line[:, 1]] = True
    return mask


def _lengths(line: Line, header: RunHeader) -> dict[str, float | None]:
    """Return the length of the way in pixels, and in mm where the run says how large a pixel is."""
    steps = np.diff(line, axis=0)
    length_px = round(float(np.hypot(*steps.T).sum()), 1)
    if header.spacing is None:
        return {"length_px": length_px, "length_mm": None}
    steps_mm = steps * np.array([header.spacing.row_mm, header.spacing.column_mm])
    return {"length_px": length_px, "length_mm": round(float(np.hypot(*steps_mm.T).sum()), 2)}
