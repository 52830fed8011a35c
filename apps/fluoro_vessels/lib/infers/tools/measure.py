"""The tool `measure`: diameters and narrowing of the clicked vessel, with its lumen as the mask."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.errors import ToolPointsError
from lib.frames.cine import Cine
from lib.infers.clicking import open_clicker
from lib.infers.parameter import Parameter, ParameterType, ParameterValue
from lib.infers.tools.marks import Marks
from lib.infers.tools.tool import Drawing, Tool
from lib.interaction.clicker import Clicker
from lib.labels import Code
from lib.measure.diameter import DiameterProfile
from lib.measure.material import Material
from lib.measure.measure import measure
from lib.measure.out.document import document
from lib.measure.request import MeasureRequest, ScaleSource, ScaleWish
from lib.seg.content import ARTIFICIAL_INTELLIGENCE

SCALE: Final = Parameter(
    "scale",
    ParameterType.CHOICE,
    "header",
    "Where millimetres come from: what the header says, or nowhere.",
    choices=("header", "pixels"),
)

THROUGH_RUN: Final = Parameter(
    "through_run",
    ParameterType.BOOL,
    False,
    "Measure the place in all frames of the run; takes some seconds.",
)

SHIFT: Final = 4
"""OpenCV takes places in sixteenths of a pixel."""


class Measure(Tool):
    """One point measures the branch below it; two or more the vessel from the first to the last."""

    name: ClassVar[str] = "measure"
    version: ClassVar[str] = "1.0"
    family: ClassVar[Code] = ARTIFICIAL_INTELLIGENCE
    description: ClassVar[str] = (
        "Measures the clicked vessel from wall to wall: diameters, narrowing, reference."
    )
    parameters: ClassVar[tuple[Parameter, ...]] = (SCALE, THROUGH_RUN)

    def __init__(self, open_engine: Callable[[], Clicker] = open_clicker) -> None:
        """Take what opens the engine that finds the vessels of a frame."""
        self._open_engine = open_engine

    def draw(self, cine: Cine, marks: Marks, values: Mapping[str, ParameterValue]) -> Drawing:
        """Measure; see `Tool.draw`. The facts hold the measurement, the mask the lumen between its walls."""
        if not marks.inside:
            raise ToolPointsError(self.name, "one point or more", 0)
        request = MeasureRequest(
            t=marks.t,
            points=marks.inside,
            scale=ScaleWish(ScaleSource(str(values[SCALE.name]))),
            through_run=bool(values[THROUGH_RUN.name]),
        )
        found = measure(Material(cine, _Vessels(cine, self._open_engine())), request)
        return Drawing(lumen(found.profile, cine.frames.shape[1:]), {"measurement": document(found)})


@dataclass(frozen=True)
class _Vessels:
    """The automatic result of the click engine, frame by frame."""

    cine: Cine
    engine: Clicker

    def __call__(self, t: int) -> NDArray[np.bool_]:
        return self.engine.start(self.engine.encode(self.cine.frames, t))


def lumen(profile: DiameterProfile, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Return (H, W): what lies between the walls of a vessel."""
    canvas = np.zeros(shape, np.uint8)
    measured = np.flatnonzero(profile.is_measured)
    for first, last in pairwise(measured):
        left, right = profile.left_yx[[first, last]], profile.right_yx[[last, first]]
        corners = np.concatenate([left, right])[:, ::-1]
        points = np.rint(corners * (1 << SHIFT)).astype(np.int32)
        cv2.fillConvexPoly(canvas, points, 1, shift=SHIFT)
    return canvas > 0
