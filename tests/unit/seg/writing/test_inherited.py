"""What a SEG takes over from its run."""

from datetime import UTC, datetime

import pytest
from pydicom.dataset import Dataset

from lib.seg.content import Segment
from lib.seg.write import write_seg
from lib.settings import SegSettings
from tests.builders import build_xa
from tests.seg_labels import CREATED, MODEL, label_table, moving_mask, reread, seg_label
from tests.unit.seg.writing.parts import seg_of, source_image


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
