"""What cannot be propagated."""

import json
import math
from typing import Any

import pytest
from fastapi.testclient import TestClient

from lib.server.services import Services
from tests.unit.server.propagating.calls import (
    IMAGE_ID,
    JOBS,
    Save,
)


@pytest.mark.parametrize(
    ("wrong", "status", "said"),
    [
        ({"image_id": "1.2.3"}, 404, "1.2.3"),
        ({"image_id": "../../etc/passwd"}, 400, "is not a valid"),
        ({"label": "aorta of the moon"}, 404, "There is no label"),
        ({"label": "a" * 200}, 400, "label"),
        ({"label": "catheter"}, 400, "frame 3"),
        ({"key_frames": [3, 4]}, 400, "frame 4"),
        ({"key_frames": [7]}, 404, "frames 1 to 6; there is no frame 7"),
        ({"key_frames": [0]}, 400, "key_frames"),
        ({"key_frames": []}, 400, "key_frames"),
        ({"key_frames": [2.5]}, 400, "key_frames"),
        ({"first_frame": 5, "last_frame": 4}, 400, "Frames 5 to 4"),
        ({"last_frame": 7}, 400, "frames 1 to 6"),
        ({"label_id": "0" * 32}, 404, "There is no label"),
        ({"keys_from": "masks"}, 400, "frame 3"),
        ({"keys_from": "session", "session_id": "0" * 32}, 404, "no session"),
        ({"keys_from": "thin air"}, 400, "keys_from"),
        ({"tracker": "sam2"}, 404, "Use the tracker 'flow'"),
        ({"tracker": "bloodhound"}, 400, "tracker"),
        ({"tag": "final"}, 400, "begins as 'submitted'"),
        ({"tag": "../x"}, 400, "is not a valid"),
        ({"speed": 11}, 400, "speed"),
    ],
)
def test_what_cannot_be_propagated_is_refused_and_nothing_is_stored(
    client: TestClient, services: Services, save: Save, wrong: dict[str, Any], status: int, said: str
) -> None:
    save()

    answer = client.post(f"{JOBS}/propagate", json={"image_id": IMAGE_ID, "key_frames": [3], **wrong})

    assert answer.status_code == status, answer.text
    assert said in answer.json()["detail"]
    assert answer.json()["detail"].endswith(".")
    assert client.get(JOBS).json() == {"jobs": []}
    assert services.ledger.jobs() == []
    assert len(services.ledger.labels(IMAGE_ID)) == 1


def test_a_number_that_is_none_is_refused(client: TestClient, save: Save) -> None:
    save()
    body = json.dumps({"image_id": IMAGE_ID, "key_frames": [3], "first_frame": math.nan})

    answer = client.post(f"{JOBS}/propagate", content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == 400
    assert "first_frame" in answer.json()["detail"]


def test_a_run_without_a_label_says_that_one_is_needed(client: TestClient) -> None:
    answer = client.post(f"{JOBS}/propagate", json={"image_id": IMAGE_ID, "key_frames": [3]})

    assert answer.status_code == 404
    assert "Save a mask of one frame first" in answer.json()["detail"]
