"""The set as a whole."""

import csv
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.uid import ComprehensiveSRStorage

from lib.datastore.measurement_shelf import MeasurementRecord, MeasurementShelf
from lib.errors import DiskFullError
from lib.errors.publish import LeftoverError, NothingApprovedError, PublishFolderError
from lib.exchange.content import Side
from lib.publish import publish as publishing
from lib.publish.publish import Published, PublishWish
from tests.builders import build_xa, to_bytes
from tests.labelled_archive import Archive
from tests.unit.publish.conftest import WISH, FakeCleaning, approve, publisher


def test_a_set_has_objects_pictures_tables_splits_sheet_and_checksums(published: Published) -> None:
    names = {path.relative_to(published.folder).parts[0] for path in published.folder.rglob("*")}
    assert names == {
        "DATA_SHEET.md", "SHA256SUMS", "coco", "deidentification.json", "dicom", "metadata", "nnunet",
        "scan.json", "splits.csv",
    }  # fmt: skip
    assert len(list(published.folder.glob("dicom/*/*/run.dcm"))) == 3
    assert len(list(published.folder.glob("dicom/*/*/label.seg.dcm"))) == 3
    assert len(list(published.folder.glob("coco/images/*/*.png"))) == 6
    assert (published.numbers.n_frames, published.numbers.n_labelled) == (12, 6)
    assert published.left_out == {}


def test_nothing_of_the_sources_is_left_anywhere(prepared: Path, published: Published) -> None:
    image_ids = [run.image_id for run in Archive(prepared).ledger.runs()]

    everything = b"".join(path.read_bytes() for path in published.folder.glob("**/*.*")).lower()

    assert len(image_ids) == 3
    assert not [
        word for word in (b"canary", b"quietwater", b"acc4711", b"reviewerjane") if word in everything
    ]
    assert not [image_id for image_id in image_ids if image_id.encode() in everything]


def test_a_patient_is_on_one_side_and_the_table_of_runs_says_the_same_patient(published: Published) -> None:
    with (published.folder / "splits.csv").open() as file:
        rows = list(csv.DictReader(file))
    with (published.folder / "metadata" / "runs.csv").open() as file:
        patients = sorted(row["patient"] for row in csv.DictReader(file))
    sides = {
        row["patient"]: {one["split"] for one in rows if one["patient"] == row["patient"]} for row in rows
    }
    assert all(len(own) == 1 for own in sides.values())
    assert sorted(row["patient"] for row in rows) == patients
    assert [(published.folder / row["file"]).is_file() for row in rows] == [True] * 3


def test_the_label_refers_to_the_run_beside_it(published: Published) -> None:
    for folder in (published.folder / "dicom").glob("*/*"):
        run, seg = dcmread(folder / "run.dcm"), dcmread(folder / "label.seg.dcm")
        referenced = seg.ReferencedSeriesSequence[0].ReferencedInstanceSequence[0].ReferencedSOPInstanceUID
        assert referenced == run.SOPInstanceUID


def test_checksums_are_those_of_all_files(published: Published) -> None:
    lines = (published.folder / "SHA256SUMS").read_text().splitlines()
    files = [path for path in published.folder.rglob("*") if path.is_file() and path.name != "SHA256SUMS"]
    assert len(lines) == len(files)
    for line in lines:
        digest, name = line.split("  ")
        assert hashlib.sha256((published.folder / name).read_bytes()).hexdigest() == digest


def test_the_sheet_counts_and_names_nobody(published: Published) -> None:
    sheet = (published.folder / "DATA_SHEET.md").read_text()
    assert "License: CC-BY-4.0." in sheet
    assert "| A1 | 3 |" in sheet
    assert "The labels of 3 runs were approved by somebody else" in sheet
    assert "| vessel | 3 | 0.910 | 0.950 |" in sheet
    assert "| Fluoro Vessels tests | 3 |" in sheet
    assert "| LAO 30 CAU 20 | 3 |" in sheet
    assert "Labels: vessel." in sheet


