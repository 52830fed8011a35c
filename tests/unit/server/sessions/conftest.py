"""Sessions of prompts by HTTP, with an engine whose clicks are squares: fixtures."""

import pytest
from fastapi.testclient import TestClient

from lib.server.routes_sessions import sessions_router
from lib.server.services import Services
from tests.unit.server.conftest import MakeServices, Serve
from tests.unit.server.sessions.calls import (
    RUN,
    begin,
)


@pytest.fixture
def services(make_services: MakeServices) -> Services:
    return make_services(RUN)


@pytest.fixture
def client(services: Services, serve: Serve) -> TestClient:
    return serve(sessions_router(services))


@pytest.fixture
def session(client: TestClient) -> str:
    """The address of an empty session."""
    return begin(client, start="empty")
