"""What a SEG says besides its pixels."""

from datetime import UTC, datetime

import numpy as np
import pytest
from highdicom.color import CIELabColor
from pydicom.dataset import Dataset, FileDataset
from pydicom.sequence import Sequence

from lib.errors import LabelShapeError, SegError
from lib.labels import Code, Label
from lib.seg.content import MULTI_SCALE_FILTERING, AlgorithmType, Maker, Segment
from lib.seg.read import label_version, read_seg
from lib.seg.write import write_seg
from lib.settings import SegSettings
from tests.builders import build_enhanced_xa, build_rf, build_xa
from tests.seg_labels import CREATED, MODEL, PERSON, label_table, moving_mask, reread, seg_label, written


def seg_of(source: Dataset, *names: str, **changes: object) -> FileDataset:
    return written(source, seg_label(source, *names, **changes))


def source_image(seg: Dataset, index: int = 0) -> Dataset:
    return seg.PerFrameFunctionalGroupsSequence[index].DerivationImageSequence[0].SourceImageSequence[0]


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


def test_a_model_is_named_with_its_version_and_kind() -> None:
    source = build_xa()
    maker = Maker(AlgorithmType.AUTOMATIC, "vesselness", "2", MULTI_SCALE_FILTERING)
    mask = moving_mask((4, 32, 48))

    seg = seg_of(source, segments=(Segment(label_table().by_name("vessel"), mask, maker),))

    item = seg.SegmentSequence[0]
    algorithm = item.SegmentationAlgorithmIdentificationSequence[0]
    assert (item.SegmentAlgorithmType, item.SegmentAlgorithmName) == ("AUTOMATIC", "vesselness")
    assert (algorithm.AlgorithmName, algorithm.AlgorithmVersion) == ("vesselness", "2")
    assert algorithm.AlgorithmFamilyCodeSequence[0].CodeValue == "123106"


def test_a_person_is_named_without_pretending_to_be_an_algorithm() -> None:
    source = build_xa()
    segments = (Segment(label_table().by_name("vessel"), moving_mask((4, 32, 48)), PERSON),)

    seg = seg_of(source, segments=segments, author="reviewer")

    item = seg.SegmentSequence[0]
    assert item.SegmentAlgorithmType == "MANUAL"
    assert "SegmentAlgorithmName" not in item
    assert "SegmentationAlgorithmIdentificationSequence" not in item
    read = read_seg(seg, 4, label_table())
    assert read.segments[0].maker == PERSON
    assert read.author == "reviewer"


@pytest.mark.parametrize("version", ["3", ""])
def test_a_half_automatic_maker_comes_back_whole(version: str) -> None:
    maker = Maker(AlgorithmType.SEMIAUTOMATIC, "clicks", version)
    segments = (Segment(label_table().by_name("vessel"), moving_mask((4, 32, 48)), maker),)

    read = read_seg(seg_of(build_xa(), segments=segments), 4, label_table())

    assert read.segments[0].maker == maker


def test_author_and_description_come_back() -> None:
    read = read_seg(seg_of(build_xa(), author="Lee^Ann", description="after review"), 4, label_table())

    assert (read.author, read.description) == ("Lee^Ann", "after review")


def test_text_that_dicom_cannot_hold_becomes_one_line() -> None:
    seg = seg_of(build_xa(), author="a\\b=c", description="first\nsecond\\third " + "x" * 100)

    assert seg.ContentCreatorName == "a b c"
    assert seg.ContentDescription.startswith("first second third xxx")
    assert len(seg.ContentDescription) == 64


@pytest.mark.parametrize("rgb", [(255, 0, 0), (0, 255, 0), (230, 57, 70), (12, 34, 56)])
def test_colours_survive_the_way_to_cielab_and_back(rgb: tuple[int, int, int]) -> None:
    vessel = label_table().by_name("vessel")
    label = Label(200, "own", vessel.category, vessel.type, rgb, "ours")
    segments = (Segment(label, moving_mask((4, 32, 48)), MODEL),)

    lab = seg_of(build_xa(), segments=segments).SegmentSequence[0].RecommendedDisplayCIELabValue

    assert CIELabColor.from_dicom_value(lab).to_rgb() == rgb


