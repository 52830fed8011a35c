"""What is wrong with the frames: on which frame of the run each lies, and which segment it shows."""

from collections import Counter
from collections.abc import Iterator

from pydicom.dataset import Dataset

from lib.errors import SegError
from lib.frames.values import Values
from lib.seg.frame_source import FrameSource, frame_sources
from lib.seg.shapes import run_shape


def check_frames(seg: Dataset, source: Dataset) -> Iterator[str]:
    """Yield a sentence for each kind of mistake in the functional groups."""
    groups = seg.get("PerFrameFunctionalGroupsSequence") or []
    n_frames = Values(seg).integer("NumberOfFrames")
    if len(groups) != n_frames:
        yield f"The SEG has {n_frames} frames, but functional groups for {len(groups)}."
    try:
        sources = frame_sources(seg)
    except SegError as error:
        yield str(error)
        return
    yield from _check_images(sources, source)
    yield from _check_segment_numbers(sources, seg)
    yield from _check_repeats(sources)
    yield from _check_locations(seg)


def _check_images(sources: list[FrameSource], source: Dataset) -> Iterator[str]:
    uid, n_frames = str(source.get("SOPInstanceUID")), run_shape(source)[0]
    if foreign := [n for n, frame in enumerate(sources, 1) if frame.sop_instance_uid != uid]:
        yield f"{_frames(foreign)} on another image than the run."
    if n_frames > 1 and (unsaid := [n for n, frame in enumerate(sources, 1) if frame.frame_number is None]):
        yield f"{_frames(unsaid)} on the run, but on none of its frames; viewers show only one of them."
    outside = [n for n, frame in enumerate(sources, 1) if not 1 <= (frame.frame_number or 1) <= n_frames]
    if outside:
        yield f"{_frames(outside)} on a frame that the run does not have; it has {n_frames}."


def _check_segment_numbers(sources: list[FrameSource], seg: Dataset) -> Iterator[str]:
    described = {segment.get("SegmentNumber") for segment in seg.get("SegmentSequence") or []}
    shown = {frame.segment_number for frame in sources}
    for number in sorted(shown - described, key=str):
        yield f"Frames show segment {number}, which the SEG does not describe; OHIF stops there."
    for number in sorted(described - shown, key=str):
        yield f"Segment {number} has no frame, so viewers do not list it."


def _check_repeats(sources: list[FrameSource]) -> Iterator[str]:
    counts = Counter((frame.segment_number, frame.frame_number) for frame in sources)
    for (segment, frame), count in counts.items():
        if count > 1:
            yield f"Segment {segment} has {count} frames for frame {frame} of the run; viewers show one."
            return


def _check_locations(seg: Dataset) -> Iterator[str]:
    moved = [
        number
        for number, group in enumerate(seg.get("PerFrameFunctionalGroupsSequence") or [], 1)
        for derivation in (group.get("DerivationImageSequence") or [])[:1]
        for image in (derivation.get("SourceImageSequence") or [])[:1]
        if image.get("SpatialLocationsPreserved") != "YES"
    ]
    if moved:
        yield f"{_frames(moved)} without Spatial Locations Preserved = YES, which highdicom wants."


def _frames(numbers: list[int]) -> str:
    if len(numbers) == 1:
        return f"Frame {numbers[0]} of the SEG lies"
    more = f" and {len(numbers) - 3} more" if len(numbers) > 3 else ""
    return f"Frames {', '.join(str(number) for number in numbers[:3])}{more} of the SEG lie"
