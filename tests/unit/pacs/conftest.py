"""Fixtures of the tests of the room pacs."""

from collections.abc import Iterator

import pytest

from lib.pacs.dicomweb import DicomWebPacs, connect
from lib.settings import PacsSettings
from tests.stub_pacs import StubPacs


@pytest.fixture
def stub() -> Iterator[StubPacs]:
    """A PACS that answers what the test says."""
    server = StubPacs()
    yield server
    server.close()


@pytest.fixture
def stub_settings(stub: StubPacs) -> PacsSettings:
    return PacsSettings(
        url=stub.url, timeout_s=0.5, connect_timeout_s=0.5, retries=2, backoff_s=0.01, page_size=10
    )


@pytest.fixture
def pacs(stub_settings: PacsSettings) -> DicomWebPacs:
    """Our client of the stub."""
    return connect(stub_settings)
