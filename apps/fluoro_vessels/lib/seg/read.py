"""Reads a DICOM SEG as a label of a run: our own files exactly, other people's as far as they say enough."""

from collections.abc import Mapping

import numpy as np
from pydicom.dataset import Dataset

from lib.arrays import Mask
from lib.errors import SegError
from lib.frames.values import MALFORMED, Values
from lib.labels import LabelTable
from lib.seg.content import SegLabel, Segment
from lib.seg.frame_source import FrameSource, frame_sources
from lib.seg.pixels import frame_masks
from lib.seg.recognise import label_of
from lib.seg.segments import maker_of
from lib.seg.series import MANUFACTURER
from lib.seg.shapes import seg_shape


def read_seg(
    seg: Dataset, n_frames: int, table: LabelTable, source_sop_instance_uid: str | None = None
) -> SegLabel:
    """Return the label that a SEG holds; frames that it leaves out are empty.

    Args:
        seg: The SEG with its pixel data.
        n_frames: Frames of the run.
        table: Gives the segments their labels.
        source_sop_instance_uid: The run, where a foreign SEG refers to several images; frames on
            others are then left out.

    Raises:
        SegError: It is not a SEG, does not say on which frames of which run it lies, or has a
            segment that the table does not know.
    """
    try:
        return _read(seg, n_frames, table, source_sop_instance_uid)
    except MALFORMED as error:
        raise SegError(
            f"SEG {seg.get('SOPInstanceUID')} is malformed ({error}). Retrieve it again from its source."
        ) from error


def is_own(seg: Dataset) -> bool:
    """Return whether this project wrote the SEG."""
    return str(seg.get("Manufacturer") or "") == MANUFACTURER


def label_version(seg: Dataset) -> int:
    """Return the version of the label: Instance Number in our own files, 1 in all others.

    Each version is a series of its own with one instance, so its number is free to say this;
    unlike a description, nobody edits it.
    """
    number = Values(seg).integer("InstanceNumber") if is_own(seg) else None
    return max(number or 1, 1)


def _read(seg: Dataset, n_frames: int, table: LabelTable, wanted: str | None) -> SegLabel:
    if str(seg.get("Modality") or "") != "SEG" or not seg.get("SegmentSequence"):
        raise SegError(f"Instance {seg.get('SOPInstanceUID')} is not a DICOM SEG with segments.")
    sources = frame_sources(seg)
    run = _run(seg, sources, wanted)
    masks = _masks(seg, sources, run, n_frames)
    author = str(seg.get("ContentCreatorName") or "")
    return SegLabel(
        source_sop_instance_uid=run,
        segments=tuple(
            Segment(
                label_of(described, table), masks[int(described.SegmentNumber)], maker_of(described, author)
            )
            for described in seg.SegmentSequence
            if int(described.SegmentNumber) in masks
        ),
        version=label_version(seg),
        author=author,
        description=str(seg.get("ContentDescription") or ""),
    )


def _run(seg: Dataset, sources: list[FrameSource], wanted: str | None) -> str:
    found = list(dict.fromkeys(source.sop_instance_uid for source in sources))
    if wanted is not None and wanted not in found:
        raise SegError(f"SEG {seg.get('SOPInstanceUID')} does not refer to run {wanted}.")
    if wanted is None and len(found) != 1:
        raise SegError(
            f"SEG {seg.get('SOPInstanceUID')} refers to {len(found)} images; a label belongs to one run. "
            "Say which run is meant."
        )
    return wanted or found[0]


def _masks(seg: Dataset, sources: list[FrameSource], run: str, n_frames: int) -> Mapping[int, Mask]:
    """Return (T, H, W) masks by segment number, those of empty segments included."""
    n_seg_frames, rows, columns = seg_shape(seg)
    if n_seg_frames != len(sources):
        raise SegError(
            f"The SEG has {n_seg_frames} frames, but says for {len(sources)} on which image they lie."
        )
    masks = {number: np.zeros((n_frames, rows, columns), np.bool_) for number in _numbers(seg)}
    mask_of = frame_masks(seg)
    for index, source in enumerate(sources):
        if source.sop_instance_uid != run:
            continue
        t = _time(source, n_frames)
        for number in masks if source.segment_number is None else (source.segment_number,):
            if number not in masks:
                raise SegError(
                    f"Frame {index + 1} of the SEG shows segment {number}, which it does not describe."
                )
            masks[number][t] |= mask_of(index, number)
    return masks


def _numbers(seg: Dataset) -> list[int]:
    """Return the segment numbers; 0 is the background of a label map and no segment."""
    numbers = [int(described.get("SegmentNumber") or 0) for described in seg.SegmentSequence]
    return [number for number in numbers if number > 0]


def _time(source: FrameSource, n_frames: int) -> int:
    """Return the index t of the run's frame below."""
    if source.frame_number is None:
        if n_frames == 1:
            return 0
        raise SegError(
            f"The SEG refers to run {source.sop_instance_uid}, but not to one of its {n_frames} frames."
        )
    if not 1 <= source.frame_number <= n_frames:
        raise SegError(
            f"The SEG has a mask for frame {source.frame_number}, but run {source.sop_instance_uid} has "
            f"{n_frames} frames."
        )
    return source.frame_number - 1
