"""Adapts an algorithm to MONAI Label's infer task."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from monailabel.interfaces.tasks.infer_v2 import InferTask, InferType

from lib.arrays import LabelMap
from lib.datastore.volumes import RESULT_SUFFIXES
from lib.errors import InvalidInputError
from lib.frames.cine import Cine
from lib.infers.algorithm import Algorithm
from lib.infers.label_result import write_result
from lib.infers.parameter import ParameterValue, validate
from lib.infers.request_keys import Check, of_parameters
from lib.infers.source import open_cine
from lib.infers.stages import INFER, PRE, WRITE, Stages
from lib.labels import LabelTable

logger = logging.getLogger(__name__)

DEFAULT_SUFFIX: Final = ".nii.gz"


class AlgorithmTask(InferTask):  # type: ignore[misc]
    """Segments a whole run without a person's help.

    The answer is (X, Y, F) uint8 with indices of the label table, in a file of the type that
    the request names by `result_extension`.
    """

    def __init__(self, algorithm: Algorithm, table: LabelTable) -> None:
        super().__init__(
            type=InferType.SEGMENTATION,
            labels={name: table.by_name(name).index for name in algorithm.labels},
            dimension=3,
            description=algorithm.description,
            config={parameter.name: parameter.default for parameter in algorithm.parameters},
        )
        self.algorithm = algorithm
        self._table = table

    def info(self) -> dict[str, Any]:
        """Return what `/info/` shows: MONAI Label's fields and every parameter with its limits."""
        parameters = {parameter.name: parameter.as_info() for parameter in self.algorithm.parameters}
        return {
            **super().info(),
            "algorithm": self.algorithm.name,
            "version": self.algorithm.version,
            "parameters": parameters,
        }

    def request_keys(self) -> Mapping[str, Check]:
        """Return which keys of `params` the task takes beside those of all clients."""
        return of_parameters(self.algorithm.parameters)

    def is_valid(self) -> bool:
        """Say that the task can run; an algorithm needs no weights."""
        return True

    def __call__(self, request: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """Segment the run of a request.

        Returns:
            The file of the label map, which the caller deletes, and what `/infer` answers as JSON.

        Raises:
            InvalidInputError: A parameter or the wanted file type is not known.
            FrameError: The image cannot be read as a run.
        """
        suffix = result_suffix(request)
        algorithm = self.algorithm.as_it_is()
        values = validate(algorithm.parameters, self._parameters(request), algorithm.name)
        stages = Stages()
        with stages.of(PRE):
            cine = open_cine(Path(request["image"]))
        with stages.of(INFER):
            label_map = algorithm.segment(cine, values, self._table)
        with stages.of(WRITE):
            file = write_result(label_map, cine.header.spacing, suffix)
        seconds = stages.seconds()
        logger.info(
            "segmented run %s with %s: %d frames in %.2f s",
            cine.header.sop_instance_uid, algorithm.name, len(label_map), seconds[INFER],
        )  # fmt: skip
        return file, {**_made_by(algorithm), **self._answer(label_map, cine, values, seconds)}

    def _parameters(self, request: Mapping[str, Any]) -> dict[str, Any]:
        known = {parameter.name for parameter in self.algorithm.parameters}
        return {name: value for name, value in request.items() if name in known}

    def _answer(
        self,
        label_map: LabelMap,
        cine: Cine,
        values: Mapping[str, ParameterValue],
        seconds: Mapping[str, float],
    ) -> dict[str, Any]:
        present = [int(index) for index in np.unique(label_map) if index]
        spacing = cine.header.spacing
        return {
            "label_names": {self._table.by_index(index).name: index for index in present},
            "parameters": dict(values),
            "n_frames": len(label_map),
            "pixel_spacing_mm": None if spacing is None else [spacing.row_mm, spacing.column_mm],
            "problems": list(cine.header.problems),
            "latencies": dict(seconds),
        }


def _made_by(algorithm: Algorithm) -> dict[str, str]:
    """Return what a label that begins from the answer is said to come from."""
    return {"algorithm": algorithm.name, "version": algorithm.version, "family": algorithm.family.value}


def result_suffix(request: Mapping[str, Any]) -> str:
    """Return the file type that a request wants its label map in."""
    wanted = str(request.get("result_extension") or DEFAULT_SUFFIX).lower()
    if wanted not in RESULT_SUFFIXES:
        raise InvalidInputError(
            f"A result cannot be written as {wanted!r}. Ask for one of: {', '.join(RESULT_SUFFIXES)}."
        )
    return wanted
