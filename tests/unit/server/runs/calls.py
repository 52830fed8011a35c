"""Runs by HTTP: requests that several tests make."""

from typing import Any

from fastapi.testclient import TestClient
from pydicom.dataset import FileDataset

from lib.server.run_models import RunListAnswer

URL = "/fluoro/api/runs"


def listed(client: TestClient, run: FileDataset, asker: str | None = None) -> dict[str, Any]:
    answer = client.get(URL, headers={} if asker is None else {"X-Client-Id": asker})
    assert answer.status_code == 200, answer.text
    RunListAnswer.model_validate(answer.json())
    return next(one for one in answer.json()["runs"] if one["image_id"] == run.SOPInstanceUID)


def begin(client: TestClient, run: FileDataset, owner: str = "ann") -> str:
    body = {"image_id": run.SOPInstanceUID, "start": "empty"}
    answer = client.post("/fluoro/api/sessions", json=body, headers={"X-Client-Id": owner})
    return f"/fluoro/api/sessions/{answer.json()['session_id']}"


def save(client: TestClient, run: FileDataset, owner: str = "ann", **body: Any) -> dict[str, Any]:
    body = {"tag": "draft", "frame_numbers": [1], **body}
    answer = client.post(f"{begin(client, run, owner)}/save", json=body, headers={"X-Client-Id": owner})
    assert answer.status_code == 201, answer.text
    return answer.json()