def test_red_has_the_cielab_values_that_dcmtk_writes_for_it() -> None:
    vessel = label_table().by_name("vessel")
    label = Label(200, "own", vessel.category, vessel.type, (255, 0, 0), "ours")
    segments = (Segment(label, moving_mask((4, 32, 48)), MODEL),)

    lab = seg_of(build_xa(), segments=segments).SegmentSequence[0].RecommendedDisplayCIELabValue

    assert list(lab) == [34886, 53484, 50172]


def test_the_codes_are_those_of_the_label_with_its_modifiers() -> None:
    seg = seg_of(build_xa(), "left SFA", "segment 9a")

    left, narrowed = (item.SegmentedPropertyTypeCodeSequence[0] for item in seg.SegmentSequence)
    assert (left.CodeValue, left.CodingSchemeDesignator) == ("181349008", "SCT")
    assert left.SegmentedPropertyTypeModifierCodeSequence[0].CodeMeaning == "Left"
    assert narrowed.SegmentedPropertyTypeModifierCodeSequence[0].CodingSchemeDesignator == "99FLUORO"
    assert seg.CodingSchemeIdentificationSequence[0].CodingSchemeDesignator == "99FLUORO"


def test_published_codes_need_no_scheme_of_ours() -> None:
    assert "CodingSchemeIdentificationSequence" not in seg_of(build_xa(), "vessel")


def test_the_plane_orientation_is_written_unless_one_does_not_want_it() -> None:
    source = build_xa()
    label = seg_label(source)

    on = written(source, label).SharedFunctionalGroupsSequence[0]
    off = written(source, label, write_plane_orientation=False).SharedFunctionalGroupsSequence[0]

    assert on.PlaneOrientationSequence[0].ImageOrientationPatient == [1, 0, 0, 0, 1, 0]
    assert "PlaneOrientationSequence" not in off
    assert "FrameOfReferenceUID" not in written(source, label)


@pytest.mark.parametrize("build", [build_xa, build_enhanced_xa])
def test_a_run_that_has_an_orientation_gives_it_to_its_seg(build: object) -> None:
    cosines = [0, 1, 0, 0, 0, -1]
    source = build()  # type: ignore[operator]
    if "SharedFunctionalGroupsSequence" in source:
        plane = Dataset()
        plane.ImageOrientationPatient = cosines
        source.SharedFunctionalGroupsSequence[0].PlaneOrientationSequence = Sequence([plane])
    else:
        source.ImageOrientationPatient = cosines

    shared = seg_of(source).SharedFunctionalGroupsSequence[0]

    assert shared.PlaneOrientationSequence[0].ImageOrientationPatient == cosines


def test_nominal_millimetres_say_that_they_are_none() -> None:
    calibrated = build_xa(PixelSpacing=[0.3, 0.2], PixelSpacingCalibrationType="FIDUCIAL")
    uncalibrated = build_xa(ImagerPixelSpacing=None, PixelSpacing=None)
    at_the_detector = build_xa(
        ImagerPixelSpacing=[0.3, 0.3],
        EstimatedRadiographicMagnificationFactor=None,
        DistanceSourceToPatient=None,
    )

    segs = [seg_of(source) for source in (calibrated, uncalibrated, at_the_detector)]

    measures = [seg.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0] for seg in segs]
    assert [measure.PixelSpacing for measure in measures] == [[0.3, 0.2], [1, 1], [0.3, 0.3]]
    assert ["nominal" in seg.get("ImageComments", "") for seg in segs] == [False, True, True]


def test_a_strict_receiver_gets_no_nominal_millimetres() -> None:
    source = build_xa(ImagerPixelSpacing=None, PixelSpacing=None)
    seg = written(source, seg_label(source), write_plane_orientation=False)

    assert "PixelMeasuresSequence" not in seg.SharedFunctionalGroupsSequence[0]
    assert "ImageComments" not in seg


