"""Services on fakes, and an application of chosen routers with the real error translator."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient
from pydicom import Dataset

from lib.datastore.cache import RunCache
from lib.datastore.ledger import Ledger
from lib.datastore.shelf import RunShelf
from lib.frames.read import read_cine
from lib.server.clicked_frames import ClickedFrames
from lib.server.errors import install_error_translator
from lib.server.open_runs import OpenRuns
from lib.server.services import Services
from lib.settings import load_settings
from tests.desks import a_desk
from tests.fakes import FakeClicker, FakePacs

MakeServices = Callable[..., Services]
Serve = Callable[..., TestClient]


@pytest.fixture
def make_services(tmp_path: Path) -> Iterator[MakeServices]:
    """Return a maker of services over a FakePacs with some datasets."""
    with ExitStack() as stack:

        def make(*datasets: Dataset, **settings: Any) -> Services:
            pacs = FakePacs(datasets)
            ledger = Ledger.in_folder(tmp_path)
            stack.callback(ledger.close)
            shelf = RunShelf(pacs, ledger, RunCache(tmp_path / "cache", 10**9), list_seconds=0)
            chosen = load_settings(data=tmp_path, **settings)
            clicks = ClickedFrames(cache(FakeClicker), shelf, OpenRuns())
            return Services(chosen, pacs, ledger, shelf, a_desk(chosen, ledger, shelf), clicks)

        yield make


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Return a maker of clients to an application of routers, started and stopped like the real one."""
    with ExitStack() as stack:

        def start(*routers: APIRouter, base_url: str = "http://viewer.test:8000") -> TestClient:
            app = FastAPI()
            install_error_translator(app)
            for router in routers:
                app.include_router(router)
            return stack.enter_context(TestClient(app, base_url))

        yield start


def count_decoding(monkeypatch: pytest.MonkeyPatch, reader: str) -> list[Path]:
    """Return the list of files that the name `reader` of a module decodes from now on, in order."""
    files: list[Path] = []

    def counting(path: Path) -> object:
        files.append(path)
        return read_cine(path)

    monkeypatch.setattr(reader, counting)
    return files
