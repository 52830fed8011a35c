"""One task of `fluoro measure`: a file in, a measurement and its files out."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from pydicom.dataset import Dataset

from lib.arrays import Mask, Picture
from lib.cli.measure_files import MeasuredRun, write_files
from lib.cli.measure_tasks import MeasureTask
from lib.cli.segmenting import AUTHOR, STOPS_ONE_FILE, sentence_of
from lib.datastore.ids import check_image_id
from lib.errors import SegError, UnsupportedImageError
from lib.frames.cine import Cine
from lib.frames.files import read_without_pixels
from lib.frames.read import read_cine, read_dataset
from lib.infers.algorithm import Algorithm
from lib.infers.algorithms.network import Network, installed_model
from lib.infers.parameter import ParameterValue
from lib.labels import Label, LabelTable
from lib.measure.material import Material
from lib.measure.measure import measure
from lib.measure.measurement import Measurement
from lib.measure.out.files import FileKind
from lib.measure.out.report import Sender
from lib.measure.out.seg_reference import seg_frames
from lib.measure.values import values_of
from lib.pacs.files import FileOutcome, Outcome, examine
from lib.seg.read import read_seg

CORONARY: Final = "coronary"
"""The set whose names are suggested for branches."""


@dataclass(frozen=True)
class MeasureWish:
    """What the person asked for; the same for all files.

    Attributes:
        algorithm: Finds the vessels where no SEG has them.
        values: Its parameters.
        table: The labels.
        label: Which of them is measured.
        folder: For the results.
        more: Files that are wanted beside the usual ones.
    """

    algorithm: Algorithm
    values: Mapping[str, ParameterValue]
    table: LabelTable
    label: Label
    folder: Path
    more: tuple[FileKind, ...] = ()


@dataclass(frozen=True)
class _Vessels:
    """Where a run's vessels are, and the SEG that says so."""

    masks: Mask
    seg: Dataset | None = None


@dataclass
class Measurer:
    """Measures task after task; a second one of the same run gets names of its own."""

    wish: MeasureWish
    n_done: dict[str, int] = field(default_factory=dict)
    _last: tuple[Path, Path | None, Cine, _Vessels] | None = None

    def do(self, task: MeasureTask) -> dict[str, Any]:
        """Measure one task and write its results.

        Returns:
            What became of it, in JSON types: outcome `measured`, `failed` or `skipped`, with the reason.
        """
        began = time.perf_counter()
        examined = examine(task.path, is_named=task.is_named)
        if isinstance(examined, FileOutcome):
            return _without(task, str(examined.outcome), examined.reason)
        try:
            check_image_id(examined.sop_instance_uid)
            result = self._result(task)
        except UnsupportedImageError as error:
            return _without(task, "failed" if task.is_named else "skipped", str(error))
        except STOPS_ONE_FILE as error:
            return _without(task, str(Outcome.FAILED), sentence_of(error))
        seconds = round(time.perf_counter() - began, 3)
        return {"path": str(task.path), "outcome": "measured", **result, "seconds": seconds}

    def _result(self, task: MeasureTask) -> dict[str, Any]:
        cine, vessels = self._opened(task)
        labels = tuple(label for label in self.wish.table if label.set_name == CORONARY)
        found = measure(Material.with_masks(cine, vessels.masks, labels), task.request)
        uid = cine.header.sop_instance_uid
        self.n_done[uid] = self.n_done.get(uid, 0) + 1
        stem = uid if self.n_done[uid] == 1 else f"{uid}_{self.n_done[uid]}"
        heat_map = None if vessels.seg is not None else _heat_map(self.wish.algorithm, cine, found.t)
        sender = self._sender(uid, vessels.seg, found.t)
        run = MeasuredRun(read_without_pixels(task.path), cine, found, sender, heat_map)
        files = write_files(self.wish.folder, stem, run, self.wish.more)
        return {**told(found), "outputs": {kind: str(path) for kind, path in files.items()}}

    def _sender(self, uid: str, seg: Dataset | None, t: int) -> Sender:
        label, now = self.wish.label, datetime.now().astimezone()
        frames = () if seg is None else seg_frames(seg, label, t)
        return Sender(AUTHOR, now, self.n_done[uid], label, seg, frames)

    def _opened(self, task: MeasureTask) -> tuple[Cine, _Vessels]:
        """Return the run and its vessels; those of the last task are kept, as lists name a run many times."""
        if self._last is None or self._last[:2] != (task.path, task.masks):
            cine = read_cine(task.path)
            self._last = (task.path, task.masks, cine, self._vessels(cine, task.masks))
        return self._last[2], self._last[3]

    def _vessels(self, cine: Cine, masks: Path | None) -> _Vessels:
        label = self.wish.label
        if masks is None:
            label_map = self.wish.algorithm.segment(cine, self.wish.values, self.wish.table)
            return _Vessels(label_map == label.index)
        seg = read_dataset(masks)
        saved = read_seg(seg, cine.header.n_frames, self.wish.table, cine.header.sop_instance_uid)
        found = [segment.mask for segment in saved.segments if segment.label == label]
        if not found:
            names = ", ".join(segment.label.name for segment in saved.segments)
            raise SegError(
                f"{masks.name} has no segment {label.name!r}, only {names}. Name one of them by --label."
            )
        return _Vessels(found[0], seg)


def told(found: Measurement) -> dict[str, Any]:
    """Return what a summary says of a measurement, in JSON types."""
    scale = found.ruler.scale
    return {
        "sop_instance_uid": found.image_id,
        "frame_number": found.t + 1,
        "unit": found.ruler.unit,
        "scale": "uncalibrated" if scale is None else str(scale.method),
        "expected_error_percent": None if scale is None else scale.expected_error_percent,
        "quality": round(found.quality.score, 3),
        "verdict": found.verdict.word,
        "sentence": found.verdict.sentence,
        **{one.key: round(one.number, 4) for one in values_of(found)},
        "remarks": list(found.remarks),
    }


def count(results: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Return how many tasks had each outcome."""
    names = ("measured", "failed", "skipped")
    return {name: sum(result["outcome"] == name for result in results) for name in names}


def _heat_map(algorithm: Algorithm, cine: Cine, t: int) -> Picture | None:
    """Return how sure the network is about a frame; None where another method found the vessels."""
    model = installed_model()
    if not isinstance(algorithm, Network) or model is None:
        return None
    from lib.measure.out.heat_map import heat_map
    from lib.networks.one_frame import probabilities_at
    from lib.networks.runtime import ENGINES

    return heat_map(cine.frames[t], probabilities_at(cine.frames, t, ENGINES.of(model))[0])


def _without(task: MeasureTask, outcome: str, reason: str) -> dict[str, Any]:
    return {"path": str(task.path), "outcome": outcome, "reason": reason}
