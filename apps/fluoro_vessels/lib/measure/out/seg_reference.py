"""Which frames of a DICOM SEG show a label on a frame of the run."""

from pydicom.dataset import Dataset

from lib.labels import Label
from lib.seg.frame_source import frame_sources


def seg_frames(seg: Dataset, label: Label, t: int) -> tuple[int, ...]:
    """Return frame numbers of a SEG, from 1, that show a label on frame t of the run.

    Raises:
        SegError: A frame does not say which image it lies on.
    """
    numbers = {
        int(segment.SegmentNumber)
        for segment in seg.get("SegmentSequence") or ()
        if str(segment.get("SegmentLabel") or "") == label.name
    }
    return tuple(
        number
        for number, source in enumerate(frame_sources(seg), 1)
        if source.frame_number in (t + 1, None) and source.segment_number in numbers
    )
