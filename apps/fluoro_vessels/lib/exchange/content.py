"""What a data set holds: runs with their label maps, under names that say nothing, on sides of the split."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from lib.arrays import Frames, LabelMap


class Side(StrEnum):
    """The side of the split that a patient is on; folders of a data set are called so."""

    TRAIN = "train"
    VALIDATION = "val"
    TEST = "test"


@dataclass(frozen=True)
class ExportRun:
    """One labelled run, ready to be written.

    Attributes:
        token: What the run is called outside; it leads back to the run on this server only.
        patient: What its patient is called outside, the same for all runs of a patient.
        side: Where the patient belongs.
        frames: (T, H, W) in [0, 1], vessels dark.
        label_map: (T, H, W) in the table's indices.
        times: The frames (t) that are written; what the label map has on others is not.
        finished: Those of them that a person finished.
        spacing_mm: Size of a pixel, row and column; None where nobody knows.
        frame_time_ms: Time from frame to frame; None where nobody knows.
        state: State of the label, a word.
        version: Version of the label.
        seg: The label's DICOM SEG as it was sent; None where there is none.
    """

    token: str
    patient: str
    side: Side
    frames: Frames
    label_map: LabelMap
    times: tuple[int, ...]
    finished: tuple[int, ...] = ()
    spacing_mm: tuple[float, float] | None = None
    frame_time_ms: float | None = None
    state: str = ""
    version: int = 1
    seg: bytes | None = None

    @property
    def name(self) -> str:
        """How the files of this run begin."""
        return f"{self.patient}_{self.token}"

    def written_map(self) -> LabelMap:
        """Return the label map without the frames that are not written."""
        written = np.zeros_like(self.label_map)
        written[list(self.times)] = self.label_map[list(self.times)]
        return written


@dataclass(frozen=True)
class FoundRun:
    """What a data set says of one run.

    Attributes:
        run: The run's token, or its SOP Instance UID where the format keeps that.
        frames: Frame t to its label map, (H, W) in the table's indices. Other frames are not covered.
    """

    run: str
    frames: Mapping[int, NDArray[np.uint8]]


def frame_name(run_name: str, t: int) -> str:
    """Return what the files of a frame are called; frames count from 1, as in DICOM."""
    return f"{run_name}_f{t + 1:04d}"
