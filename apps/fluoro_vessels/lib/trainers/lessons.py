"""Which frames a training learns from: those that a person finished, in labels that were submitted."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lib.arrays import LabelMap
from lib.datastore.labelled import LabelledRuns
from lib.datastore.records import LabelVersion, RunFacts
from lib.datastore.run_reader import RunReader
from lib.datastore.states import FINAL_STATES
from lib.errors import FluoroError, LabelFileLostError, StorageError, UnavailableError
from lib.frames.files import read_without_pixels
from lib.labels import LabelTable
from lib.trainers.examples import LabelledFrame
from lib.trainers.slices import slices_of
from lib.trainers.split import Part, part_of

logger = logging.getLogger(__name__)

VESSEL_CATEGORIES: Final = frozenset({"91723000", "49755003"})
"""Anatomical Structure; Morphologically Abnormal Structure: a stenosis is a part of a vessel. SCT."""

DEVICE_CATEGORIES: Final = frozenset({"260787004"})
"""Physical object. SCT."""

OURS: Final = "session_id"
"""In the info of labels that were drawn here, whose makers can say which frames they finished."""


@dataclass(frozen=True)
class Lesson:
    """The finished frames of a label, with what the gate asks of their run.

    Attributes:
        frames: Of one run, in order of t.
        slices: Vendor, territory, angle.
    """

    frames: tuple[LabelledFrame, ...]
    slices: dict[str, str]


@dataclass
class Lessons:
    """Reads labels and their runs, one run in memory at a time.

    Attributes:
        runs: Labels and pixels.
        reader: Facts of runs, such as whose they are.
        table: What the pixels of a label mean.
        left_out: Image ids of runs that could not be read, and why.
    """

    runs: LabelledRuns
    reader: RunReader
    table: LabelTable
    left_out: dict[str, str] = field(default_factory=dict)

    def labels(self) -> list[LabelVersion]:
        """Return the newest submitted or approved label of every run that is not rejected."""
        return self.runs.newest(FINAL_STATES)

    def part(self, label: LabelVersion) -> Part:
        """Return what a label is for: by its patient, for ever."""
        return part_of(self._facts(label).patient_token)

    def read(self, labels: Sequence[LabelVersion]) -> Iterator[Lesson]:
        """Yield what there is to learn from labels; one that cannot be read is left out and named.

        Raises:
            PacsUnavailableError: A run would have to be fetched, and the PACS does not answer.
            StorageError: The disk failed.
        """
        for label in labels:
            try:
                lesson = self._lesson(label)
            except FluoroError as error:
                self.leave_out(label, error)
                continue
            if lesson.frames:
                yield lesson

    def _lesson(self, label: LabelVersion) -> Lesson:
        label_map = self.runs.label_map(label)
        times = finished_times(label, label_map, self.runs.ledger.excluded_frames(label.image_id))
        facts = self._facts(label)
        slices = slices_of(read_without_pixels(self.runs.shelf.dicom(label.image_id)), facts)
        if not times:
            return Lesson((), slices)
        frames = self.runs.cine(label, label_map).frames
        vessel, device = masks_of(label_map, self.table)
        has_devices = bool(device.any())

        def at(t: int) -> LabelledFrame:
            there = device[t] if has_devices else None
            return LabelledFrame(facts.patient_token, label.image_id, t, frames, vessel[t], there)

        return Lesson(tuple(at(t) for t in times), slices)

    def _facts(self, label: LabelVersion) -> RunFacts:
        return self.reader.facts(self.runs.ledger.run(label.image_id))

    def leave_out(self, label: LabelVersion, error: FluoroError) -> None:
        """Note a run that cannot be read; a PACS or a disk that fails stops the training."""
        is_of_this_run = isinstance(error, LabelFileLostError)
        if isinstance(error, UnavailableError | StorageError) and not is_of_this_run:
            raise error
        self.left_out[label.image_id] = str(error)
        logger.warning("left out run %s: %s", label.image_id, error)


def finished_times(label: LabelVersion, label_map: LabelMap, excluded: frozenset[int]) -> tuple[int, ...]:
    """Return the frames that a person finished, without those that nobody should use.

    Whoever draws here says which frames are finished, and no other counts. 3D Slicer and other clients of
    MONAI Label cannot say so: who submits a label there vouches for the frames that hold something, and
    leaves open whether the empty ones are empty or were not looked at.
    """
    if label.finished_frames is not None:
        finished = {t for t in label.finished_frames if t < len(label_map)}
    elif OURS in label.info:
        finished = set()
    else:
        finished = set(np.flatnonzero(label_map.any(axis=(1, 2))).tolist())
    return tuple(sorted(finished - excluded))


def masks_of(label_map: LabelMap, table: LabelTable) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return (T, H, W) bool of all that is vessel, and of all that is a device."""
    vessel, device = (
        [label.index for label in table if label.category.value in categories]
        for categories in (VESSEL_CATEGORIES, DEVICE_CATEGORIES)
    )
    return np.isin(label_map, vessel), np.isin(label_map, device)
