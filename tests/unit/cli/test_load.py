import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lib.cli.main import run
from tests.builders import build_xa, to_bytes
from tests.stub_pacs import Answer, Request, StubPacs, json_answer

Call = Callable[..., tuple[int, dict[str, Any], str]]


class Archive:
    """Confirms every instance of a message but those that it refuses."""

    def __init__(self, stub: StubPacs) -> None:
        self.refuses: set[str] = set()
        self.known: list[str] = []
        stub.answer = self

    def __call__(self, request: Request) -> Answer:
        if request.method == "GET":
            return json_answer([])
        sent = [uid for uid in self.known if uid.encode() in request.body]
        stored = [uid for uid in sent if uid not in self.refuses]
        return json_answer({"00081199": {"Value": [{"00081155": {"Value": [uid]}} for uid in stored]}})


@pytest.fixture
def archive(stub: StubPacs) -> Archive:
    return Archive(stub)


@pytest.fixture
def folder(tmp_path: Path, archive: Archive) -> Path:
    """Return a folder with two runs and a text; the archive knows the runs."""
    for name in ("a.dcm", "b.dcm"):
        dataset = build_xa(patient_name="CANARY^Bird")
        archive.known.append(dataset.SOPInstanceUID)
        (tmp_path / name).write_bytes(to_bytes(dataset))
    (tmp_path / "notes.txt").write_text("hello", encoding="utf-8")
    return tmp_path


def test_a_folder_is_loaded_and_what_is_no_dicom_is_named(
    stub: StubPacs, folder: Path, run_json: Call
) -> None:
    code, said, err = run_json("load", folder, "--studies", stub.url)

    assert code == 0
    assert (said["target"], said["stored"], said["failed"], said["skipped"]) == (stub.url, 2, 0, 1)
    assert {Path(file["path"]).name: file["outcome"] for file in said["files"]} == {
        "a.dcm": "stored",
        "b.dcm": "stored",
        "notes.txt": "skipped",
    }
    assert "notes.txt: not a DICOM file" in err


def test_one_refused_file_fails_the_command_and_stops_no_other(
    stub: StubPacs, archive: Archive, folder: Path, run_json: Call
) -> None:
    archive.refuses.add(archive.known[0])

    code, said, err = run_json("load", folder, "--studies", stub.url)

    assert (code, said["stored"], said["failed"]) == (1, 1, 1)
    (failed,) = [file for file in said["files"] if file["outcome"] == "failed"]
    assert failed["sop_instance_uid"] == archive.known[0]
    assert "not confirmed" in failed["reason"]
    assert "a.dcm" in err


def test_a_named_file_that_is_no_dicom_or_not_there_fails_the_command(
    stub: StubPacs, folder: Path, run_json: Call
) -> None:
    code, said, _ = run_json(
        "load", folder / "a.dcm", folder / "notes.txt", folder / "gone", "--studies", stub.url
    )

    assert (code, said["stored"], said["failed"]) == (1, 1, 2)


@pytest.mark.usefixtures("archive")
def test_an_empty_folder_is_a_failure_that_says_so(
    stub: StubPacs, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["load", str(tmp_path), "--studies", stub.url]) == 1

    assert "No file was found" in capsys.readouterr().err


def test_a_pacs_that_is_down_is_said_before_any_file_is_read(folder: Path, run_json: Call) -> None:
    code, said, err = run_json("load", folder, "--studies", "http://127.0.0.1:1/dicom-web")

    assert code == 1
    assert "connection refused" in said["error"]
    assert "notes.txt" not in err


def test_a_malformed_node_is_wrong_usage(folder: Path, run_json: Call) -> None:
    code, said, _ = run_json("load", folder, "--to", "ARCHIVE")

    assert code == 2
    assert "AET@HOST:PORT" in said["error"]


def test_no_patient_appears_in_what_is_said(stub: StubPacs, folder: Path, run_json: Call) -> None:
    _, said, err = run_json("load", folder, "--studies", stub.url, "--verbose")

    assert "CANARY" not in json.dumps(said) + err
