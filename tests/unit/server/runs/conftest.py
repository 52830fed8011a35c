"""Three runs of two patients by HTTP: fixtures."""

import numpy as np
import pytest
from fastapi.testclient import TestClient
from numpy.typing import NDArray
from pydicom.dataset import FileDataset

from lib.server.routes_frames import frames_router
from lib.server.routes_sessions import sessions_router
from lib.server.services import Services
from tests.builders import build_xa, draw_run
from tests.unit.server.conftest import MakeServices, Serve


def fullest_in_the_middle() -> NDArray[np.uint8]:
    """A run of 5 frames with a vessel on the third only."""
    pixels = draw_run(n_frames=5)
    pixels[[0, 1, 3, 4]] = pixels[0]
    pixels[[0, 1, 3, 4], 15:17] = pixels[0, 14:15]
    pixels[2] = draw_run(n_frames=1)[0]
    return pixels


@pytest.fixture
def run() -> FileDataset:
    return build_xa(
        pixels=fullest_in_the_middle(), patient_name="CANARY^Jane", PatientID="CANARY-1", frame_time_ms=66.6
    )


@pytest.fixture
def other() -> FileDataset:
    return build_xa(patient_name="CANARY^Jane", PatientID="CANARY-1")


@pytest.fixture
def services(make_services: MakeServices, run: FileDataset, other: FileDataset) -> Services:
    return make_services(run, other, build_xa(PatientID="CANARY-2"), build_xa(modality="CT"))


@pytest.fixture
def client(services: Services, serve: Serve) -> TestClient:
    return serve(frames_router(services), sessions_router(services))
