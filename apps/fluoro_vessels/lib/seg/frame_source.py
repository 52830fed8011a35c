"""Which frame of which image a SEG frame lies on, and which segment it shows.

Foreign writers put what is the same for all frames into the shared groups, so both places count.
"""

from dataclasses import dataclass

from pydicom.dataset import Dataset

from lib.errors import SegError


@dataclass(frozen=True)
class FrameSource:
    """One SEG frame: its segment number (None in a label map) and the frame of the image below it."""

    segment_number: int | None
    sop_instance_uid: str
    frame_number: int | None
    """One-based; None: the reference means the whole image."""


def frame_sources(seg: Dataset) -> list[FrameSource]:
    """Return the source of every SEG frame, in the order of the frames.

    Raises:
        SegError: A frame does not say which image it lies on.
    """
    shared = _first(seg, "SharedFunctionalGroupsSequence") or Dataset()
    groups = seg.get("PerFrameFunctionalGroupsSequence") or []
    return [_source(number, group, shared) for number, group in enumerate(groups, 1)]


def _source(number: int, group: Dataset, shared: Dataset) -> FrameSource:
    derivation = _first(group, "DerivationImageSequence") or _first(shared, "DerivationImageSequence")
    image = _first(derivation, "SourceImageSequence") if derivation is not None else None
    if image is None or not image.get("ReferencedSOPInstanceUID"):
        raise SegError(
            f"Frame {number} of the SEG does not say which image it lies on (Derivation Image Sequence), "
            "and a projection has no place in space to find it by."
        )
    segment = _first(group, "SegmentIdentificationSequence") or _first(
        shared, "SegmentIdentificationSequence"
    )
    segment_number = segment.get("ReferencedSegmentNumber") if segment is not None else None
    return FrameSource(
        segment_number=None if segment_number is None else int(segment_number),
        sop_instance_uid=str(image.ReferencedSOPInstanceUID),
        frame_number=_frame_number(number, image),
    )


def _frame_number(number: int, image: Dataset) -> int | None:
    value = image.get("ReferencedFrameNumber")
    if value is None or value == "":
        return None
    try:
        return int(value)
    except (TypeError, ValueError) as error:
        raise SegError(
            f"Frame {number} of the SEG lies on several frames of the run ({value}), not on one."
        ) from error


def _first(dataset: Dataset, keyword: str) -> Dataset | None:
    sequence = dataset.get(keyword)
    return sequence[0] if sequence else None
