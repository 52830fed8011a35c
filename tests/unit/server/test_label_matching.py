"""Spoken words by HTTP: which labels they may mean."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from lib.server.routes_label_table import label_table_router
from tests.unit.server.conftest import MakeServices, Serve

TABLE = "/fluoro/api/label-table"


@pytest.fixture
def client(make_services: MakeServices, serve: Serve) -> TestClient:
    return serve(label_table_router(make_services()))


def test_what_was_said_is_matched_with_own_labels_too(client: TestClient) -> None:
    client.post(TABLE, json={"name": "septal branch"})

    answers = [
        client.post(f"{TABLE}/match", json={"text": said}).json()
        for said in ("proximal L A D", "septal", "banana")
    ]

    assert answers[0] == {
        "heard": "proximal lad",
        "candidates": [{"index": 21, "name": "LAD proximal", "score": 1.0}],
    }
    assert [candidate["index"] for candidate in answers[1]["candidates"]] == [128]
    assert answers[2] == {"heard": "banana", "candidates": []}


@pytest.mark.parametrize("body", [{}, {"text": "x" * 201}, {"text": None}, {"text": "6", "more": 1}])
def test_what_cannot_have_been_said_is_refused(client: TestClient, body: dict[str, Any]) -> None:
    assert client.post(f"{TABLE}/match", json=body).status_code == 400
