"""`fluoro metadata`: tables of files, and of the runs in a PACS."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lib.cli.main import run
from lib.cli.metadata_rows import from_pacs
from lib.datastore.patients import PatientTokens
from lib.errors import PacsUnavailableError
from tests.builders import build_xa, to_bytes
from tests.fakes import FakePacs

RunJson = Callable[..., tuple[int, dict[str, Any], str]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with two runs of a patient called CANARY, and a letter."""
    monkeypatch.setenv("FLUORO_DATA", str(tmp_path / "data"))
    folder = tmp_path / "runs"
    folder.mkdir()
    for name in ("a.dcm", "b.dcm"):
        (folder / name).write_bytes(to_bytes(build_xa(patient_name="CANARY", PatientID="CANARY")))
    (folder / "letter.txt").write_text("CANARY")
    return folder


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_a_row_for_each_run_and_each_frame(folder: Path, tmp_path: Path, run_json: RunJson) -> None:
    code, said, err = run_json("metadata", folder, "-o", tmp_path / "out.csv")

    runs, frames = rows(tmp_path / "out.csv"), rows(tmp_path / "out.frames.csv")
    assert (code, said["n_runs"], said["n_frames"], said["n_skipped"]) == (0, 2, 8, 1)
    assert [row["view"] for row in runs] == ["LAO 30 CAU 20"] * 2
    assert [row["frame_number"] for row in frames[:4]] == ["1", "2", "3", "4"]
    assert runs[0]["patient"] == runs[1]["patient"] != ""
    assert "CANARY" not in (tmp_path / "out.csv").read_text() + (tmp_path / "out.frames.csv").read_text()
    assert "letter.txt: not a DICOM file" in err


def test_frames_may_be_left_out(folder: Path, tmp_path: Path) -> None:
    assert run(["metadata", str(folder), "-o", str(tmp_path / "out.parquet"), "--runs-only"]) == 0

    assert sorted(path.name for path in tmp_path.glob("out*")) == ["out.parquet"]


def test_one_bad_file_does_not_stop_the_others(folder: Path, tmp_path: Path, run_json: RunJson) -> None:
    bad = folder / "letter.txt"

    code, said, _ = run_json("metadata", bad, folder / "a.dcm", "-o", tmp_path / "out.csv")

    assert (code, said["n_runs"], said["n_failed"]) == (1, 1, 1)
    assert said["not_read"] == [{"name": str(bad), "outcome": "failed", "reason": "not a DICOM file"}]


def test_other_kinds_of_tables_are_refused(folder: Path, tmp_path: Path, run_json: RunJson) -> None:
    code, said, _ = run_json("metadata", folder, "-o", tmp_path / "out.xlsx")

    assert code == 2
    assert "neither .csv nor .parquet" in said["error"]


def test_the_runs_of_a_pacs(tmp_path: Path) -> None:
    pacs = FakePacs([build_xa(PositionerPrimaryAngle=-10, PositionerSecondaryAngle=0)])

    found = list(from_pacs(pacs, pacs.list_runs(), PatientTokens(tmp_path)))

    assert [one.outcome for one in found] == ["read"]
    assert found[0].metadata is not None
    assert found[0].metadata.run["view"] == "RAO 10"


def test_a_run_that_is_gone_is_named_and_a_pacs_that_is_gone_ends_it(tmp_path: Path) -> None:
    pacs = FakePacs([build_xa()])
    runs = FakePacs([build_xa()]).list_runs() + pacs.list_runs()

    found = list(from_pacs(pacs, runs, PatientTokens(tmp_path)))
    pacs.is_down = True

    assert [one.outcome for one in found] == ["failed", "read"]
    with pytest.raises(PacsUnavailableError):
        list(from_pacs(pacs, runs, PatientTokens(tmp_path)))
