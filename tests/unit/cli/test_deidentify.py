from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydicom import dcmread

from lib.privacy.pixels import Answers, PixelReport, Region
from tests.builders import build_xa, to_bytes

RunJson = Callable[..., tuple[int, dict[str, Any], str]]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Return a folder with a run of Jane Roe, and a text."""
    folder = tmp_path / "roe"
    folder.mkdir()
    run = build_xa(patient_name="Roe^Jane", PatientID="4711-08", InstitutionName="Brennfeld")
    (folder / "run.dcm").write_bytes(to_bytes(run))
    return folder


def test_a_folder_comes_out_without_names(run_json: RunJson, source: Path, tmp_path: Path) -> None:
    out, key = tmp_path / "out", tmp_path / "site.key"

    code, told, _ = run_json("deidentify", source, "-o", out, "--key", key, "--keep-pixels")

    assert (code, told["n_written"], told["n_refused"]) == (0, 1, 0)
    assert key.stat().st_mode & 0o777 == 0o600
    new = dcmread(told["files"][0]["target"])
    assert new.PatientName != "Roe^Jane"
    assert not any(b"Roe" in path.read_bytes() for path in out.rglob("*") if path.is_file())


def test_what_is_refused_is_named_and_the_others_go_on(
    run_json: RunJson, source: Path, tmp_path: Path
) -> None:
    (source / "letter.txt").write_text("Dear Jane")

    code, told, said = run_json(
        "deidentify", source, "-o", tmp_path / "out", "--key", tmp_path / "k", "--keep-pixels"
    )

    assert (code, told["n_written"], told["n_refused"]) == (1, 1, 1)
    assert "letter.txt" in said
    assert "no DICOM object" in said


def test_a_person_answers_and_the_file_goes_out(
    run_json: RunJson, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    region = Region(2, 2, 8, 20)

    def look(_dataset: object, *, answers: Answers, **_: object) -> PixelReport:
        return PixelReport((), () if answers.keep else (region,), answers.keep, "looked")

    monkeypatch.setattr("lib.privacy.picture_cleaner.clean_pixels", look)
    wish = ("deidentify", source, "-o", tmp_path / "out", "--key", tmp_path / "k")

    code, told, said = run_json(*wish)

    assert (code, told["n_held"], told["n_written"]) == (1, 1, 0)
    assert "run this again" in said
    asked = next((tmp_path / "out.doubts").glob("*.json"))
    asked.write_text(asked.read_text().replace('"decision": null', '"decision": "keep"'))
    code, told, _ = run_json(*wish)
    assert (code, told["n_held"], told["n_written"]) == (0, 0, 1)


def test_options_are_taken(run_json: RunJson, source: Path, tmp_path: Path) -> None:
    options = ("--options", "institution,full-dates", "--key", tmp_path / "k", "--keep-pixels")

    _, told, _ = run_json("deidentify", source, "-o", tmp_path / "out", *options)

    new = dcmread(told["files"][0]["target"])
    assert new.InstitutionName == "Brennfeld"
    assert new.StudyDate == "20240517"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--options", "faces"), "no option of de-identification"),
        (("--options", "full-dates,modified-dates"), "exclude each other"),
    ],
)
def test_wrong_options_are_refused(
    options: tuple[str, ...], said: str, run_json: RunJson, source: Path, tmp_path: Path
) -> None:
    code, told, _ = run_json("deidentify", source, "-o", tmp_path / "out", "--key", tmp_path / "k", *options)

    assert code == 1
    assert said in told["error"]
    assert not (tmp_path / "out").exists()


def test_the_key_is_not_given_away(run_json: RunJson, source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"

    code, told, _ = run_json("deidentify", source, "-o", out, "--key", out / "site.key", "--keep-pixels")

    assert code == 1
    assert "given away" in told["error"]
    assert not out.exists()


@pytest.mark.parametrize("is_by_setting", [True, False])
def test_lists_of_the_site_are_read(
    run_json: RunJson, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_by_setting: bool
) -> None:
    words, safe = tmp_path / "words.txt", tmp_path / "safe.csv"
    words.write_text("Kardiolab\n")
    safe.write_text("0099,01,OUR ARM,FL\n")
    run = build_xa(StudyDescription="Kardiolab LCA")
    run.private_block(0x0099, "OUR ARM", create=True).add_new(0x01, "FL", 2.5)
    (source / "run.dcm").write_bytes(to_bytes(run))
    lists: tuple[object, ...] = ("--words", words, "--safe-private", safe)
    if is_by_setting:
        monkeypatch.setenv("FLUORO_PRIVACY__WORDS", str(words))
        monkeypatch.setenv("FLUORO_PRIVACY__SAFE_PRIVATE", str(safe))
        lists = ()
    wish = ("deidentify", source, "-o", tmp_path / "out", "--key", tmp_path / "k", "--keep-pixels")

    _, told, _ = run_json(*wish, *lists)

    new = dcmread(told["files"][0]["target"])
    assert new.StudyDescription == "Kardiolab LCA"
    assert new[0x00991001].value == 2.5


@pytest.mark.parametrize("is_by_setting", [True, False])
def test_the_zones_of_the_site_are_blanked(
    run_json: RunJson, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_by_setting: bool
) -> None:
    asked: list[Answers] = []

    def look(_dataset: object, *, answers: Answers, **_: object) -> PixelReport:
        asked.append(answers)
        return PixelReport(answers.blank, (), (), "looked")

    zones = tmp_path / "zones.csv"
    zones.write_text(
        "manufacturer,model,image_type,rows,columns,top,left,bottom,right,source\n,,,,,0,0,8,20,\n"
    )
    monkeypatch.setattr("lib.privacy.picture_cleaner.clean_pixels", look)
    flags: tuple[object, ...] = () if is_by_setting else ("--zones", zones)
    if is_by_setting:
        monkeypatch.setenv("FLUORO_PRIVACY__ZONES", str(zones))

    code, _, _ = run_json("deidentify", source, "-o", tmp_path / "out", "--key", tmp_path / "k", *flags)

    assert code == 0
    assert [(region.bottom, region.right) for region in asked[0].blank] == [(8, 20)]


def test_without_a_reader_nothing_is_begun(
    run_json: RunJson, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lib.privacy.pixels.reading.shutil.which", lambda _: None)

    code, told, _ = run_json("deidentify", source, "-o", tmp_path / "out", "--key", tmp_path / "k")

    assert code == 1
    assert "apt-get install tesseract-ocr" in told["error"]
    assert not (tmp_path / "out").exists()
