"""DICOM runs whose truth is a DICOM SEG, or the exact masks of the phantom beside them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

import numpy as np
from pydicom import dcmread
from pydicom.dataset import Dataset

from lib.arrays import Mask
from lib.errors import FrameError, SegError, UnlabelledVesselError
from lib.evaluation.cases import DEVICES, VESSEL, Case, Truth, require_same_shape
from lib.evaluation.phantom_truth import PhantomCase, truth_path
from lib.frames.cine import Cine
from lib.frames.read import read_cine, read_dataset
from lib.frames.values import MALFORMED
from lib.labels import LabelTable
from lib.pacs.files import DicomFile, examine
from lib.seg.content import SegLabel
from lib.seg.frame_source import frame_sources
from lib.seg.read import label_version, read_seg

SEG_CLASSES: Final = ("1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.66.7")
"""Segmentation and Label Map Segmentation Storage, PS3.4 B.5."""


@dataclass(frozen=True)
class LabelledRun:
    """A run with the newest of its SEGs.

    Only frames that the SEG speaks of are scored: those for which its segment `vessel` has a frame, also an
    empty one, and those on which any other segment has pixels.
    """

    name: str
    subject: str
    run: Path
    seg: Path
    is_run: ClassVar[bool] = True

    def open(self, table: LabelTable) -> tuple[Cine, Truth]:
        """Read the run and its SEG; see `Case.open`."""
        cine = read_cine(self.run)
        uid = cine.header.sop_instance_uid
        seg = read_dataset(self.seg)
        label = read_seg(seg, len(cine.frames), table, uid)
        vessel = _union(label, (VESSEL,))
        if vessel is None:
            raise UnlabelledVesselError(self.name, [one.label.name for one in label.segments])
        require_same_shape(self.name, cine, vessel)
        return cine, Truth(vessel, _union(label, DEVICES), _times(seg, label, uid))


def labelled_runs(folder: Path, files: Iterable[Path]) -> list[Case]:
    """Return the runs among files of a folder that have a truth: the phantom's masks before a SEG."""
    known = {path: found for path in files if isinstance(found := examine(path, is_named=False), DicomFile)}
    segs = {path for path, found in known.items() if found.sop_class_uid in SEG_CLASSES}
    newest = _newest_segs(segs)
    cases: list[Case] = []
    for path, found in known.items():
        name = str(path.relative_to(folder).with_suffix(""))
        if path in segs:
            continue
        if truth_path(path).exists():
            cases.append(PhantomCase(name, path))
        elif found.sop_instance_uid in newest:
            cases.append(LabelledRun(name, _subject(path, name), path, newest[found.sop_instance_uid]))
    return cases


def _newest_segs(segs: Iterable[Path]) -> Mapping[str, Path]:
    """Return for each run that a SEG refers to the newest such SEG: by version, then by its date."""
    best: dict[str, tuple[tuple[int, str, str], Path]] = {}
    for path in sorted(segs):
        header = dcmread(path, stop_before_pixels=True)
        age = (label_version(header), str(header.get("ContentDate")), str(header.get("ContentTime")))
        for uid in _referenced(header):
            if uid not in best or best[uid][0] < age:
                best[uid] = age, path
    return {uid: path for uid, (_, path) in best.items()}


def _referenced(seg: Dataset) -> set[str]:
    try:
        return {source.sop_instance_uid for source in frame_sources(seg)}
    except (SegError, *MALFORMED):
        return set()


def _subject(path: Path, name: str) -> str:
    """Return a run's Patient ID, which is compared and never shown; its name where there is none."""
    try:
        return str(dcmread(path, stop_before_pixels=True, specific_tags=["PatientID"]).PatientID or name)
    except (AttributeError, FrameError, *MALFORMED):
        return name


def _union(label: SegLabel, names: tuple[str, ...]) -> Mask | None:
    masks = [segment.mask for segment in label.segments if segment.label.name in names]
    return np.logical_or.reduce(masks) if masks else None


def _times(seg: Dataset, label: SegLabel, uid: str) -> tuple[int, ...]:
    """Return the frames t that a SEG speaks of."""
    numbers = [number for item in seg.SegmentSequence if (number := int(item.SegmentNumber)) > 0]
    names = {None: VESSEL} | dict(zip(numbers, (one.label.name for one in label.segments), strict=True))
    listed = {
        (source.frame_number or 1) - 1
        for source in frame_sources(seg)
        if source.sop_instance_uid == uid and names.get(source.segment_number) == VESSEL
    }
    filled = np.logical_or.reduce([segment.mask.any(axis=(1, 2)) for segment in label.segments])
    return tuple(sorted(listed | set(np.flatnonzero(filled).tolist())))
