"""The infer task `propagation`: key frames of a saved label make the masks of the run."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from monailabel.interfaces.tasks.infer_v2 import InferTask, InferType

from lib.arrays import LabelMap
from lib.errors import FrameRangeError, KeyFrameError, NoKeyLabelError
from lib.frames.cine import Cine
from lib.infers.automatic import result_suffix
from lib.infers.given_up import is_given_up
from lib.infers.label_result import write_result
from lib.infers.parameter import Parameter, ParameterType, ParameterValue, validate
from lib.infers.request_keys import Check, frame_numbers, of_parameters, safe_id, text
from lib.infers.saved_label import FindSaved, SavedLabel
from lib.infers.source import open_cine
from lib.infers.stages import INFER, PRE, TOTAL, WRITE, Stages
from lib.interaction.overlap import Overlap, combine
from lib.labels import Label, LabelTable
from lib.propagation.open_tracker import TrackerName
from lib.propagation.propagate import Propagated, propagate
from lib.propagation.tracker import MaskImage, Tracker

logger = logging.getLogger(__name__)

PROPAGATION: Final = "propagation"
"""Name of the task."""

DEFAULT_LABEL: Final = "vessel"
MOST_FRAMES: Final = 100_000

LABEL_ID: Final = "label_id"
"""In a request: the saved label to begin from; the run's newest where it is left out."""

LABEL_NAME: Final = "label_name"
"""In a request: what is carried through the run, `vessel` where it is left out."""

KEY_FRAMES: Final = "key_frames"
"""In a request: numbers of the key frames, from 1, as a list or as text with commas. Where they are left out,
the finished frames that have the label; where nobody finished one, all frames that have it."""

PARAMETERS: Final = (
    Parameter("from_frame", ParameterType.INT, 1, "First frame to fill, from 1.", range=(1, MOST_FRAMES)),
    Parameter(
        "to_frame", ParameterType.INT, 0, "Last frame to fill; 0 is the run's last.", range=(0, MOST_FRAMES)
    ),
    Parameter(
        "tracker",
        ParameterType.CHOICE,
        TrackerName.FLOW.value,
        "flow: the vessel network and dense motion. sam2: where it is installed and has weights.",
        choices=tuple(name.value for name in TrackerName),
    ),
)


@dataclass(frozen=True)
class Wish:
    """What a request wants carried, and through which frames.

    Attributes:
        label: What is carried.
        saved: The label that the result begins as a copy of.
        base: (T, H, W), its pixels.
        keys: The key frames, t.
        wanted: The frames to fill.
    """

    label: Label
    saved: SavedLabel
    base: LabelMap
    keys: tuple[int, ...]
    wanted: range

    def masks(self, times: frozenset[int] | tuple[int, ...]) -> dict[int, MaskImage]:
        """Return what the saved label shows of the carried one in some frames."""
        return {t: self.base[t] == self.label.index for t in times}

    def filled(self, found: Propagated) -> LabelMap:
        """Return the saved label with what was found; keys, finished and unwanted frames stay as they are."""
        label_map = self.base.copy()
        for t in set(self.wanted) - self.saved.finished - set(self.keys):
            label_map[t] = combine(self.base[t], found.masks[t], self.label.index, Overlap.REPLACE)
        return label_map


