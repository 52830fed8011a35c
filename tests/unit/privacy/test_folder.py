import json
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset

from lib.errors import OutputFolderError
from lib.privacy.folder import deidentify_files, find_files
from lib.privacy.one_file import Outcome
from lib.privacy.pixels.report import PixelReport, Region
from tests.builders import build_xa, to_bytes
from tests.privacy_objects import build_report, code, deidentifier, item


def put(folder: Path, **files: Dataset | bytes) -> None:
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / f"{name}.dcm").write_bytes(content if isinstance(content, bytes) else to_bytes(content))


def work(source: Path, folder: Path, **arguments: object) -> dict[str, Outcome]:
    outcomes = deidentify_files(find_files(source), folder, deidentifier(), **arguments)  # type: ignore[arg-type]
    return {outcome.source.stem: outcome for outcome in outcomes}


def test_one_bad_file_never_stops_the_others(tmp_path: Path) -> None:
    whole = to_bytes(build_xa())
    put(
        tmp_path / "in",
        a_text=b"this is no DICOM file",
        b_empty=b"",
        c_cut=whole[:200],
        d_good=whole,
        e_private=build_xa(sop_class_uid="1.3.12.2.1107.5.9.1"),
        f_no_image=build_xa(PixelData=None),
        g_good=build_xa(),
    )

    outcomes = work(tmp_path / "in", tmp_path / "out")

    assert [name for name, outcome in outcomes.items() if outcome.target] == ["d_good", "g_good"]
    assert all(outcome.reason for outcome in outcomes.values() if not outcome.target)
    assert len(list((tmp_path / "out").rglob("*.dcm"))) == 2


def test_a_file_comes_out_below_its_new_names_with_a_report(tmp_path: Path) -> None:
    put(tmp_path / "in", run=build_xa(patient_name="Roe^Jane", PatientID="4711"))

    outcome = work(tmp_path / "in", tmp_path / "out")["run"]

    assert outcome.target is not None
    new = dcmread(outcome.target)
    place = outcome.target.relative_to(tmp_path / "out").parts
    assert place == (new.PatientID, new.StudyInstanceUID, f"{new.SOPInstanceUID}.dcm")
    report = json.loads((tmp_path / "out" / "reports" / f"{new.SOPInstanceUID}.json").read_text())
    assert report["patient"] == new.PatientID
    assert report["pixels"] is None
    assert "Roe" not in str(report)
    assert "4711" not in str(report)


def test_a_name_that_only_the_run_tells_is_taken_out_of_the_report(tmp_path: Path) -> None:
    run = build_xa(OperatorsName="Stone^Iris")
    report = build_report(run, item("TEXT", code("121071", "Finding"), TextValue="LAD stenosis, Stone"))
    report.SpecificCharacterSet = "ISO_IR 192"
    put(tmp_path / "in", run=run, a_report=file_of(report))

    target = work(tmp_path / "in", tmp_path / "out")["a_report"].target

    assert target is not None
    assert dcmread(target).ContentSequence[0].TextValue == "LAD stenosis"


def file_of(dataset: Dataset) -> bytes:
    from io import BytesIO

    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    buffer = BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def test_the_same_folder_gives_the_same_files_again(tmp_path: Path) -> None:
    put(tmp_path / "in", run=build_xa())

    first = work(tmp_path / "in", tmp_path / "one")["run"].target
    second = work(tmp_path / "in", tmp_path / "two")["run"].target

    assert first is not None
    assert second is not None
    assert first.read_bytes() == second.read_bytes()


def test_the_same_instance_twice_is_told(tmp_path: Path) -> None:
    run = build_xa()
    put(tmp_path / "in", a=run, b=run)

    outcomes = work(tmp_path / "in", tmp_path / "out")

    assert outcomes["a"].target
    assert "same SOP Instance UID" in outcomes["b"].reason


def test_pictures_in_doubt_are_held_back(tmp_path: Path) -> None:
    put(tmp_path / "in", run=build_xa())
    doubtful = PixelReport((), (Region(0, 0, 4, 4),), (), "looked")

    outcome = work(tmp_path / "in", tmp_path / "out", clean_pixels=lambda *_: doubtful)["run"]

    assert outcome.is_held
    assert outcome.target is None
    assert not list((tmp_path / "out").rglob("*.dcm"))


def test_pictures_are_cleaned_with_the_names_of_the_patient(tmp_path: Path) -> None:
    put(tmp_path / "in", run=build_xa(patient_name="Roe^Jane"))
    seen: list[frozenset[str]] = []

    def look(_dataset: Dataset, names: frozenset[str], _uid: str) -> PixelReport:
        seen.append(names)
        return PixelReport((Region(0, 0, 4, 4),), (), (), "looked")

    outcome = work(tmp_path / "in", tmp_path / "out", clean_pixels=look)["run"]

    assert "roe" in seen[0]
    assert outcome.facts is not None
    assert outcome.facts["pixels"]["n_blanked"] == 1
    assert outcome.target is not None
    assert dcmread(outcome.target).BurnedInAnnotation == "NO"


def test_nothing_half_written_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "in", run=build_xa())

    def full(_path: Path, _other: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)

    with pytest.raises(OutputFolderError, match="no space left"):
        work(tmp_path / "in", tmp_path / "out")

    assert not [path for path in (tmp_path / "out").rglob("*") if path.is_file()]


def test_what_a_process_that_died_left_is_cleared(tmp_path: Path) -> None:
    put(tmp_path / "in", run=build_xa())
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / ".unfinished-abc").write_bytes(b"half")

    work(tmp_path / "in", tmp_path / "out")

    assert not list((tmp_path / "out").rglob(".unfinished*"))


def test_hidden_files_and_links_are_no_input(tmp_path: Path) -> None:
    put(tmp_path / "in", run=build_xa())
    (tmp_path / "in" / ".hidden").write_bytes(b"x")
    (tmp_path / "in" / "link").symlink_to(tmp_path / "in" / "run.dcm")

    assert [path.name for path in find_files(tmp_path / "in")] == ["run.dcm"]
    assert find_files(tmp_path / "in" / "run.dcm") == [tmp_path / "in" / "run.dcm"]
