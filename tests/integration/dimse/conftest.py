"""A server that listens for DICOM, beside two Orthancs: its PACS, and a second one that it sends to."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from lib.pacs.dimse import DicomNode
from lib.start.embedded_pacs import EmbeddedPacs
from tests.integration.conftest import TestPacs
from tests.ports import free_port
from tests.servers import TestServer

CALLERS = ("STORESCU", "MOVESCU", "SECOND", "FLUORO")


class KnowingPacs(EmbeddedPacs):
    """An Orthanc that knows our listener and dcmtk's tools."""

    listener_port = 0
    pacs_port = 0

    def config(self, plugin: Path) -> dict[str, Any]:
        ports = {"FLUORO": self.listener_port, "MOVESCU": 1, "FINDSCU": 1, "FLUOROPACS": self.pacs_port}
        known = {name: {"AET": name, "Host": "127.0.0.1", "Port": port} for name, port in ports.items()}
        return super().config(plugin) | {"DicomModalities": known}


class SecondPacs(TestPacs):
    """An archive that we reach by its AE title only; it commits to what it gets."""

    __test__ = False

    def __init__(self, folder: Path, listener_port: int, pacs_port: int) -> None:
        super().__init__(folder)
        pacs = KnowingPacs(folder, self.pacs.http_port, self.dicom_port, "SECOND")
        pacs.listener_port, pacs.pacs_port = listener_port, pacs_port
        self.pacs = pacs

    @property
    def node(self) -> DicomNode:
        return DicomNode("SECOND", "127.0.0.1", self.dicom_port)


class DicomServer(TestServer):
    """A server with a DICOM listener and a node called `second`."""

    __test__ = False

    def __init__(self, data: Path, pacs_url: str, port: int, second: DicomNode | None = None) -> None:
        node = {"ae_title": "SECOND", "host": "127.0.0.1", "commitment": True, "gets": ["seg"]}
        nodes = {"second": {**node, "port": second.port}} if second else {}
        super().__init__(
            data,
            pacs_url,
            {
                "FLUORO_DIMSE__PORT": str(port),
                "FLUORO_DIMSE__SENDERS": json.dumps([f"{name}@127.0.0.1" for name in CALLERS]),
                "FLUORO_DIMSE__RETRY_S": "0.5",
                "FLUORO_DIMSE__NODES": json.dumps(nodes),
                "FLUORO_DATASTORE__LIST_SECONDS": "0",
            },
        )
        self.dicom_port = port

    @property
    def node(self) -> DicomNode:
        return DicomNode("FLUORO", "127.0.0.1", self.dicom_port)

    def get(self, path: str) -> Any:
        answer = requests.get(f"{self.url}/fluoro/api/pacs/{path}", timeout=10)
        answer.raise_for_status()
        return answer.json()

    def n_on_disk(self) -> int:
        counts = self.get("received")["counts"]
        return int(counts["waiting"] + counts["refused"])

    def push(self, **what: str) -> dict[str, Any]:
        answer = requests.post(f"{self.url}/fluoro/api/pacs/pushes", json=what, timeout=30)
        answer.raise_for_status()
        pushed: dict[str, Any] = answer.json()
        return pushed


def wait_until(is_true: Callable[[], object], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def instances(url: str, study: str) -> list[str]:
    """Return the SOP Instance UIDs of a study in a PACS, as often as they are there."""
    answer = requests.get(f"{url}/studies/{study}/instances", params={"limit": "1000"}, timeout=10)
    return [item["00080018"]["Value"][0] for item in (answer.json() if answer.content else [])]


@pytest.fixture(scope="package")
def second(orthanc: TestPacs, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecondPacs]:
    """The second archive; it knows the port that our listener will have, and our PACS."""
    pacs = SecondPacs(tmp_path_factory.mktemp("a second orthanc"), free_port(), orthanc.dicom_port)
    pacs.start()
    yield pacs
    pacs.stop()


@pytest.fixture(scope="package")
def dicom_server(
    orthanc: TestPacs, second: SecondPacs, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DicomServer]:
    """A server on the session's Orthanc that sends to the second one."""
    port = second.pacs.listener_port  # type: ignore[attr-defined]
    server = DicomServer(tmp_path_factory.mktemp("a dicom server"), orthanc.url, port, second.node)
    server.start()
    yield server
    server.stop()
