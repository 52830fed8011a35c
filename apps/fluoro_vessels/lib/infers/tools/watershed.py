"""The tool `watershed`: the dark lines of a frame up to their walls, all of them or the clicked ones."""

from collections.abc import Mapping
from typing import ClassVar, Final

from lib.frames.cine import Cine
from lib.infers.parameter import Parameter, ParameterType, ParameterValue
from lib.infers.tools.marks import Marks
from lib.infers.tools.tool import WIDEST, Drawing, Tool, odd
from lib.interaction.dark_lines import dark_lines
from lib.interaction.watershed import watershed
from lib.labels import Code
from lib.ridges.grid import grid_for
from lib.seg.content import MULTI_SCALE_FILTERING

THRESHOLD_RATIO: Final = Parameter(
    "threshold_ratio",
    ParameterType.FLOAT,
    0.2,
    "Depth of a vessel's core as a share of the frame's contrast; less finds paler lines, and more noise.",
    range=(0.01, 1.0),
)

KERNEL_SIZE: Final = Parameter(
    "kernel_size",
    ParameterType.INT,
    3,
    "Odd diameter in pixels of the disc that has to fit into a core; more drops specks, then thin vessels.",
    range=(1, 31),
)


class Watershed(Tool):
    """Cores of dark lines, flooded to the walls."""

    name: ClassVar[str] = "watershed"
    version: ClassVar[str] = "1.0"
    family: ClassVar[Code] = MULTI_SCALE_FILTERING
    description: ClassVar[str] = (
        "Floods the cores of dark lines up to their walls: all, or those with points on them. Background "
        "points take a core away."
    )
    parameters: ClassVar[tuple[Parameter, ...]] = (THRESHOLD_RATIO, KERNEL_SIZE, WIDEST)

    def draw(self, cine: Cine, marks: Marks, values: Mapping[str, ParameterValue]) -> Drawing:
        """Draw what was flooded; see `Tool.draw`."""
        frame, kernel_size = cine.frames[marks.t], odd(values, KERNEL_SIZE)
        depth = dark_lines(frame, grid_for(cine.header), float(values[WIDEST.name]))
        ratio = float(values[THRESHOLD_RATIO.name])
        return Drawing(watershed(frame, depth, ratio, kernel_size, marks.inside, marks.outside))