def test_patient_and_study_are_those_of_the_run() -> None:
    source = build_xa(patient_name="Muster^Max", PatientID="4711", StudyDescription="Coro", PatientAge="063Y")

    seg = seg_of(source)

    assert (seg.PatientName, seg.PatientID, seg.PatientAge) == ("Muster^Max", "4711", "063Y")
    assert (seg.StudyDate, seg.StudyDescription) == (source.StudyDate, "Coro")


def test_what_the_run_lacks_is_empty_where_the_standard_wants_it() -> None:
    lacking = ("PatientID", "PatientBirthDate", "PatientSex", "StudyID", "AccessionNumber", "StudyTime")
    source = build_xa(**dict.fromkeys(lacking))

    seg = seg_of(source)

    assert all(keyword in seg and not seg[keyword].value for keyword in lacking)
    assert "PatientAge" not in seg


@pytest.mark.filterwarnings("ignore:Invalid value for VR")
def test_malformed_dates_and_uids_go_on_as_they_are() -> None:
    source = build_xa(StudyDate="1994.10.16", study_instance_uid="999.999.1.1994.083000")
    source.SOPInstanceUID = "999.999.1.083000.5.104"

    seg = seg_of(source)

    assert seg.StudyDate == "1994.10.16"
    assert seg.StudyInstanceUID == "999.999.1.1994.083000"
    assert source_image(seg).ReferencedSOPInstanceUID == "999.999.1.083000.5.104"


@pytest.mark.filterwarnings("ignore")
def test_a_value_that_cannot_be_read_at_all_is_left_out() -> None:
    source = reread(build_xa())
    raw = source.get_item("SOPInstanceUID")
    for tag in (0x00101030, 0x00200010):
        source._dict[tag] = raw._replace(tag=tag, VR="US", value=b"odd")

    seg = write_seg(source, seg_label(source), SegSettings(), CREATED)

    assert "PatientWeight" not in seg
    assert seg.StudyID == ""


def test_the_character_set_of_the_run_is_kept() -> None:
    source = reread(build_xa(SpecificCharacterSet="ISO_IR 100", patient_name="Müller^Jörg"))

    seg = seg_of(source)

    assert seg.SpecificCharacterSet == "ISO_IR 100"
    assert seg.PatientName == "Müller^Jörg"


def test_a_run_without_a_character_set_leaves_its_seg_without_one() -> None:
    assert "SpecificCharacterSet" not in seg_of(build_xa(SpecificCharacterSet=None))


def test_text_of_ours_that_does_not_fit_makes_the_whole_file_utf_8() -> None:
    source = build_xa(SpecificCharacterSet="ISO_IR 100", patient_name="Müller^Jörg")
    procedure = Dataset()
    procedure.CodeValue, procedure.CodingSchemeDesignator, procedure.CodeMeaning = "1", "99X", "Größe"
    source.ProcedureCodeSequence = [procedure]

    seg = seg_of(reread(source), author="李^安")

    assert seg.SpecificCharacterSet == "ISO_IR 192"
    assert (seg.PatientName, seg.ContentCreatorName) == ("Müller^Jörg", "李^安")
    assert seg.ProcedureCodeSequence[0].CodeMeaning == "Größe"


def test_the_equipment_is_ours_and_the_x_ray_system_contributed() -> None:
    source = build_xa(Manufacturer="Acme", ManufacturerModelName="Arm 5", DeviceSerialNumber="77")

    seg = seg_of(source)

    contributing = seg.ContributingEquipmentSequence[0]
    assert seg.Manufacturer == "Fluoro Vessels"
    assert all(seg.get(keyword) for keyword in ("SoftwareVersions", "DeviceSerialNumber"))
    assert (contributing.Manufacturer, contributing.DeviceSerialNumber) == ("Acme", "77")
    assert contributing.PurposeOfReferenceCodeSequence[0].CodeValue == "109101"


