"""The DICOMweb path: fixtures."""

import pytest
from fastapi.testclient import TestClient

from tests.unit.server.conftest import MakeServices, Serve
from tests.unit.server.dicomweb.pacs_double import Pacs, client_to


@pytest.fixture
def pacs() -> Pacs:
    return Pacs()


@pytest.fixture
def client(make_services: MakeServices, serve: Serve, pacs: Pacs) -> TestClient:
    return client_to(pacs, make_services, serve)
