import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import generate_uid

from lib.frames.read import read_header
from lib.privacy.deidentify import Deidentifier
from lib.privacy.options import Option
from tests.builders import build_enhanced_xa, build_xa, to_bytes
from tests.privacy_objects import FULL, clean, code, texts_of


def test_nothing_tells_who_it_is() -> None:
    run = build_xa(**FULL)

    clean(run)

    for secret in ("roe", "jane", "4711", "brenn", "987654", "doe", "huber", "a123456", "mill", "20240517"):
        assert secret not in texts_of(run), secret
        assert secret.encode() not in to_bytes(run).lower(), secret


def test_what_says_nothing_of_the_patient_stays() -> None:
    run = build_xa(**FULL)

    clean(run)

    assert run.SeriesDescription == "LCA RAO 30 CRA 20"
    assert run.StudyDescription == "Coronary angiography"
    assert run.ManufacturerModelName == "Artis"
    assert run.Manufacturer == "Fluoro Vessels tests"


@pytest.mark.parametrize("enhanced", [False, True])
def test_geometry_spacing_and_timing_are_what_they_were(enhanced: bool) -> None:
    run = build_enhanced_xa(angles=((30.0, -20.0), (31.5, -20.0))) if enhanced else build_xa()
    before = read_header(run)
    pixels = run.PixelData

    clean(run)

    after = read_header(run)
    assert (after.spacing, after.timing, after.carm) == (before.spacing, before.timing, before.carm)
    assert run.PixelData == pixels


def test_a_patient_keeps_one_pseudonym_and_the_days_between() -> None:
    first, second = build_xa(StudyDate="20240517"), build_xa(StudyDate="20240601", StudyTime="101112")

    clean(first)
    clean(second)

    assert first.PatientID == second.PatientID == first.PatientName
    assert first.StudyDate < second.StudyDate < "20240517"
    assert second.StudyTime == "101112"
    days = np.datetime64(
        f"{second.StudyDate[:4]}-{second.StudyDate[4:6]}-{second.StudyDate[6:]}"
    ) - np.datetime64(f"{first.StudyDate[:4]}-{first.StudyDate[4:6]}-{first.StudyDate[6:]}")
    assert days == np.timedelta64(15, "D")


def test_references_go_with_what_they_refer_to() -> None:
    image, run, other = Dataset(), build_xa(), build_xa()
    image.ReferencedSOPClassUID, image.ReferencedSOPInstanceUID = other.SOPClassUID, other.SOPInstanceUID
    run.SourceImageSequence = [image]

    clean(run)
    clean(other)

    assert run.SourceImageSequence[0].ReferencedSOPInstanceUID == other.SOPInstanceUID
    assert run.SourceImageSequence[0].ReferencedSOPClassUID == other.SOPClassUID
    assert other.SOPInstanceUID.startswith("2.25.")


def test_sequences_are_cleaned_at_every_depth() -> None:
    deep, middle, request = Dataset(), Dataset(), Dataset()
    deep.PersonName, deep.CodeMeaning, deep.StudyDate = "Roe^Jane", "Local Roe code", "20240517"
    deep.private_block(0x0099, "NOBODY", create=True).add_new(0x01, "LO", "Roe")
    middle.ConceptCodeSequence = [deep]
    request.AcquisitionContextSequence = [middle]
    run = build_xa(patient_name="Roe^Jane", AnatomicRegionSequence=[request])

    clean(run)

    assert "roe" not in texts_of(run)
    assert run.AnatomicRegionSequence[0].AcquisitionContextSequence[0].ConceptCodeSequence[0].CodeMeaning


def test_texts_that_people_type_are_cleaned_also_where_no_table_has_them() -> None:
    run = build_xa(ContentDescription="Stenosis of Zyxwek", MaskOperationExplanation="mean frame, Zyxwek")

    clean(run)

    assert run.ContentDescription == "Stenosis of"
    assert run.MaskOperationExplanation == "mean frame"