class PropagationTask(InferTask):  # type: ignore[misc]
    """Carries one label of a saved segmentation from its key frames through the run.

    The answer is (X, Y, F) uint8 with indices of the label table. Other labels, finished frames and frames
    that were not wanted are as in the saved label. The JSON part has the confidence of each frame.
    """

    def __init__(
        self, open_tracker: Callable[[TrackerName], Tracker], table: LabelTable, find_saved: FindSaved
    ) -> None:
        super().__init__(
            type=InferType.OTHERS,
            labels={DEFAULT_LABEL: table.by_name(DEFAULT_LABEL).index},
            dimension=3,
            description="Carries a label from one or more key frames to the other frames of its run.",
            config={parameter.name: parameter.default for parameter in PARAMETERS},
        )
        self._open_tracker = open_tracker
        self._table = table
        self._find_saved = find_saved

    def info(self) -> dict[str, Any]:
        """Return what `/info/` shows: MONAI Label's fields and every parameter with its limits."""
        return {**super().info(), "parameters": {one.name: one.as_info() for one in PARAMETERS}}

    def request_keys(self) -> Mapping[str, Check]:
        """Return which keys of `params` the task takes beside those of all clients."""
        return {**of_parameters(PARAMETERS), LABEL_ID: safe_id, LABEL_NAME: text, KEY_FRAMES: frame_numbers}

    def is_valid(self) -> bool:
        """Say that the task can run; that a model is missing is told to who asks."""
        return True

    def __call__(self, request: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """Propagate a label of the run of a request.

        Returns:
            The file of the label map, which the caller deletes, and what `/infer` answers as JSON.

        Raises:
            InvalidInputError: A parameter, a frame, a label name or the wanted file type is not possible.
            NotFoundError: There is no such label, no key frame in it, or no model.
        """
        stages = Stages()
        suffix = result_suffix(request)
        given = {one.name: request[one.name] for one in PARAMETERS if one.name in request}
        values = validate(PARAMETERS, given, PROPAGATION)
        with stages.of(PRE):
            cine = open_cine(Path(request["image"]))
            wish = self._wish(request, values, cine)
        tracker = self._open_tracker(TrackerName(str(values["tracker"])))
        with stages.of(INFER):
            found = _found(cine, wish, tracker)
        with stages.of(WRITE):
            file = write_result(wish.filled(found), cine.header.spacing, suffix)
        seconds = stages.seconds()
        logger.info(
            "carried %s through run %s: %d frames in %.2f s",
            wish.label.name, cine.header.sop_instance_uid, len(wish.wanted), seconds[TOTAL],
        )  # fmt: skip
        return file, _facts(wish, tracker, found, values, seconds)

    def _wish(self, request: Mapping[str, Any], values: Mapping[str, ParameterValue], cine: Cine) -> Wish:
        label = self._table.by_name(str(request.get(LABEL_NAME) or DEFAULT_LABEL))
        image_id, label_id = cine.header.sop_instance_uid, request.get(LABEL_ID)
        saved = self._find_saved(image_id, str(label_id) if label_id else None)
        base = saved.label_map(cine.frames.shape)
        named = request.get(KEY_FRAMES)
        keys = _named_keys(named, base) if named else _own_keys(saved, base, label)
        if not keys:
            raise NoKeyLabelError(image_id, label.name)
        return Wish(label, saved, base, keys, _wanted(values, len(base)))


def _found(cine: Cine, wish: Wish, tracker: Tracker) -> Propagated:
    """Carry the key frames to the wanted ones, as long as somebody waits for it."""
    return propagate(
        cine.frames,
        wish.masks(wish.keys),
        tracker,
        wanted=wish.wanted,
        finished=wish.masks(wish.saved.finished),
        is_cancelled=is_given_up,
    )


def _named_keys(named: object, base: LabelMap) -> tuple[int, ...]:
    """Return the key frames that a request names."""
    numbers = named if isinstance(named, list | tuple) else str(named).split(",")
    limits = (1, MOST_FRAMES)
    number = Parameter(KEY_FRAMES, ParameterType.INT, 1, "A frame, from 1.", range=limits)
    keys = sorted({int(number.parse(one)) - 1 for one in numbers})
    if keys[-1] >= len(base):
        raise KeyFrameError(keys[-1] + 1, f"the run has frames 1 to {len(base)}")
    return tuple(keys)


def _own_keys(saved: SavedLabel, base: LabelMap, label: Label) -> tuple[int, ...]:
    """Return the key frames of a saved label."""
    labelled = np.flatnonzero((base == label.index).any(axis=(1, 2))).tolist()
    finished = tuple(t for t in labelled if t in saved.finished)
    return finished or tuple(labelled)


def _wanted(values: Mapping[str, ParameterValue], n_frames: int) -> range:
    first, last = int(values["from_frame"]), int(values["to_frame"]) or n_frames
    if not first <= last <= n_frames:
        raise FrameRangeError(first, last, n_frames)
    return range(first - 1, last)


def _facts(
    wish: Wish,
    tracker: Tracker,
    found: Propagated,
    values: Mapping[str, ParameterValue],
    seconds: Mapping[str, float],
) -> dict[str, Any]:
    return {
        "label_names": {wish.label.name: wish.label.index},
        "algorithm": tracker.name,
        "version": tracker.version,
        "label_id": wish.saved.id,
        "key_frames": [t + 1 for t in wish.keys],
        "confidence": [round(float(value), 3) for value in found.confidence],
        "parameters": dict(values),
        "latencies": dict(seconds),
    }
