"""Propagation as a job by HTTP: fixtures."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from lib.arrays import LabelMap, to_volume
from lib.datastore.records import LabelVersion
from lib.datastore.volumes import write_label
from lib.server.routes_jobs import jobs_router
from lib.server.services import Services
from tests.unit.server.conftest import MakeServices, Serve
from tests.unit.server.job_builders import CopyingTracker
from tests.unit.server.propagating.calls import (
    IMAGE_ID,
    RUN,
    Save,
    drawn,
)


@pytest.fixture
def services(make_services: MakeServices) -> Services:
    return make_services(RUN)


@pytest.fixture
def tracker() -> Iterator[CopyingTracker]:
    """A tracker that nobody holds up; a test that wants to clears `may_go_on`."""
    tracker = CopyingTracker()
    tracker.may_go_on.set()
    yield tracker
    tracker.may_go_on.set()


@pytest.fixture
def client(services: Services, serve: Serve, tracker: CopyingTracker) -> TestClient:
    return serve(jobs_router(services, tracker.opened))


@pytest.fixture
def save(services: Services, tmp_path: Path) -> Save:
    """Return what saves a label of the run; by default a vessel on the third frame."""

    def save(label_map: LabelMap | None = None, tag: str = "draft", **info: Any) -> LabelVersion:
        path = tmp_path / "label.nii"
        write_label(path, to_volume(drawn() if label_map is None else label_map), None)
        return services.desk.save(services.shelf.run(IMAGE_ID), path, tag, info)

    return save
