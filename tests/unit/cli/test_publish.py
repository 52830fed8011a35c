"""`fluoro publish` with the real de-identification of headers; nobody looks at the pixels here."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydicom import dcmread

from lib.datastore.measurement_shelf import MeasurementRecord, MeasurementShelf
from lib.datastore.states import LabelState
from lib.measure.out.files import FileKind, dicom_bytes
from lib.measure.out.report import Sender, write_report
from lib.privacy import picture_cleaner
from lib.privacy.pixels import Answers, PixelReport
from lib.publish import cleaning
from tests.labelled_archive import Archive
from tests.measured_site import a_measurement

RunJson = Callable[..., tuple[int, dict[str, Any], str]]


@pytest.fixture(autouse=True)
def _nobody_looks_at_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = PixelReport((), (), (), "nobody looked")
    monkeypatch.setattr(picture_cleaner, "clean_pixels", lambda *_, **__: nothing)


def approve(archive: Archive, patient: str, **elements: Any) -> str:
    image_id = archive.add(patient, patient_name="Canary^Quietwater", **elements)
    label = archive.label(image_id, {1: 1})
    archive.ledger.set_label_state(label.id, LabelState.APPROVED, "boss")
    return image_id


def test_a_set_of_approved_labels(archive: Archive, tmp_path: Path, run_json: RunJson) -> None:
    for patient in ("CANARY-1", "CANARY-2"):
        approve(archive, patient, SeriesDescription="LCA of Quietwater", OperatorsName="Canary^Nurse")

    code, said, _ = run_json("publish", "-o", tmp_path / "set", "--license", "CC0")

    everything = b"".join(path.read_bytes() for path in tmp_path.glob("set/**/*.*")).lower()
    assert (code, said["n_patients"], said["n_runs"], said["left_out"]) == (0, 2, 2, {})
    assert not [word for word in (b"canary", b"quietwater", b"nurse") if word in everything]
    assert said["splits"]["train"] == {"patients": 2, "runs": 2}


def test_geometry_and_references_survive(archive: Archive, tmp_path: Path, run_json: RunJson) -> None:
    before = dcmread(archive.shelf.dicom(approve(archive, "CANARY-1")))

    run_json("publish", "-o", tmp_path / "set", "--license", "CC0")

    (folder,) = tmp_path.glob("set/dicom/*/*")
    after, seg = dcmread(folder / "run.dcm"), dcmread(folder / "label.seg.dcm")
    keywords = (
        "PositionerPrimaryAngle",
        "DistanceSourceToDetector",
        "ImagerPixelSpacing",
        "FrameTime",
        "PixelData",
    )
    assert [after[keyword].value for keyword in keywords] == [before[keyword].value for keyword in keywords]
    assert after.SOPInstanceUID != before.SOPInstanceUID
    assert seg.ReferencedSeriesSequence[0].SeriesInstanceUID == after.SeriesInstanceUID
    assert (seg.StudyInstanceUID, seg.PatientID) == (after.StudyInstanceUID, after.PatientID)


def test_a_measurement_report_goes_along_and_refers_to_the_run(
    archive: Archive, tmp_path: Path, run_json: RunJson
) -> None:
    image_id = approve(archive, "CANARY-1")
    source = dcmread(archive.shelf.dicom(image_id))
    report = write_report(source, a_measurement(), Sender("nurse.jackie", datetime(2026, 3, 4, 15, 6, 7)))
    record = MeasurementRecord(
        "m1", image_id, "nurse.jackie", "vessel", 2, (), "measured", datetime.now(UTC), report.SOPInstanceUID
    )
    MeasurementShelf(archive.data).keep(record, {str(FileKind.REPORT): dicom_bytes(report)})

    code, said, _ = run_json("publish", "-o", tmp_path / "set", "--license", "CC0")

    (folder,) = tmp_path.glob("set/dicom/*/*")
    after, sr = dcmread(folder / "run.dcm"), dcmread(folder / "measurement_1.sr.dcm")
    evidence = sr.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence[0]
    assert (code, said["n_reports"]) == (0, 1)
    assert evidence.ReferencedSOPSequence[0].ReferencedSOPInstanceUID == after.SOPInstanceUID
    assert b"jackie" not in (folder / "measurement_1.sr.dcm").read_bytes().lower()


def test_two_sets_with_one_key_have_one_pseudonym(
    archive: Archive, tmp_path: Path, run_json: RunJson
) -> None:
    approve(archive, "CANARY-1")

    for name in ("one", "two"):
        run_json("publish", "-o", tmp_path / name, "--license", "CC0", "--key", tmp_path / "site.key")

    patients = [next((tmp_path / name / "dicom").iterdir()).name for name in ("one", "two")]
    assert patients[0] == patients[1]


def test_the_zones_of_the_site_are_blanked(
    archive: Archive, tmp_path: Path, run_json: RunJson, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def look(_: object, *, answers: Answers, **__: object) -> PixelReport:
        asked.append(len(answers.blank))
        return PixelReport((), (), (), "looked")

    approve(archive, "CANARY-1")
    zones = tmp_path / "zones.csv"
    zones.write_text("manufacturer,model,image_type,rows,columns,top,left,bottom,right\n,,,,,0,0,4,9\n")
    monkeypatch.setenv("FLUORO_PRIVACY__ZONES", str(zones))
    monkeypatch.setattr(picture_cleaner, "clean_pixels", look)

    code, _, _ = run_json("publish", "-o", tmp_path / "set", "--license", "CC0")

    assert code == 0
    assert asked == [1, 1], "when it is cleaned, and at the last look"


def test_a_license_is_needed(archive: Archive, tmp_path: Path, run_json: RunJson) -> None:
    approve(archive, "CANARY-1")

    code, said, _ = run_json("publish", "-o", tmp_path / "set")

    assert code == 2
    assert "--license" in said["error"]


def test_a_set_that_would_tell_a_name_is_refused(
    archive: Archive, tmp_path: Path, run_json: RunJson, monkeypatch: pytest.MonkeyPatch
) -> None:
    approve(archive, "CANARY-1")
    original = cleaning.Deidentifier.clean

    def forgetful(self: Any, dataset: Any, *arguments: Any, **options: Any) -> Any:
        report = original(self, dataset, *arguments, **options)
        dataset.ImageComments = "Mrs Quietwater"
        return report

    monkeypatch.setattr(cleaning.Deidentifier, "clean", forgetful)

    code, said, _ = run_json("publish", "-o", tmp_path / "set", "--license", "CC0")

    assert code == 1
    assert "(0020,4000): a name" in said["error"]
    assert "quietwater" not in said["error"].lower()
    assert not (tmp_path / "set").exists()
