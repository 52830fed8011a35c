"""Fixtures of the tests that need a PACS: a real Orthanc on free loopback ports."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.errors.start import ProgramMissingError
from lib.start.embedded_pacs import EmbeddedPacs, find_orthanc, find_plugin
from tests.guarded_server import Guarded, guarded_server
from tests.ports import free_port
from tests.servers import TestServer


class TestPacs:
    """An Orthanc of a test: `url`, `dicom_port`, `start` and `stop`; it keeps its images between the two."""

    __test__ = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.dicom_port = free_port()
        self.pacs = EmbeddedPacs(folder, http_port=free_port(), dicom_port=self.dicom_port)

    @property
    def url(self) -> str:
        return self.pacs.url

    @property
    def ae_title(self) -> str:
        return self.pacs.ae_title

    @property
    def log(self) -> Path:
        return self.pacs.child.log

    def start(self) -> None:
        self.pacs.start()
        self.pacs.wait()

    def stop(self) -> None:
        self.pacs.stop()


def require_orthanc() -> None:
    """Skip where Orthanc is absent; where everything must run (CI is set), fail."""
    try:
        find_orthanc()
        find_plugin()
    except ProgramMissingError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def orthanc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestPacs]:
    """An Orthanc for the whole session; share it, and name what you store by UIDs of your own."""
    require_orthanc()
    pacs = TestPacs(tmp_path_factory.mktemp("an orthanc"))
    pacs.start()
    yield pacs
    pacs.stop()


@pytest.fixture
def fresh_orthanc(tmp_path: Path) -> Iterator[TestPacs]:
    """An empty Orthanc for one test, which may stop and start it."""
    require_orthanc()
    pacs = TestPacs(tmp_path / "an orthanc")
    pacs.start()
    yield pacs
    pacs.stop()


@pytest.fixture(scope="session")
def server(orthanc: TestPacs, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestServer]:
    """A server on the session's Orthanc; it asks for the list of runs anew each time."""
    started = TestServer(
        tmp_path_factory.mktemp("a server"), orthanc.url, {"FLUORO_DATASTORE__LIST_SECONDS": "0"}
    )
    started.start()
    yield started
    started.stop()


@pytest.fixture(scope="session")
def guarded(orthanc: TestPacs, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """A server on the session's Orthanc that asks who everybody is."""
    with guarded_server(tmp_path_factory.mktemp("a guarded server"), orthanc.url) as running:
        yield running
