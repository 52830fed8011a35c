"""Adapts the tools to MONAI Label's infer task."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from monailabel.interfaces.tasks.infer_v2 import InferTask, InferType

from lib.frames.cine import RunHeader
from lib.infers.automatic import result_suffix
from lib.infers.click_points import BACKGROUND, DEFAULT_LABEL, FOREGROUND, LABEL, SLICE
from lib.infers.label_result import write_result
from lib.infers.parameter import ParameterValue, validate
from lib.infers.recent_runs import RecentRuns
from lib.infers.request_keys import Check, a_list, number, of_parameters, text
from lib.infers.stages import INFER, PRE, WRITE, Stages
from lib.infers.tools.livewire import Livewire
from lib.infers.tools.marks import FRAME, SLICE_NUMBER, Marks, label_parameter, marks_of
from lib.infers.tools.measure import Measure
from lib.infers.tools.snakes import Snakes
from lib.infers.tools.tool import Drawing, Tool
from lib.infers.tools.watershed import Watershed
from lib.labels import LabelTable

logger = logging.getLogger(__name__)


def tool_tasks(table: LabelTable) -> dict[str, InferTask]:
    """Return an infer task for every tool, by its name; they share the runs that were read lately."""
    runs = RecentRuns()
    tools: tuple[Tool, ...] = (Watershed(), Snakes(), Livewire(), Measure())
    return {tool.name: ToolTask(tool, table, runs) for tool in tools}


class ToolTask(InferTask):  # type: ignore[misc]
    """Draws one label on one frame of a run; clients list it among their tools for points.

    The answer is (X, Y, F) uint8, the whole run with only that frame filled, in a file of the type that the
    request names by `result_extension`.
    """

    def __init__(self, tool: Tool, table: LabelTable, runs: RecentRuns) -> None:
        super().__init__(
            type=InferType.DEEPGROW,
            labels={DEFAULT_LABEL: table.by_name(DEFAULT_LABEL).index},
            dimension=2,
            description=tool.description,
            config={parameter.name: parameter.default for parameter in tool.parameters},
        )
        self.tool = tool
        self._table = table
        self._runs = runs

    def info(self) -> dict[str, Any]:
        """Return what `/info/` shows: MONAI Label's fields and every parameter with its limits.

        What says where and what to draw is no `config`: 3D Slicer sends every value of `config` with each
        request, and its defaults would win over the clicked frame and the chosen segment.
        """
        parameters = (*self.tool.parameters, FRAME, SLICE_NUMBER, label_parameter(self._table))
        return {
            **super().info(),
            "algorithm": self.tool.name,
            "version": self.tool.version,
            "parameters": {parameter.name: parameter.as_info() for parameter in parameters},
        }

    def request_keys(self) -> Mapping[str, Check]:
        """Return which keys of `params` the tool takes: its own, the frame, the label and points."""
        return {
            **of_parameters((*self.tool.parameters, FRAME)),
            SLICE: number,
            LABEL: text,
            FOREGROUND: a_list,
            BACKGROUND: a_list,
        }

    def is_valid(self) -> bool:
        """Say that the task can run; a tool needs no weights."""
        return True

    def __call__(self, request: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """Draw what a request points at.

        Returns:
            The file of the label map, which the caller deletes, and what `/infer` answers as JSON.

        Raises:
            InvalidInputError: A point, parameter, frame or the wanted file type is not possible.
            NotFoundError: There is no such frame or label.
            FrameError: The image cannot be read as a run.
        """
        suffix = result_suffix(request)
        values = validate(self.tool.parameters, self._parameters(request), self.tool.name)
        stages = Stages()
        with stages.of(PRE):
            run = self._runs.open(Path(request["image"]))
            shape = (run.header.n_frames, run.header.rows, run.header.columns)
            marks = marks_of(request, self._table, (run.name, shape))
        with stages.of(INFER):
            drawing = self.tool.draw(run.cine, marks, values)
        label_map = np.zeros(shape, np.uint8)
        label_map[marks.t][drawing.mask] = marks.label
        with stages.of(WRITE):
            file = write_result(label_map, run.header.spacing, suffix)
        seconds = stages.seconds()
        logger.info(
            "drew on frame %d of run %s: %s, %.3f s", marks.t + 1, run.name, self.tool.name, seconds[INFER]
        )
        return file, self._answer(drawing, marks, run.header, values) | {"latencies": seconds}

    def _parameters(self, request: Mapping[str, Any]) -> dict[str, Any]:
        known = {parameter.name for parameter in self.tool.parameters}
        return {name: value for name, value in request.items() if name in known}

    def _answer(
        self, drawing: Drawing, marks: Marks, header: RunHeader, values: Mapping[str, ParameterValue]
    ) -> dict[str, Any]:
        name, spacing = self._table.by_index(marks.label).name, header.spacing
        return {
            "label_names": {name: marks.label} if drawing.mask.any() else {},
            "algorithm": self.tool.name,
            "version": self.tool.version,
            "family": self.tool.family.value,
            "parameters": dict(values),
            "frame": marks.t + 1,
            "n_frames": header.n_frames,
            "n_pixels": int(np.count_nonzero(drawing.mask)),
            "pixel_spacing_mm": None if spacing is None else [spacing.row_mm, spacing.column_mm],
            **drawing.facts,
        }
