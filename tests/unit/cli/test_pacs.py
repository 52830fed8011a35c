"""`fluoro pacs` asks nodes, gets from them and sends to them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lib.cli.main import run
from lib.datastore.ledger import Ledger
from lib.datastore.push_records import PushState
from lib.datastore.received_records import ReceivedState
from tests.builders import build_xa, to_bytes
from tests.dicom_nodes import FakeNode
from tests.ports import free_port

RunJson = Callable[..., tuple[int, dict[str, Any], str]]
NOWHERE = "http://127.0.0.1:9/dicom-web"


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FLUORO_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("FLUORO_PACS__URL", NOWHERE)
    monkeypatch.setenv("FLUORO_PACS__RETRIES", "0")
    monkeypatch.setenv("FLUORO_DIMSE__TIMEOUT_S", "15")


def name_node(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    for key, value in {"AE_TITLE": "ARCHIVE", "HOST": "127.0.0.1", "PORT": str(port)}.items():
        monkeypatch.setenv(f"FLUORO_DIMSE__NODES__ARCHIVE__{key}", value)


def test_an_echo_names_the_node_by_its_address_or_by_the_settings(
    run_json: RunJson, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakeNode() as archive:
        name_node(monkeypatch, archive.node.port)

        answers = [run_json("pacs", "echo", node) for node in (str(archive.node), "archive")]

    assert [(code, said["node"]) for code, said, _ in answers] == [(0, str(archive.node))] * 2


def test_a_name_that_nobody_knows_lists_those_that_there_are(
    run_json: RunJson, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_node(monkeypatch, 1)

    code, said, _ = run_json("pacs", "echo", "elsewhere")

    assert (code, "there are: archive" in said["error"]) == (1, True)


def test_find_shows_what_a_node_holds(run_json: RunJson, capsys: pytest.CaptureFixture[str]) -> None:
    dataset = build_xa(PatientID="17")
    with FakeNode(dataset, build_xa(PatientID="18")) as archive:
        code, said, _ = run_json("pacs", "find", archive.node, "PatientID=17")
        run(["pacs", "find", str(archive.node), "PatientID=17", "--level", "image"])

    assert code == 0
    assert [match["StudyInstanceUID"] for match in said["matches"]] == [dataset.StudyInstanceUID]
    assert str(dataset.SOPInstanceUID) in capsys.readouterr().out


def test_a_pulled_study_waits_in_the_spool_while_the_pacs_is_down(run_json: RunJson, tmp_path: Path) -> None:
    runs = [build_xa(study_instance_uid="1.2.3") for _ in range(2)]
    with FakeNode(*runs) as archive:
        code, said, _ = run_json("pacs", "pull", archive.node, "--study", "1.2.3")

    assert (code, said["n_completed"], said["n_stored"]) == (0, 2, 0)
    ledger = Ledger.in_folder(tmp_path / "data")
    assert ledger.count_received()[ReceivedState.WAITING] == 2
    assert {one.sop_instance_uid for one in ledger.received()} == {one.SOPInstanceUID for one in runs}
    ledger.close()


def test_of_a_patient_only_the_series_of_a_modality_are_pulled(run_json: RunJson, tmp_path: Path) -> None:
    wanted, other = build_xa(PatientID="17"), build_xa(PatientID="17", modality="US")
    with FakeNode(wanted, other, build_xa(PatientID="18"), ignores=["Modality"]) as archive:
        _, said, _ = run_json("pacs", "pull", archive.node, "--patient", "17", "--modality", "XA")

    assert said["n_completed"] == 1
    ledger = Ledger.in_folder(tmp_path / "data")
    assert [one.sop_instance_uid for one in ledger.received()] == [wanted.SOPInstanceUID]
    ledger.close()


@pytest.mark.parametrize(
    "options", [(), ("--series", "1.2"), ("--study", "1", "--run", "3"), ("--study", "1", "--patient", "2")]
)
def test_a_pull_that_does_not_say_what_asks_nobody(run_json: RunJson, options: tuple[str, ...]) -> None:
    code, said, _ = run_json("pacs", "pull", "A@127.0.0.1:1", *options)

    assert (code, "Say what to get" in said["error"]) == (1, True)


def test_a_push_to_a_node_that_is_down_waits_and_goes_when_it_is_back(
    run_json: RunJson, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    port = free_port()
    name_node(monkeypatch, port)
    (tmp_path / "run.dcm").write_bytes(to_bytes(build_xa()))

    code, said, _ = run_json("pacs", "push", "archive", tmp_path / "run.dcm")
    [push] = said["pushes"]
    assert (code, push["state"]) == (1, PushState.WAITING)
    with FakeNode(port=port) as archive:
        _, queued, _ = run_json("pacs", "queue", "--retry", push["id"])

    assert archive.stored == [push["sop_instance_uid"]]
    assert [one["state"] for one in queued["pushes"]] == [PushState.SENT]


def test_what_waits_is_shown_and_given_up(
    run_json: RunJson,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    name_node(monkeypatch, 1)
    (tmp_path / "run.dcm").write_bytes(to_bytes(build_xa()))
    code, said, _ = run_json("pacs", "push", "archive", tmp_path / "run.dcm", "--queue-only")
    run(["pacs", "queue"])
    shown = capsys.readouterr().out

    _, left, _ = run_json("pacs", "queue", "--give-up", said["pushes"][0]["id"])

    assert code == 0
    assert said["pushes"][0]["sop_instance_uid"] in shown
    assert left["pushes"] == []


def test_a_node_without_a_name_cannot_be_pushed_to(run_json: RunJson, tmp_path: Path) -> None:
    (tmp_path / "run.dcm").write_bytes(to_bytes(build_xa()))

    code, said, _ = run_json("pacs", "push", "A@127.0.0.1:1", tmp_path / "run.dcm")

    assert (code, "FLUORO_DIMSE__NODES" in said["error"]) == (1, True)