def test_bytes_that_only_a_device_understands_go_although_texts_are_cleaned() -> None:
    run = build_xa(MakerNote=b"Left coronary", StationAETitle="ZYXWEK1")

    clean(run, Option.DEVICE)

    assert "MakerNote" not in run
    assert run.StationAETitle == "ZYXWEK1"


def test_codes_stay_whatever_the_patient_is_called() -> None:
    entry = code("4711-08", "Left coronary artery", "99LOCAL")
    run = build_xa(PatientID="4711-08", AnatomicRegionSequence=[entry])

    clean(run)

    assert run.AnatomicRegionSequence[0].CodeValue == "4711-08"


def test_a_patient_named_within_a_sequence_gets_the_same_pseudonym() -> None:
    entry = Dataset()
    entry.PatientName, entry.PatientID = "Roe^Jane", "4711"
    run = build_xa(patient_name="Roe^Jane", AnatomicRegionSequence=[entry])

    clean(run)

    assert run.AnatomicRegionSequence[0].PatientName == run.PatientName
    assert run.AnatomicRegionSequence[0].PatientID == run.PatientID


def test_the_object_says_what_was_done() -> None:
    run = build_xa()

    clean(run)

    codes = {item.CodeValue for item in run.DeidentificationMethodCodeSequence}
    assert run.PatientIdentityRemoved == "YES"
    assert codes == {"113100", "113103", "113104", "113105", "113107", "113111"}
    assert run.LongitudinalTemporalInformationModified == "MODIFIED"
    assert "113101" not in codes


def test_pixels_that_were_looked_at_are_said_to_be_clean() -> None:
    run = build_xa()

    from tests.privacy_objects import deidentifier

    deidentifier().clean(run, pixels_clean=True)

    assert run.BurnedInAnnotation == "NO"
    assert "113101" in {item.CodeValue for item in run.DeidentificationMethodCodeSequence}


def test_file_meta_information_is_new() -> None:
    run = build_xa()
    run.file_meta.SourceApplicationEntityTitle = "ROE"
    run.preamble = b"Roe" + b"\0" * 125
    syntax = run.file_meta.TransferSyntaxUID

    clean(run)

    assert "SourceApplicationEntityTitle" not in run.file_meta
    assert run.file_meta.MediaStorageSOPInstanceUID == run.SOPInstanceUID
    assert run.file_meta.TransferSyntaxUID == syntax
    assert b"Roe" not in to_bytes(run)


def test_malformed_values_are_mended_and_told() -> None:
    run = build_xa(StudyDate="1994.10.16", SeriesDate="20241399")
    run.StudyInstanceUID = "999.999.01"

    report = clean(run)

    assert run.StudyInstanceUID.is_valid
    assert len(run.StudyDate) == 8
    assert not run.get("SeriesDate")
    assert report.remarks == ("(0008,0021) was no DA and is gone",)


def test_an_attribute_that_the_standard_does_not_know_goes() -> None:
    run = build_xa()
    run.add_new(0x0010FFF0, "LO", "Roe")
    run.add_new(0x00080000, "UL", 4)

    clean(run)

    assert 0x0010FFF0 not in run
    assert 0x00080000 not in run


def test_the_report_repeats_no_value() -> None:
    run = build_xa(**FULL)

    facts = str(clean(run).facts()).casefold()

    assert "(0010,0010)" in facts
    assert not any(secret in facts for secret in ("roe", "jane", "4711", "brenn", "20240517"))


def test_two_keys_make_two_sets() -> None:
    from lib.privacy.pseudonyms import Pseudonyms
    from lib.privacy.site_key import new_key

    one, other = build_xa(sop_instance_uid=generate_uid()), build_xa()
    other.SOPInstanceUID = one.SOPInstanceUID

    clean(one)
    Deidentifier(Pseudonyms(new_key())).clean(other)

    assert one.SOPInstanceUID != other.SOPInstanceUID
    assert one.PatientID != other.PatientID
