"""What a SEG says of its run, its version and its name."""

from lib.seg.read import label_version, read_seg
from tests.builders import build_rf, build_xa
from tests.seg_labels import label_table, seg_label, written
from tests.unit.seg.writing.parts import seg_of, source_image


def test_each_frame_names_its_frame_of_the_run() -> None:
    source = build_xa(n_frames=5)

    seg = seg_of(source)

    frames = [source_image(seg, index).ReferencedFrameNumber for index in range(seg.NumberOfFrames)]
    assert frames == [1, 2, 3, 5]
    assert source_image(seg).ReferencedSOPInstanceUID == source.SOPInstanceUID
    assert source_image(seg).SpatialLocationsPreserved == "YES"
    assert source_image(seg).PurposeOfReferenceCodeSequence[0].CodeValue == "121322"


def test_a_single_image_is_referred_to_without_a_frame_number() -> None:
    assert "ReferencedFrameNumber" not in source_image(seg_of(build_rf()))


def test_the_run_is_in_the_referenced_series() -> None:
    source = build_xa()

    series = seg_of(source).ReferencedSeriesSequence[0]

    assert series.SeriesInstanceUID == source.SeriesInstanceUID
    assert series.ReferencedInstanceSequence[0].ReferencedSOPInstanceUID == source.SOPInstanceUID


def test_every_writing_is_a_new_series_with_a_new_instance() -> None:
    source = build_xa()
    label = seg_label(source)

    first, second = written(source, label), written(source, label)

    uids = {uid for seg in (first, second) for uid in (seg.SeriesInstanceUID, seg.SOPInstanceUID)}
    assert len(uids) == 4
    assert first.StudyInstanceUID == second.StudyInstanceUID == source.StudyInstanceUID
    assert first.file_meta.MediaStorageSOPInstanceUID == first.SOPInstanceUID


def test_the_description_says_version_run_and_segments() -> None:
    seg = seg_of(build_xa(InstanceNumber=7), "vessel", "catheter", version=3)

    assert seg.SeriesDescription == "Label v3 of image 7 (vessel, catheter)"


def test_a_run_without_number_is_not_named() -> None:
    assert seg_of(build_xa(InstanceNumber=None)).SeriesDescription == "Label v1 (vessel)"


def test_a_description_of_many_segments_stays_within_64_characters() -> None:
    names = [label.name for label in label_table().set("coronary")]

    assert seg_of(build_xa(), *names).SeriesDescription == "Label v1 of image 1 (25 segments)"


def test_the_version_is_read_without_the_description() -> None:
    seg = seg_of(build_xa(), version=12)
    seg.SeriesDescription = "renamed by hand"

    assert label_version(seg) == 12
    assert read_seg(seg, 4, label_table()).version == 12


def test_an_instance_number_of_a_foreign_seg_is_no_version() -> None:
    seg = seg_of(build_xa(), version=12)
    seg.Manufacturer = "Someone else"

    assert label_version(seg) == 1
