"""One DICOM file in, its segmentation out: DICOM SEG, a movie and a picture of the fullest frame."""

import filecmp
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
from pydicom.dataset import Dataset

from lib.arrays import LabelMap
from lib.datastore.durable import write_bytes_whole, write_whole
from lib.datastore.ids import check_image_id
from lib.errors import FluoroError, InvalidInputError, UnsupportedImageError
from lib.frames.cine import Cine, RunHeader
from lib.frames.fullest import fullest_frame
from lib.frames.read import read_cine, read_dataset
from lib.frames.values import MALFORMED
from lib.infers.algorithm import Algorithm
from lib.infers.parameter import ParameterValue
from lib.labels import Label, LabelTable
from lib.pacs.files import FileOutcome, Outcome, examine
from lib.pictures.movie import write_mp4
from lib.pictures.overlay import overlay
from lib.pictures.png import picture_png
from lib.seg.check import check_seg
from lib.seg.content import AlgorithmType, Maker, SegLabel, Segment
from lib.seg.write import write_seg
from lib.settings import SegSettings

UNCALIBRATED: Final = "uncalibrated"
AUTHOR: Final = "local"
"""Who asked for it, where nobody logs in."""

STOPS_ONE_FILE: Final = (FluoroError, OSError, MemoryError, *MALFORMED)
"""What may be wrong with one file; the others go on."""


@dataclass(frozen=True)
class Wish:
    """What the person asked for; the same for all files."""

    algorithm: Algorithm
    values: Mapping[str, ParameterValue]
    table: LabelTable
    listed: tuple[Label, ...]
    """Labels to list in the SEG even where nothing of them was found, for a person to fill in."""
    folder: Path
    seg: SegSettings


@dataclass
class Segmenter:
    """Segments file after file and remembers which runs it has seen."""

    wish: Wish
    seen: dict[str, Path] = field(default_factory=dict)

    def segment(self, path: Path, *, is_named: bool) -> dict[str, Any]:
        """Segment one file and write its results.

        Args:
            path: The file.
            is_named: A person named this very file; then it is a failure if it is no run.

        Returns:
            What became of it, in JSON types: outcome `segmented`, `failed` or `skipped`, with the reason.
        """
        began = time.perf_counter()
        found = examine(path, is_named=is_named)
        if isinstance(found, FileOutcome):
            return _without(path, str(found.outcome), found.reason)
        uid = found.sop_instance_uid
        try:
            self._refuse_twin(uid, path)
            result = self._results(path)
        except _SameFileError as twin:
            return _without(path, Outcome.SKIPPED, str(twin), uid)
        except UnsupportedImageError as error:
            return _without(path, Outcome.FAILED if is_named else Outcome.SKIPPED, str(error), uid)
        except STOPS_ONE_FILE as error:
            return _without(path, Outcome.FAILED, sentence_of(error), uid)
        self.seen[uid] = path
        return {"path": str(path), "outcome": "segmented", **result, "seconds": _since(began)}

    def _refuse_twin(self, uid: str, path: Path) -> None:
        """Refuse a second file with the same SOP Instance UID: its results would replace the first one's."""
        check_image_id(uid)
        first = self.seen.get(uid)
        if first is None:
            return
        if filecmp.cmp(first, path, shallow=False):
            raise _SameFileError(f"It is the same file as {first}, which is done.")
        raise InvalidInputError(
            f"Its SOP Instance UID is that of {first}, which is done, but the two files differ. "
            "Segment it into another folder."
        )

    def _results(self, path: Path) -> dict[str, Any]:
        dataset = read_dataset(path)
        cine = read_cine(dataset)
        label_map = self.wish.algorithm.segment(cine, self.wish.values, self.wish.table)
        t = fullest_frame(cine.frames)
        outputs, remarks = self._write(dataset, cine, label_map, t)
        vessel = label_map == self.wish.table.by_name("vessel").index
        return {
            "sop_instance_uid": cine.header.sop_instance_uid,
            "outputs": {name: str(file) for name, file in outputs.items()},
            "n_frames": cine.header.n_frames,
            "rows": cine.header.rows,
            "columns": cine.header.columns,
            "frames_per_second": cine.header.timing.frames_per_second,
            "spacing_mm": _spacing(cine.header),
            "vessel_fraction": round(float(vessel.mean()), 5),
            "vessel_fraction_fullest": round(float(vessel[t].mean()), 5),
            "fullest_frame_number": t + 1,
            "remarks": [*cine.header.problems, *remarks],
        }

    def _write(
        self, dataset: Dataset, cine: Cine, label_map: LabelMap, t: int
    ) -> tuple[dict[str, Path], tuple[str, ...]]:
        """Write the three files; return them and what a viewer would object to."""
        uid, table = cine.header.sop_instance_uid, self.wish.table
        names = {"seg": f"{uid}.seg.dcm", "movie": f"{uid}.overlay.mp4", "picture": f"{uid}.fullest.png"}
        files = {kind: self.wish.folder / name for kind, name in names.items()}
        seg = write_seg(dataset, self._label(uid, label_map), self.wish.seg, datetime.now(UTC))
        write_whole(files["seg"], lambda temporary: seg.save_as(temporary, enforce_file_format=True))
        pictures = (
            overlay(frame, labels, table) for frame, labels in zip(cine.frames, label_map, strict=True)
        )
        rate = cine.header.timing.frames_per_second
        write_whole(files["movie"], lambda temporary: write_mp4(temporary, pictures, rate))
        write_bytes_whole(files["picture"], picture_png(overlay(cine.frames[t], label_map[t], table)))
        return files, check_seg(seg, dataset)

    def _label(self, uid: str, label_map: LabelMap) -> SegLabel:
        """Return the label with a segment for all that was found and all that is to be listed."""
        algorithm = self.wish.algorithm
        maker = Maker(AlgorithmType.AUTOMATIC, algorithm.name, algorithm.version, algorithm.family)
        present = {self.wish.table.by_index(int(index)) for index in np.unique(label_map) if index}
        wanted = {self.wish.table.by_name("vessel"), *present, *self.wish.listed}
        segments = tuple(
            Segment(label, label_map == label.index, maker)
            for label in sorted(wanted, key=lambda one: one.index)
        )
        return SegLabel(uid, segments, version=1, author=AUTHOR, description=algorithm.description)


class _SameFileError(Exception):
    """A file is a copy of one that is done."""


def count(results: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Return how many files had each outcome."""
    return {
        name: sum(result["outcome"] == name for result in results)
        for name in ("segmented", "failed", "skipped")
    }


def _without(path: Path, outcome: str, reason: str, uid: str | None = None) -> dict[str, Any]:
    return {"path": str(path), "outcome": str(outcome), "sop_instance_uid": uid or None, "reason": reason}


def sentence_of(error: BaseException) -> str:
    """Return what is wrong with a file; libraries may quote patient data, so their words are not repeated."""
    if isinstance(error, FluoroError):
        return str(error)
    if isinstance(error, MemoryError):
        return (
            "This machine has not enough memory for the run. Close other programs, or segment it elsewhere."
        )
    if isinstance(error, OSError):
        return f"A file cannot be read or written: {error.strerror or type(error).__name__}."
    return f"The file holds values that cannot be understood ({type(error).__name__})."


def _spacing(header: RunHeader) -> list[float] | str:
    return UNCALIBRATED if header.spacing is None else [header.spacing.row_mm, header.spacing.column_mm]


def _since(began: float) -> float:
    return round(time.perf_counter() - began, 3)
