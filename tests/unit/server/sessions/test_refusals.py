"""What is no prompt, session or mask."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from lib.server.services import Services
from tests.unit.server.sessions.calls import (
    IMAGE_ID,
    SESSIONS,
    a_click,
    prompts_kept,
)


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"points": [{"x": 48, "y": 3}]}, 400, "x=48, y=3 lies outside the frame"),
        ({"points": [{"x": -1, "y": 3}]}, 400, "lies outside the frame"),
        ({"points": [{"x": 1, "y": 1}] * 10_000, "kind": "scribble"}, 400, "at most 1000 items"),
        ({"points": []}, 400, "at least 1 item"),
        ({"points": [{"x": 1, "y": 1}] * 2}, 400, "A point has 1 point, not 2."),
        ({"points": [{"x": 1, "y": 1}], "kind": "box"}, 400, "A box has 2 points, not 1."),
        ({"points": [{"x": 1}]}, 400, "body.points.0.y"),
        ({"points": [{"x": 1, "y": 10**400}]}, 400, "body.points.0.y"),
        ({"points": [[1, 1]]}, 400, "body.points.0"),
        ({"label": "unicorn"}, 404, "There is no label 'unicorn'"),
        ({"frame_number": 5}, 404, "has the frames 1 to 4; there is no frame 5"),
        ({"frame_number": 0}, 400, "body.frame_number"),
        ({"frame_number": 10**30}, 400, "body.frame_number"),
        ({"kind": "circle"}, 400, "body.kind"),
        ({"overlap": "xor"}, 400, "body.overlap"),
        ({"colour": "red"}, 400, "body.colour"),
    ],
)
def test_what_is_no_prompt_is_refused_with_a_sentence_and_nothing_is_stored(
    client: TestClient, session: str, services: Services, change: dict[str, Any], status: int, said: str
) -> None:
    answer = client.post(f"{session}/prompts", json={**a_click(), **change})

    assert (answer.status_code, said in answer.json()["detail"]) == (status, True), answer.text
    assert prompts_kept(services) == 0
    assert client.get(session).json()["n_prompts"] == 0


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e999", '"here"', "null"])
def test_a_coordinate_that_is_no_number_is_refused(
    client: TestClient, session: str, services: Services, value: str
) -> None:
    body = f'{{"frame_number": 1, "label": "vessel", "points": [{{"x": {value}, "y": 1}}]}}'

    answer = client.post(f"{session}/prompts", content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == 400
    assert "body.points.0.x" in answer.json()["detail"]
    assert prompts_kept(services) == 0


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"image_id": "1.2.3"}, 404),
        ({"image_id": "../x"}, 400),
        ({}, 400),
        ({"image_id": IMAGE_ID, "start": "somewhere"}, 400),
        ({"image_id": IMAGE_ID, "start": "0" * 32}, 404),
        ({"image_id": IMAGE_ID, "clean_up": {"min_area_px": -1}}, 400),
        ({"image_id": IMAGE_ID, "owner": "ann"}, 400),
    ],
)
def test_what_is_no_session_is_not_begun(client: TestClient, body: dict[str, Any], status: int) -> None:
    assert client.post(SESSIONS, json=body).status_code == status
    assert client.get(SESSIONS).json() == {"sessions": []}


@pytest.mark.parametrize("path", ["", "/frames/1/mask.png", "/frames/1/mask.npy"])
@pytest.mark.parametrize("session_id", ["0" * 32, "no-such"])
def test_an_unknown_session_is_not_found(client: TestClient, session_id: str, path: str) -> None:
    answer = client.get(f"{SESSIONS}/{session_id}{path}")

    assert answer.status_code == 404
    assert answer.json()["detail"].startswith(f"You have no session '{session_id}'")


@pytest.mark.parametrize(("path", "status"), [("0/mask.png", 400), ("5/mask.png", 404), ("1/mask.gif", 400)])
def test_a_mask_of_no_frame_or_format_is_refused(
    client: TestClient, session: str, path: str, status: int
) -> None:
    assert client.get(f"{session}/frames/{path}").status_code == status
