"""The infer task `clicks`: a few points make the mask of a frame."""

import logging
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
from monailabel.interfaces.tasks.infer_v2 import InferTask, InferType
from numpy.typing import NDArray

from lib.arrays import LabelMap, from_volume
from lib.datastore.volumes import read_label
from lib.errors import InvalidInputError, LabelShapeError
from lib.infers.automatic import result_suffix
from lib.infers.click_points import BACKGROUND, DEFAULT_LABEL, FOREGROUND, LABEL, SLICE, Clicks, clicks_of
from lib.infers.given_up import require_wanted
from lib.infers.label_result import write_result
from lib.infers.recent_runs import RecentRuns, RunFile
from lib.infers.request_keys import ANY_POINTS, Check, a_list, number, safe_id, text
from lib.infers.stages import ENCODE, INFER, PRE, TOTAL, WRITE, Stages
from lib.interaction.clicker import Clicker, Encoding
from lib.interaction.encodings import Encodings
from lib.interaction.overlap import Overlap, combine
from lib.labels import LabelTable

logger = logging.getLogger(__name__)

CLICKS: Final = "clicks"
"""Name of the task."""

PREVIOUS: Final = "previous"
"""Parameter: id of the saved label that the clicks correct."""

UPLOADED: Final = "label_path"
"""Path of the label that came with the request, which the clicks correct."""

FindLabel: TypeAlias = Callable[[str], Path]
"""Returns the file of a saved label."""


class ClicksTask(InferTask):  # type: ignore[misc]
    """Answers points with branches, in the dialects of `deepgrow` and `deepedit`; see `click_points`.

    The answer is (X, Y, F) uint8 with indices of the label table: the frames that were clicked; the others
    are as in the previous mask, and empty where there is none.
    """

    def __init__(self, open_clicker: Callable[[], Clicker], table: LabelTable, find_label: FindLabel) -> None:
        super().__init__(
            type=InferType.DEEPGROW,
            labels={DEFAULT_LABEL: table.by_name(DEFAULT_LABEL).index},
            dimension=2,
            description="A click takes or drops a branch of the vessel tree, or moves a vessel's wall.",
        )
        self._open_clicker = open_clicker
        self._table = table
        self._find_label = find_label
        self._encodings = Encodings()
        self._runs = RecentRuns()

    def request_keys(self) -> Mapping[str, Check]:
        """Return which keys of `params` the task takes: points, also under labels' names, and their place."""
        return {
            FOREGROUND: a_list,
            BACKGROUND: a_list,
            ANY_POINTS: a_list,
            SLICE: number,
            LABEL: text,
            PREVIOUS: safe_id,
        }

    def is_valid(self) -> bool:
        """Say that the task can run; that a model is missing is told to who clicks."""
        return True

    def __call__(self, request: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """Answer the clicks of a request.

        Returns:
            The file of the label map, which the caller deletes, and what `/infer` answers as JSON.

        Raises:
            InvalidInputError: A point, label, frame, file type or the previous mask is not possible.
            NotFoundError: There is no such previous label, or no model.
        """
        stages = Stages()
        suffix = result_suffix(request)
        with stages.of(PRE):
            run = self._runs.open(Path(request["image"]))
            shape = (run.header.n_frames, run.header.rows, run.header.columns)
            clicks = clicks_of(request, self._table, (run.name, shape))
            label_map, is_given = self._before(request, shape)
        clicker = self._open_clicker()
        for one in clicks:
            with stages.of(ENCODE):
                encoding = self._encoding(clicker, run, one.t)
            with stages.of(INFER):
                label_map[one.t] = self._after(clicker, encoding, one, label_map[one.t], is_given)
        with stages.of(WRITE):
            file = write_result(label_map, run.header.spacing, suffix)
        facts = self._facts(clicker, clicks, stages.seconds())
        logger.info(
            "answered %d clicks on run %s in %.3f s", facts["n_clicks"], run.name, facts["latencies"][TOTAL]
        )
        return file, facts

    def _before(self, request: Mapping[str, Any], shape: tuple[int, int, int]) -> tuple[LabelMap, bool]:
        """Return the label map that the clicks correct, (T, H, W), and whether the request gave one."""
        path = self._given(request)
        if path is None:
            return np.zeros(shape, np.uint8), False
        label_map = from_volume(read_label(path)[0])
        if label_map.shape != shape:
            raise LabelShapeError(label_map.shape, shape, "frames, rows, columns")
        return label_map.copy(), True

    def _given(self, request: Mapping[str, Any]) -> Path | None:
        """Return the file of the previous mask: one that came with the request, or a saved label."""
        if request.get(PREVIOUS):
            return self._find_label(str(request[PREVIOUS]))
        if not request.get(UPLOADED):
            return None
        path = Path(str(request[UPLOADED])).resolve()
        if not path.is_relative_to(Path(tempfile.gettempdir()).resolve()):
            raise InvalidInputError(
                f"Send the previous mask as a file with the request, or name a saved label as {PREVIOUS!r}."
            )
        return path

    def _after(
        self, clicker: Clicker, encoding: Encoding, clicks: Clicks, before: NDArray[np.uint8], is_given: bool
    ) -> NDArray[np.uint8]:
        """Return a frame's label map, (H, W), after the clicks for one label."""
        mask = before == clicks.label
        if not is_given and clicks.label == self._table.by_name(DEFAULT_LABEL).index:
            mask = clicker.start(encoding)
        for prompt in clicks.prompts:
            mask = clicker.answer(encoding, mask, prompt)
        return combine(before, mask, clicks.label, Overlap.REPLACE)

    def _encoding(self, clicker: Clicker, run: RunFile, t: int) -> Encoding:
        require_wanted("answer to the clicks")
        return self._encodings.of(f"{clicker.version} {run.key}", t, lambda: clicker.encode(run.frames, t))

    def _facts(
        self, clicker: Clicker, clicks: tuple[Clicks, ...], seconds: Mapping[str, float]
    ) -> dict[str, Any]:
        names = {self._table.by_index(one.label).name: one.label for one in clicks}
        return {
            "label_names": names,
            "algorithm": clicker.name,
            "version": clicker.version,
            "frames": sorted({one.t for one in clicks}),
            "n_clicks": sum(len(one.prompts) for one in clicks),
            "latencies": dict(seconds),
        }