def test_an_x_ray_system_without_a_name_is_not_listed() -> None:
    assert "ContributingEquipmentSequence" not in seg_of(build_xa(Manufacturer=""))


def test_what_was_lossy_stays_lossy() -> None:
    source = build_xa()
    source.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.4.50"

    seg = seg_of(source)

    assert (seg.LossyImageCompression, seg.LossyImageCompressionMethod) == ("01", "ISO_10918_1")
    assert seg_of(build_xa()).LossyImageCompression == "00"
    assert seg_of(build_xa(LossyImageCompression="01")).LossyImageCompression == "01"


def test_overlap_is_said_where_it_is() -> None:
    source, table = build_xa(), label_table()
    mask = moving_mask((4, 32, 48))
    apart = (Segment(table.by_index(1), mask, MODEL), Segment(table.by_index(2), ~mask, MODEL))

    assert seg_of(source, "vessel", "catheter").SegmentsOverlap == "YES"
    assert seg_of(source, segments=apart).SegmentsOverlap == "NO"


def test_times_are_in_the_zone_of_the_run() -> None:
    source = build_xa(TimezoneOffsetFromUTC="-0430")
    created = datetime(2026, 3, 4, 2, 15, 0, tzinfo=UTC)

    seg = write_seg(source, seg_label(source), SegSettings(), created)

    assert (seg.ContentDate, seg.ContentTime) == ("20260303", "214500.000000")


def test_a_label_of_another_run_is_refused() -> None:
    label = seg_label(build_xa())

    with pytest.raises(SegError, match="belongs to run"):
        written(build_xa(), label)


@pytest.mark.parametrize("keyword", ["StudyInstanceUID", "SeriesInstanceUID", "SOPClassUID"])
def test_a_source_that_does_not_say_what_it_is_is_refused(keyword: str) -> None:
    source = build_xa()
    label = seg_label(source)
    del source[keyword]

    with pytest.raises(SegError, match=f"no {keyword}"):
        write_seg(source, label, SegSettings(), CREATED)


def test_a_source_without_a_size_is_refused() -> None:
    source = build_xa()
    label = seg_label(source)
    source.Rows = 0

    with pytest.raises(SegError, match=r"has the shape \(4, 0, 48\)"):
        write_seg(source, label, SegSettings(), CREATED)


def test_a_label_needs_a_segment() -> None:
    with pytest.raises(SegError, match="keep the segment and leave its mask empty"):
        seg_label(build_xa(), segments=())


def test_versions_count_from_one() -> None:
    with pytest.raises(SegError, match="0 is none"):
        seg_label(build_xa(), version=0)


def test_masks_are_bool_and_of_one_shape() -> None:
    vessel = label_table().by_name("vessel")
    counts = Segment(vessel, np.ones((4, 32, 48), np.uint8), MODEL)  # type: ignore[arg-type]
    small = Segment(vessel, np.ones((4, 32, 47), np.bool_), MODEL)
    right = Segment(vessel, np.ones((4, 32, 48), np.bool_), MODEL)

    with pytest.raises(SegError, match="is uint8; a mask is bool"):
        seg_label(build_xa(), segments=(counts,))
    with pytest.raises(LabelShapeError):
        seg_label(build_xa(), segments=(right, small))


def test_a_maker_without_a_name_is_refused() -> None:
    with pytest.raises(SegError, match="who made it"):
        Maker(AlgorithmType.MANUAL, " ", "")


def test_an_own_category_goes_into_the_file() -> None:
    own = Code("1", "99HOSP", "Something of ours")
    label = Label(200, "own", own, own, (1, 2, 3), "ours")
    segments = (Segment(label, moving_mask((4, 32, 48)), MODEL),)

    item = seg_of(build_xa(), segments=segments).SegmentSequence[0]

    assert item.SegmentedPropertyCategoryCodeSequence[0].CodeMeaning == "Something of ours"
