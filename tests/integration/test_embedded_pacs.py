"""The embedded Orthanc: on loopback, strict, and kept in its folder."""

import http.client
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydicom.uid import XRayAngiographicImageStorage
from pynetdicom import AE

from lib.errors.start import DataFolderInUseError, PortInUseError
from lib.settings import APP_FOLDER
from lib.start.embedded_pacs import EmbeddedPacs
from lib.start.sockets import listeners
from tests.builders import build_xa, to_bytes
from tests.integration.conftest import TestPacs
from tests.ports import free_port
from tests.processes import ends


def get(port: int, path: str) -> tuple[int, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)
    answer = connection.getresponse()
    return answer.status, answer.read()


def post(port: int, path: str, body: bytes) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    multipart = 'multipart/related; type="application/dicom"; boundary=edge'
    connection.request("POST", path, body, {"Content-Type": multipart})
    return connection.getresponse().status


def associates(port: int, calling: str, called: str) -> bool:
    entity = AE(calling)
    entity.add_requested_context(XRayAngiographicImageStorage)
    association = entity.associate("127.0.0.1", port, ae_title=called)
    is_established = association.is_established
    association.abort()
    return is_established


def test_it_answers_dicomweb(orthanc: TestPacs) -> None:
    status, body = get(orthanc.pacs.http_port, "/dicom-web/studies")

    assert status == 200
    assert isinstance(json.loads(body), list)


def test_both_of_its_ports_are_on_loopback_only(orthanc: TestPacs) -> None:
    found = listeners(orthanc.pacs.child.pid)

    assert {str(listener) for listener in found} == {
        f"127.0.0.1:{orthanc.pacs.http_port}",
        f"127.0.0.1:{orthanc.dicom_port}",
    }


def test_the_dicom_listener_is_off_unless_asked_for(tmp_path: Path, orthanc: TestPacs) -> None:
    del orthanc
    pacs = EmbeddedPacs(tmp_path / "my data", free_port(), cache=tmp_path / "a cache")
    pacs.start()
    try:
        pacs.wait()

        assert [listener.port for listener in listeners(pacs.child.pid)] == [pacs.http_port]
    finally:
        pacs.stop()


def test_it_stores_from_known_callers_only(orthanc: TestPacs) -> None:
    assert associates(orthanc.dicom_port, "FLUORO", orthanc.ae_title)
    assert not associates(orthanc.dicom_port, "STRANGER", orthanc.ae_title)
    assert not associates(orthanc.dicom_port, "FLUORO", "ANYTHING")


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/app/explorer.html"), ("PROPFIND", "/webdav/"), ("POST", "/tools/execute-script")],
)
def test_doors_that_nobody_uses_are_shut(orthanc: TestPacs, method: str, path: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", orthanc.pacs.http_port, timeout=10)
    connection.request(method, path, "print(1)" if method == "POST" else None, {"Depth": "1"})

    assert connection.getresponse().status in (403, 404, 405)


def test_a_taken_port_is_named_with_its_flag(tmp_path: Path, orthanc: TestPacs) -> None:
    taken = EmbeddedPacs(tmp_path, orthanc.pacs.http_port)

    with pytest.raises(PortInUseError, match=rf"{orthanc.pacs.http_port}.*--pacs-port"):
        taken.start()


def test_two_servers_do_not_share_one_folder_of_images(orthanc: TestPacs) -> None:
    second = EmbeddedPacs(orthanc.folder, free_port())

    with pytest.raises(DataFolderInUseError, match="in use"):
        second.start()


def test_it_ends_when_its_parent_is_killed(tmp_path: Path, orthanc: TestPacs) -> None:
    del orthanc
    script = (
        "import sys, time; from pathlib import Path; from lib.start.embedded_pacs import EmbeddedPacs;"
        f"p = EmbeddedPacs(Path({str(tmp_path)!r}), {free_port()}); p.start(); p.wait();"
        "print(p.child.pid, flush=True); time.sleep(60)"
    )
    environment = os.environ | {"PYTHONPATH": str(APP_FOLDER)}
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, env=environment) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())

        parent.send_signal(signal.SIGKILL)

    assert ends(pid, within_s=10)


def test_its_log_names_no_patient(fresh_orthanc: TestPacs) -> None:
    port = fresh_orthanc.pacs.http_port
    named = {"patient_name": "CANARY^NAME", "PatientID": "CANARYID"}
    good, incomplete = to_bytes(build_xa(**named)), to_bytes(build_xa(**named, StudyInstanceUID=None))

    for body in (good, good, incomplete, good[: len(good) // 2], b"CANARY is no DICOM"):
        post(
            port,
            "/dicom-web/studies",
            b"--edge\r\nContent-Type: application/dicom\r\n\r\n" + body + b"\r\n--edge--",
        )
        post(port, "/instances", body)
    for query in ("PatientName=CANARY*", "PatientName=CANARY&NoSuchTag=1", "PatientID=CANARYID&limit=x"):
        get(port, f"/dicom-web/studies?{query}")
    fresh_orthanc.stop()

    log = fresh_orthanc.log.read_text()
    assert "required tags (StudyInstanceUID) are missing" in log
    assert [line for line in log.splitlines() if "CANARY" in line] == []
