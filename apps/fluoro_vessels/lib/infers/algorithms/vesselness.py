"""The classical method: lines, contrast, trees and lumens. It needs no weights, so it is always there."""

from collections.abc import Mapping
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from lib.arrays import LabelMap
from lib.frames.cine import Cine
from lib.infers.algorithm import Algorithm
from lib.infers.parameter import Parameter, ParameterType, ParameterValue, validate
from lib.labels import Code, LabelTable
from lib.ridges.drawing import Options, draw_run
from lib.ridges.grid import grid_for
from lib.seg.content import MULTI_SCALE_FILTERING

NEEDED: Final = 0.34
"""Depth that a vessel needs at medium sensitivity, as a share of the contrast's strength."""

TREE_SHARE: Final = 0.4
"""Size that a group of lines needs at medium sensitivity, as a share of the frame's largest group."""


class Vesselness(Algorithm):
    """Multi-scale line filter with the contrast of the whole run."""

    name: ClassVar[str] = "vesselness"
    version: ClassVar[str] = "1.0"
    family: ClassVar[Code] = MULTI_SCALE_FILTERING
    description: ClassVar[str] = (
        "Classical method, no training: dark lines on several scales, run-level contrast, border and "
        "catheter suppression, connected trees. Finds main branches rather than the finest twigs."
    )
    labels: ClassVar[tuple[str, ...]] = ("vessel", "catheter")
    parameters: ClassVar[tuple[Parameter, ...]] = (
        Parameter(
            "sensitivity",
            ParameterType.FLOAT,
            0.5,
            "Higher finds thinner and paler vessels, and more that is none.",
            range=(0.0, 1.0),
        ),
        Parameter(
            "widest_mm",
            ParameterType.FLOAT,
            6.0,
            "Width of the widest vessel to look for; raise it for the aorta or the iliac arteries.",
            range=(1.5, 25.0),
        ),
        Parameter(
            "min_length_mm",
            ParameterType.FLOAT,
            10.0,
            "Connected vessels shorter than this are left out.",
            range=(0.0, 200.0),
        ),
        Parameter(
            "catheter",
            ParameterType.CHOICE,
            "label",
            "What becomes of a catheter: its own label, left out, or kept as vessel.",
            choices=("label", "remove", "keep"),
        ),
        Parameter(
            "use_background",
            ParameterType.BOOL,
            True,
            "In runs of 8 frames and more, ignore lines that never change: ribs, wires, still catheters.",
        ),
    )

    def segment(self, cine: Cine, values: Mapping[str, ParameterValue], table: LabelTable) -> LabelMap:
        """Segment every frame of a run; see `Algorithm.segment`."""
        chosen = validate(self.parameters, values, self.name)
        classes = draw_run(cine.frames, grid_for(cine.header), _options(chosen))
        return _label_indices(str(chosen["catheter"]), table)[classes]


def _options(values: Mapping[str, ParameterValue]) -> Options:
    insensitivity = 2.0 * (1.0 - float(values["sensitivity"]))
    return Options(
        needed=NEEDED * 2.0 ** (insensitivity - 1.0),
        tree_share=TREE_SHARE * insensitivity,
        widest_mm=float(values["widest_mm"]),
        min_length_mm=float(values["min_length_mm"]),
        use_background=bool(values["use_background"]),
        find_catheter=values["catheter"] != "keep",
    )


def _label_indices(catheter: str, table: LabelTable) -> NDArray[np.uint8]:
    """Return the label index of nothing, vessel and catheter, in this order."""
    vessel = table.by_name("vessel").index
    index = {"label": table.by_name("catheter").index, "remove": 0, "keep": vessel}
    return np.array([0, vessel, index[catheter]], np.uint8)
