"""What is said before a SEG is sent."""

from collections.abc import Callable

import pytest
from pydicom.dataset import Dataset
from pydicom.uid import RLELossless, generate_uid

from lib.seg.check import check_seg
from tests.builders import build_xa
from tests.seg_labels import seg_label, written


def image(seg: Dataset, index: int = 0) -> Dataset:
    return seg.PerFrameFunctionalGroupsSequence[index].DerivationImageSequence[0].SourceImageSequence[0]


def remove(keyword: str) -> Callable[[Dataset], None]:
    return lambda seg: delattr(seg, keyword)


def put(keyword: str, value: object) -> Callable[[Dataset], None]:
    return lambda seg: setattr(seg, keyword, value)


def drop_orientation(seg: Dataset) -> None:
    del seg.SharedFunctionalGroupsSequence[0].PlaneOrientationSequence


def turn(seg: Dataset) -> None:
    plane = seg.SharedFunctionalGroupsSequence[0].PlaneOrientationSequence[0]
    plane.ImageOrientationPatient = [0, 1, 0, 1, 0, 0]


def number_twice(seg: Dataset) -> None:
    seg.SegmentSequence[1].SegmentNumber = 1


def number_with_gap(seg: Dataset) -> None:
    seg.SegmentSequence[1].SegmentNumber = 3


def cut(seg: Dataset) -> None:
    seg.PixelData = seg.PixelData[:-2]


def other_run(seg: Dataset) -> None:
    for series in seg.ReferencedSeriesSequence:
        series.ReferencedInstanceSequence[0].ReferencedSOPInstanceUID = generate_uid()


def other_image(seg: Dataset) -> None:
    for index in range(5):
        image(seg, index).ReferencedSOPInstanceUID = generate_uid()


def without_frame_number(seg: Dataset) -> None:
    del image(seg).ReferencedFrameNumber


def beyond(seg: Dataset) -> None:
    image(seg).ReferencedFrameNumber = 99


def twice(seg: Dataset) -> None:
    image(seg, 1).ReferencedFrameNumber = 1


def moved(seg: Dataset) -> None:
    image(seg).SpatialLocationsPreserved = "NO"


def no_place(seg: Dataset) -> None:
    del seg.PerFrameFunctionalGroupsSequence[0].DerivationImageSequence


def fewer_groups(seg: Dataset) -> None:
    seg.PerFrameFunctionalGroupsSequence.pop()


def unlabelled(seg: Dataset) -> None:
    seg.SegmentSequence[0].SegmentLabel = ""


def uncoded(seg: Dataset) -> None:
    del seg.SegmentSequence[0].SegmentedPropertyTypeCodeSequence


def nameless_algorithm(seg: Dataset) -> None:
    del seg.SegmentSequence[0].SegmentAlgorithmName


def no_algorithm_type(seg: Dataset) -> None:
    seg.SegmentSequence[0].SegmentAlgorithmType = "MAGIC"


def two_colours(seg: Dataset) -> None:
    seg.SegmentSequence[0].RecommendedDisplayCIELabValue = [1, 2]


def compress(seg: Dataset) -> None:
    seg.file_meta.TransferSyntaxUID = RLELossless


def other_file(seg: Dataset) -> None:
    seg.file_meta.MediaStorageSOPInstanceUID = generate_uid()


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (drop_orientation, "no plane orientation; OHIF stops with a TypeError"),
        (turn, "plane orientation is not that of the run"),
        (put("Rows", 31), "has 31 x 48 pixels and the run 32 x 48"),
        (other_run, "Referenced Series Sequence does not name the run"),
        (remove("ReferencedSeriesSequence"), "Referenced Series Sequence does not name the run"),
        (other_image, "Frames 1, 2, 3 and 2 more of the SEG lie on another image"),
        (without_frame_number, "Frame 1 of the SEG lies on the run, but on none of its frames"),
        (beyond, "a frame that the run does not have; it has 6"),
        (twice, "Segment 1 has 2 frames for frame 1"),
        (moved, "Spatial Locations Preserved = YES"),
        (no_place, "Frame 1 of the SEG does not say which image it lies on"),
        (fewer_groups, "functional groups for 9"),
        (number_twice, "Segment numbers 1, 1 are not unique"),
        (number_with_gap, "Segment numbers 1, 3 do not count 1, 2, 3"),
        (number_with_gap, "Frames show segment 2, which the SEG does not describe"),
        (number_with_gap, "Segment 3 has no frame"),
        (unlabelled, "Segment 1 has no label"),
        (uncoded, "Segment 1 has no complete code in SegmentedPropertyTypeCodeSequence"),
        (nameless_algorithm, "Segment 1 is AUTOMATIC, but does not name its algorithm"),
        (no_algorithm_type, "does not say whether it is AUTOMATIC"),
        (two_colours, "not three CIELab values"),
        (cut, "The pixel data have 1918 bytes; 10 frames need 1920"),
        (remove("PixelData"), "The pixel data have 0 bytes"),
        (put("BitsAllocated", 8), "one sample of one unsigned bit"),
        (put("SegmentationType", "FRACTIONAL"), "OHIF shows BINARY ones"),
        (compress, "The transfer syntax is RLE Lossless"),
        (other_file, "names another SOP Instance UID"),
        (put("StudyInstanceUID", "1.2.3"), "lies in another study"),
        (put("Modality", "OT"), "do not both say segmentation"),
        (put("ContentLabel", ""), "ContentLabel is missing or empty"),
        (put("SegmentSequence", []), "SegmentSequence is missing or empty"),
        (remove("PatientID"), "PatientID is missing; it may be empty"),
        (remove("Rows"), "Rows is missing or empty"),
    ],
)
def test_a_mistake_is_said(spoil: Callable[[Dataset], None], sentence: str) -> None:
    source = build_xa(n_frames=6)
    seg = written(source, seg_label(source, "vessel", "catheter"))
    spoil(seg)

    assert any(sentence in said for said in check_seg(seg, source)), check_seg(seg, source)


@pytest.mark.filterwarnings("ignore:Invalid value for VR UI")
def test_a_malformed_uid_of_our_own_is_said() -> None:
    source = build_xa()
    seg = written(source, seg_label(source))
    seg.SeriesInstanceUID = "1.2.x"

    assert "SeriesInstanceUID 1.2.x is not a valid UID." in check_seg(seg, source)


def test_the_series_of_the_run_cannot_hold_its_seg() -> None:
    source = build_xa()
    seg = written(source, seg_label(source))
    seg.SeriesInstanceUID = source.SeriesInstanceUID

    assert any("a new object in a new series" in said for said in check_seg(seg, source))


def test_a_run_without_a_size_fits_no_seg() -> None:
    source = build_xa()
    seg = written(source, seg_label(source))
    source.Rows = 0

    assert check_seg(seg, source)[0].startswith(f"Instance {source.SOPInstanceUID} has the shape (4, 0, 48)")


@pytest.mark.filterwarnings("ignore")
def test_a_value_that_cannot_be_read_is_said_and_not_raised() -> None:
    source = build_xa()
    seg = written(source, seg_label(source))
    raw = seg.get_item("Rows")
    seg._dict[raw.tag] = raw._replace(value=b"odd")

    assert any("malformed value" in said for said in check_seg(seg, source))
