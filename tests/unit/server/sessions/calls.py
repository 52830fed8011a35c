"""Sessions of prompts by HTTP, with an engine whose clicks are squares: what its tests share."""

import base64
import io
from typing import Any

import cv2
import numpy as np
from fastapi.testclient import TestClient
from numpy.typing import NDArray
from sqlalchemy import text

from lib.server.services import Services
from tests.builders import build_xa, draw_run

RUN = build_xa(n_frames=4)
IMAGE_ID = str(RUN.SOPInstanceUID)
SESSIONS = "/fluoro/api/sessions"
SHAPE = draw_run().shape[1:]
SQUARE = 25


def begin(client: TestClient, owner: str | None = None, **body: Any) -> str:
    answer = client.post(SESSIONS, json={"image_id": IMAGE_ID, **body}, headers=client_id(owner))
    assert answer.status_code == 201, answer.text
    return f"{SESSIONS}/{answer.json()['session_id']}"


def client_id(owner: str | None) -> dict[str, str]:
    return {} if owner is None else {"X-Client-Id": owner}


def a_click(x: float = 10, y: float = 10, frame_number: int = 1, **more: Any) -> dict[str, Any]:
    return {"frame_number": frame_number, "label": "vessel", "points": [{"x": x, "y": y}], **more}


def click(client: TestClient, session: str, x: float = 10, y: float = 10, **more: Any) -> dict[str, Any]:
    answer = client.post(f"{session}/prompts", json=a_click(x, y, **more))
    assert answer.status_code == 200, answer.text
    return answer.json()


def mask_in(answer: dict[str, Any]) -> NDArray[np.uint8]:
    return cv2.imdecode(np.frombuffer(base64.b64decode(answer["mask_png"]), np.uint8), cv2.IMREAD_UNCHANGED)


def mask_at(client: TestClient, session: str, frame_number: int = 1) -> NDArray[np.uint8]:
    answer = client.get(f"{session}/frames/{frame_number}/mask.npy")
    assert answer.status_code == 200, answer.text
    return np.load(io.BytesIO(answer.content))


def prompts_kept(services: Services) -> int:
    with services.ledger._database.reading() as connection:
        return int(connection.execute(text("SELECT count(*) FROM prompts")).scalar_one())
