"""A session as a client has it: clicks, undo, a restart of the server, and the same mask again."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import requests
from numpy.typing import NDArray
from pydicom import Dataset

from lib.pacs.dicomweb import connect
from lib.settings import PacsSettings
from tests.builders import build_xa
from tests.integration.conftest import TestPacs
from tests.servers import TestServer
from tests.vessel_runs import TRUNK, filling_run

N_FRAMES, FRAME_NUMBER = 6, 6
TIMEOUT_S = 120
BESIDE_THE_TREE = (60, 400)
"""x, y where nothing is."""


@pytest.fixture(scope="module")
def run() -> Dataset:
    """A run whose tree is full of contrast in its last frame."""
    frames, _ = filling_run(N_FRAMES)
    return build_xa(pixels=(frames * 255).round().astype(np.uint8))


@pytest.fixture
def own_server(fresh_orthanc: TestPacs, run: Dataset, tmp_path: Path) -> Iterator[TestServer]:
    """A server that the test may stop and start, on an Orthanc with the run."""
    connect(PacsSettings(url=fresh_orthanc.url)).store([run])
    server = TestServer(tmp_path / "data", fresh_orthanc.url)
    server.start()
    yield server
    server.stop()


def post(address: str, body: Any = None) -> dict[str, Any]:
    answer = requests.post(address, json=body, timeout=TIMEOUT_S)
    assert answer.ok, answer.text
    return answer.json()  # type: ignore[no-any-return]


def click(session: str, x: float, y: float, **more: Any) -> dict[str, Any]:
    body = {"frame_number": FRAME_NUMBER, "label": "vessel", "points": [{"x": x, "y": y}], **more}
    return post(f"{session}/prompts", body)


def mask_of(session: str) -> NDArray[np.uint8]:
    answer = requests.get(f"{session}/frames/{FRAME_NUMBER}/mask.npy", timeout=TIMEOUT_S)
    assert answer.ok, answer.text
    return np.load(io.BytesIO(answer.content))


def test_a_session_gives_the_same_mask_after_a_restart_of_the_server(
    own_server: TestServer, run: Dataset
) -> None:
    sessions = f"{own_server.url}/fluoro/api/sessions"
    image_id, (x, y) = str(run.SOPInstanceUID), TRUNK[2]
    begun = post(sessions, {"image_id": image_id, "start": "empty"})
    session = f"{sessions}/{begun['session_id']}"

    click(session, x, y)
    click(session, *BESIDE_THE_TREE, is_positive=False)
    click(session, *TRUNK[0], label="catheter")
    post(f"{session}/undo")
    before = mask_of(session)
    own_server.stop()
    own_server.start()
    after = mask_of(session)

    assert before[y, x] == 1
    assert not (before == 2).any()
    assert np.array_equal(after, before)
    redone = post(f"{session}/redo")
    assert (redone["n_prompts"], "catheter" in redone["n_pixels"]) == (3, True)
    saved = post(f"{session}/save", {"tag": "draft"})
    assert (saved["version"], saved["frame_numbers"]) == (1, [FRAME_NUMBER])


def test_the_routes_of_sessions_and_masks_are_in_the_openapi_of_the_server(own_server: TestServer) -> None:
    paths = requests.get(f"{own_server.url}/openapi.json", timeout=TIMEOUT_S).json()["paths"]

    assert {"/fluoro/api/sessions", "/fluoro/api/sessions/{session_id}/prompts", "/fluoro/api/masks"} <= set(
        paths
    )
