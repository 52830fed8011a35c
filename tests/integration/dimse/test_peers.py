"""dcmtk and a second Orthanc on the other side."""

import re
from pathlib import Path

import pytest
import requests

from lib.cli.main import run as run_cli
from lib.pacs.dicomweb import connect
from lib.pacs.dimse import Caller
from lib.pacs.dimse.finding import Level, find
from lib.pacs.orthanc import root_of
from lib.settings import PacsSettings, settings
from tests.builders import build_xa, to_bytes
from tests.integration.conftest import TestPacs
from tests.integration.dimse import dcmtk
from tests.integration.dimse.conftest import DicomServer, SecondPacs, instances, wait_until


def state_of(server: DicomServer, push_id: int) -> str:
    return str(server.get(f"pushes/{push_id}")["state"])


def test_echoscu_is_answered_and_a_stranger_rejected(dicom_server: DicomServer) -> None:
    assert dcmtk.run("echoscu", dicom_server.node, "", calling="STORESCU")[0] == 0

    status, said = dcmtk.run("echoscu", dicom_server.node, "", calling="STRANGER")

    assert status != 0
    assert "Calling AE Title Not Recognized" in said


def test_a_run_of_storescu_is_in_the_pacs_soon(
    dicom_server: DicomServer, orthanc: TestPacs, tmp_path: Path
) -> None:
    dataset = build_xa()
    (tmp_path / "run.dcm").write_bytes(to_bytes(dataset))

    assert dcmtk.run("storescu", dicom_server.node, str(tmp_path / "run.dcm"))[0] == 0

    wait_until(lambda: instances(orthanc.url, str(dataset.StudyInstanceUID)) == [dataset.SOPInstanceUID])
    listed = requests.get(f"{dicom_server.url}/fluoro/api/runs", timeout=10).json()["runs"]
    assert str(dataset.SOPInstanceUID) in {run["image_id"] for run in listed}


def test_a_push_reaches_the_second_archive_which_commits(
    dicom_server: DicomServer, orthanc: TestPacs, second: SecondPacs
) -> None:
    dataset = build_xa()
    connect(PacsSettings(url=orthanc.url)).store([dataset])

    push = dicom_server.push(node="second", image_id=str(dataset.SOPInstanceUID))

    wait_until(lambda: state_of(dicom_server, push["id"]) == "committed")
    assert instances(second.url, str(dataset.StudyInstanceUID)) == [dataset.SOPInstanceUID]


def test_an_archive_that_is_down_gets_its_objects_when_it_is_back(
    dicom_server: DicomServer, orthanc: TestPacs, second: SecondPacs
) -> None:
    dataset = build_xa()
    connect(PacsSettings(url=orthanc.url)).store([dataset])
    second.stop()

    push = dicom_server.push(node="second", image_id=str(dataset.SOPInstanceUID))
    wait_until(lambda: dicom_server.get(f"pushes/{push['id']}")["attempts"] > 0)
    assert state_of(dicom_server, push["id"]) == "waiting"
    second.start()

    wait_until(lambda: state_of(dicom_server, push["id"]) == "committed")
    assert instances(second.url, str(dataset.StudyInstanceUID)) == [dataset.SOPInstanceUID]


@pytest.mark.usefixtures("dicom_server")
def test_movescu_lets_the_archive_send_to_our_listener(orthanc: TestPacs, second: SecondPacs) -> None:
    dataset = build_xa()
    study = str(dataset.StudyInstanceUID)
    connect(PacsSettings(url=second.url)).store([dataset])
    keys = ["-S", "-k", "QueryRetrieveLevel=STUDY", "-k", f"StudyInstanceUID={study}", "-aem", "FLUORO"]

    status, said = dcmtk.run("movescu", second.node, *keys, "")

    assert status == 0, said
    wait_until(lambda: instances(orthanc.url, study) == [dataset.SOPInstanceUID])


def test_our_query_finds_what_findscu_finds(second: SecondPacs) -> None:
    datasets = [build_xa(PatientID="FOUND-17") for _ in range(3)]
    connect(PacsSettings(url=second.url)).store(datasets)

    ours = find(second.node, Caller(), Level.STUDY, {"PatientID": "FOUND-17"})
    keys = ["-S", "-k", "QueryRetrieveLevel=STUDY", "-k", "PatientID=FOUND-17", "-k", "StudyInstanceUID"]
    _, said = dcmtk.run("findscu", second.node, *keys, "")

    theirs = set(re.findall(r"UI \[([0-9.]+) *\].*StudyInstanceUID", said))
    assert {match["StudyInstanceUID"] for match in ours} == theirs
    assert theirs == {str(dataset.StudyInstanceUID) for dataset in datasets}


def test_a_study_is_pulled_by_c_get_into_the_pacs(
    orthanc: TestPacs, second: SecondPacs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    datasets = [build_xa() for _ in range(2)]
    study = str(datasets[0].StudyInstanceUID)
    datasets[1].StudyInstanceUID = study
    connect(PacsSettings(url=second.url)).store(datasets)
    monkeypatch.setenv("FLUORO_DATA", str(tmp_path))
    monkeypatch.setenv("FLUORO_PACS__URL", orthanc.url)
    settings.cache_clear()

    code = run_cli(["pacs", "pull", str(second.node), "--study", study])
    settings.cache_clear()

    assert code == 0
    assert sorted(instances(orthanc.url, study)) == sorted(str(one.SOPInstanceUID) for one in datasets)


def test_an_orthanc_sends_and_fetches_by_itself(
    orthanc: TestPacs, second: SecondPacs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, theirs = build_xa(), build_xa()
    connect(PacsSettings(url=orthanc.url)).store([mine])
    connect(PacsSettings(url=second.url)).store([theirs])
    known = {"AET": "SECOND", "Host": "127.0.0.1", "Port": second.dicom_port}
    requests.put(f"{root_of(orthanc.url)}modalities/second", json=known, timeout=10).raise_for_status()
    monkeypatch.setenv("FLUORO_DATA", str(tmp_path))
    monkeypatch.setenv("FLUORO_PACS__URL", orthanc.url)
    settings.cache_clear()

    sent = run_cli(["pacs", "push", "second", str(mine.SOPInstanceUID), "--by-pacs"])
    fetched = run_cli(["pacs", "pull", "second", "--study", str(theirs.StudyInstanceUID), "--by-pacs"])
    echoed = run_cli(["pacs", "echo", "second"])
    settings.cache_clear()

    assert (sent, fetched, echoed) == (0, 0, 0)
    assert instances(second.url, str(mine.StudyInstanceUID)) == [mine.SOPInstanceUID]
    assert instances(orthanc.url, str(theirs.StudyInstanceUID)) == [theirs.SOPInstanceUID]