@pytest.mark.parametrize(
    ("forgotten", "kind"),
    [
        ("PatientName", "a name"),
        ("AccessionNumber", "a number or place"),
        ("StudyInstanceUID", "a UID"),
        ("PatientBirthDate", "a birth date"),
        ("StudyDate", "a date of the same run"),
    ],
)
def test_what_the_cleaning_forgets_is_found_and_the_set_is_thrown_away(
    approved: Archive, tmp_path: Path, forgotten: str, kind: str
) -> None:
    with pytest.raises(LeftoverError, match=kind) as caught:
        publisher(approved, FakeCleaning(forgets=(forgotten,))).publish(tmp_path / "set", WISH)

    assert [path.name for path in tmp_path.iterdir()] == ["data"]
    assert "canary" not in str(caught.value).lower()


def test_text_that_is_left_in_the_pixels_refuses_the_set(approved: Archive, tmp_path: Path) -> None:
    with pytest.raises(LeftoverError, match="text in the pixels"):
        publisher(approved, FakeCleaning(text_left=True)).publish(tmp_path / "set", WISH)

    assert not (tmp_path / "set").exists()


def test_with_nothing_approved_nothing_is_written(archive: Archive, tmp_path: Path) -> None:
    archive.label(archive.add("CANARY"), {0: 1})

    with pytest.raises(NothingApprovedError):
        publisher(archive, FakeCleaning()).publish(tmp_path / "set", WISH)

    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_a_folder_that_is_taken_stays_as_it_is(approved: Archive, tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "mine.txt").write_text("mine")

    with pytest.raises(PublishFolderError):
        publisher(approved, FakeCleaning()).publish(tmp_path / "set", WISH)

    assert [path.name for path in (tmp_path / "set").iterdir()] == ["mine.txt"]


def test_a_full_disk_leaves_nothing(
    approved: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(publishing, "write_splits", full)

    with pytest.raises(DiskFullError):
        publisher(approved, FakeCleaning()).publish(tmp_path / "set", WISH)

    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_a_word_that_somebody_vouches_for_does_not_refuse_the_set(archive: Archive, tmp_path: Path) -> None:
    approve(archive, archive.add("ID-77", patient_name="Kowalski^J", Manufacturer="Kowalski Medical"))

    with pytest.raises(LeftoverError):
        publisher(archive, FakeCleaning()).publish(tmp_path / "set", WISH)
    published = publisher(archive, FakeCleaning()).publish(
        tmp_path / "set", PublishWish("CC0", allowed=("Kowalski",))
    )

    assert published.numbers.sides[Side.TRAIN] == (1, 1)


def test_the_scan_says_what_it_looked_for(published: Published) -> None:
    scan = json.loads((published.folder / "scan.json").read_text())
    assert scan["n_findings"] == 0
    assert scan["looked_for"]["n_uids"] >= 9
    assert scan["n_files"] > 20


def test_a_patient_under_two_issuers_stays_on_the_stricter_side(archive: Archive, tmp_path: Path) -> None:
    for issuer in ("A", "B"):
        approve(archive, archive.add("ID-77", IssuerOfPatientID=f"Issuer {issuer}"))

    published = publisher(archive, FakeCleaning()).publish(tmp_path / "set", WISH)

    assert published.numbers.sides == {Side.TRAIN: (0, 0), Side.VALIDATION: (1, 2), Side.TEST: (0, 0)}


def test_accepted_measurements_go_with_their_run(archive: Archive, tmp_path: Path) -> None:
    image_id = archive.add("ID-77")
    approve(archive, image_id)
    report = build_xa(sop_class_uid=ComprehensiveSRStorage, modality="SR", PatientID="ID-77", PixelData=None)
    record = MeasurementRecord(
        "m1", image_id, "anna", "vessel", 1, (), "measured", datetime.now(UTC), report.SOPInstanceUID
    )
    MeasurementShelf(archive.data).keep(record, {"sr.dcm": to_bytes(report)})

    published = publisher(archive, FakeCleaning()).publish(tmp_path / "set", WISH)

    assert published.numbers.n_reports == 1
    assert len(list(tmp_path.glob("set/dicom/*/*/measurement_1.sr.dcm"))) == 1


def test_logins_of_who_drew_and_who_reviewed_are_looked_for(approved: Archive) -> None:
    once = publisher(approved, FakeCleaning())
    label, *_ = once.material.labels()

    assert {label.author, "reviewerjane"} <= once.material.people(label)
