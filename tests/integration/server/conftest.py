"""Our own routers on real sockets, without MONAI Label: quick to start, against any PACS."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI

from lib.datastore.cache import RunCache
from lib.datastore.ledger import Ledger
from lib.datastore.shelf import RunShelf
from lib.pacs.dicomweb import connect
from lib.server.clicked_frames import ClickedFrames
from lib.server.dicomweb_path import dicomweb_router
from lib.server.errors import install_error_translator
from lib.server.open_runs import OpenRuns
from lib.server.routes_frames import frames_router
from lib.server.routes_health import health_router
from lib.server.routes_upload import upload_router
from lib.server.services import Services
from lib.settings import load_settings
from tests.desks import a_desk
from tests.fakes import FakeClicker
from tests.integration.conftest import TestPacs
from tests.ports import free_port
from tests.watched_server import WatchedServer, watched_server

ServeFor = Callable[[str], str]

PASSWORD = "a-password-that-no-log-has"
MAX_UPLOAD_MB = 8


def app_for(pacs_url: str, data: Path) -> FastAPI:
    """Return an application of our routers for a PACS; it closes its ledger when it stops."""
    settings = load_settings(
        data=data, pacs={"url": pacs_url, "retries": 0, "connect_timeout_s": 2, "timeout_s": 20}
    )
    pacs, ledger = connect(settings.pacs), Ledger.in_folder(data)
    shelf = RunShelf(pacs, ledger, RunCache(data / "cache", 10**9), list_seconds=0)
    clicks = ClickedFrames(cache(FakeClicker), shelf, OpenRuns())
    services = Services(settings, pacs, ledger, shelf, a_desk(settings, ledger, shelf), clicks)
    app = FastAPI()
    install_error_translator(app)
    for make_router in (health_router, frames_router, upload_router, dicomweb_router):
        app.include_router(make_router(services))
    return app


@pytest.fixture
def serve_for(tmp_path: Path) -> Iterator[ServeFor]:
    """Return a starter of servers for a PACS; it returns their address."""
    with ExitStack() as stack:

        def start(pacs_url: str) -> str:
            port = free_port()
            app = app_for(pacs_url, tmp_path / f"data {port}")
            server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, access_log=False))
            thread = threading.Thread(target=server.run, daemon=True)
            thread.start()
            stack.callback(thread.join, 10)
            stack.callback(setattr, server, "should_exit", True)
            until = time.monotonic() + 20
            while not server.started and time.monotonic() < until:
                time.sleep(0.02)
            assert server.started
            return f"http://127.0.0.1:{port}"

        yield start


@pytest.fixture
def ours(orthanc: TestPacs, serve_for: ServeFor) -> str:
    """Return the address of a server of our routers on the shared Orthanc."""
    return serve_for(orthanc.url)


@pytest.fixture(scope="session")
def served(orthanc: TestPacs, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WatchedServer]:
    """The whole server with small limits; every file that it touches outside its folder is reported."""
    settings = {
        "FLUORO_SERVER__MAX_UPLOAD_MB": str(MAX_UPLOAD_MB),
        "FLUORO_LIMITS__JSON_MB": "1",
        "FLUORO_PACS__USERNAME": "someone",
        "FLUORO_PACS__PASSWORD": PASSWORD,
    }
    with watched_server(tmp_path_factory.mktemp("watched"), orthanc.url, settings) as server:
        yield server
