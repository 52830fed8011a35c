from typing import Any

import pytest

from lib.activelearning.background import Background
from lib.errors import UnknownStrategyError
from lib.server.routes_next import next_router
from tests.unit.server.conftest import Serve


class SuggestingApp:
    """Suggests one run, and notes who asked for it how."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self.answer = answer
        self.requests: list[dict[str, Any]] = []

    def next_sample(self, request: dict[str, Any]) -> dict[str, Any]:
        self.requests.append(request)
        if request["strategy"] == "epistemic":
            raise UnknownStrategyError("epistemic", ["mixed"])
        return self.answer

    def datastore(self) -> "SuggestingApp":
        return self

    def get_image_info(self, image_id: str) -> dict[str, Any]:
        return {"name": image_id, "n_frames": 48}


def never() -> Background:
    """Return what scores nothing."""
    return Background(None, 0, lambda: False)  # type: ignore[arg-type]


def test_an_answer_has_the_suggestion_and_what_is_known_of_the_run(serve: Serve) -> None:
    app = SuggestingApp({"id": "1.2", "frames": [30], "frame_numbers": [31], "reason": "It is new."})

    answer = serve(next_router(app, never())).post("/activelearning/mixed", json={"label_tag": "final"})

    assert answer.json() == {
        "id": "1.2",
        "frames": [30],
        "frame_numbers": [31],
        "reason": "It is new.",
        "name": "1.2",
        "n_frames": 48,
    }
    assert app.requests[0]["label_tag"] == "final"


def test_nothing_left_is_an_empty_answer(serve: Serve) -> None:
    assert serve(next_router(SuggestingApp({}), never())).post("/activelearning/first").json() == {}


@pytest.mark.parametrize(
    ("headers", "body", "asker"),
    [
        ({"X-Client-Id": "anna"}, None, "anna"),
        ({}, {"client_id": "slicer-1"}, "slicer-1"),
        ({"X-Client-Id": "anna"}, {"client_id": "slicer-1", "user": "root"}, "slicer-1"),
        ({}, {}, "local"),
    ],
)
def test_who_asks_is_known_by_the_body_or_the_header(
    serve: Serve, headers: dict[str, str], body: dict[str, str] | None, asker: str
) -> None:
    app = SuggestingApp({})

    serve(next_router(app, never())).post("/activelearning/first", json=body, headers=headers)

    assert (app.requests[0]["client_id"], app.requests[0]["user"]) == (asker, None)


def test_a_name_that_is_none_is_refused(serve: Serve) -> None:
    client = serve(next_router(SuggestingApp({}), never()))

    answer = client.post("/activelearning/first", json={"client_id": ["anna"]})

    assert answer.status_code == 400
    assert "client_id" in answer.json()["detail"]


def test_an_unknown_strategy_is_not_found(serve: Serve) -> None:
    answer = serve(next_router(SuggestingApp({}), never())).post("/activelearning/epistemic")

    assert answer.status_code == 404
    assert "epistemic" in answer.json()["detail"]
