"""The label table by HTTP: what it shows, what people may change of it, and what holds a label."""

import logging
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from lib.labels import load_label_table
from lib.server.routes_label_table import label_table_router
from lib.server.routes_masks import masks_router
from lib.server.routes_sessions import sessions_router
from lib.server.services import Services
from tests.builders import build_xa
from tests.unit.server.conftest import MakeServices, Serve

TABLE = "/fluoro/api/label-table"
RUN = build_xa(n_frames=4)
IMAGE_ID = str(RUN.SOPInstanceUID)


@pytest.fixture
def services(make_services: MakeServices) -> Services:
    return make_services(RUN)


@pytest.fixture
def client(services: Services, serve: Serve) -> TestClient:
    return serve(label_table_router(services), sessions_router(services), masks_router(services))


def listed(client: TestClient) -> dict[int, dict[str, Any]]:
    return {label["index"]: label for label in client.get(TABLE).json()["labels"]}


def add(client: TestClient, name: str = "septal branch", **more: Any) -> dict[str, Any]:
    answer = client.post(TABLE, json={"name": name, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


def begin(client: TestClient) -> str:
    answer = client.post("/fluoro/api/sessions", json={"image_id": IMAGE_ID, "start": "empty"})
    return f"/fluoro/api/sessions/{answer.json()['session_id']}"


def click(client: TestClient, session: str, label: str) -> dict[str, Any]:
    body = {"frame_number": 1, "label": label, "points": [{"x": 9, "y": 9}]}
    answer = client.post(f"{session}/prompts", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_table_lists_every_label_by_its_index(client: TestClient) -> None:
    labels = listed(client)

    assert list(labels) == sorted(labels)
    assert len(labels) == 62
    assert labels[21] == {
        "index": 21,
        "name": "LAD proximal",
        "set": "coronary",
        "number": "6",
        "color": "#ffa740",
        "synonyms": ["proximal LAD", "prox LAD", "pLAD", "proximal left anterior descending"],
        "is_own": False,
    }


def test_an_added_label_can_be_used_at_once_everywhere(client: TestClient, services: Services) -> None:
    added = add(client, color="#0A0b0C", synonyms=["septal"])

    assert added == {
        "index": 128,
        "name": "septal branch",
        "set": "own",
        "number": None,
        "color": "#0a0b0c",
        "synonyms": ["septal"],
        "is_own": True,
    }
    assert listed(client)[128] == added
    assert click(client, begin(client), "septal")["n_pixels"] == {"septal branch": 25}
    assert services.desk.table.by_index(128).name == "septal branch"


def test_what_was_added_is_there_after_a_restart(client: TestClient, services: Services) -> None:
    add(client)
    client.put(f"{TABLE}/1", json={"color": "#010203"})

    again = load_label_table(services.settings.labels, services.settings.data / "labels")

    assert again == services.desk.table
    assert again.by_index(1).color == (1, 2, 3)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": "x" * 65},
        {"name": 5},
        {"name": "septal", "color": "red"},
        {"name": "septal", "color": "#12345"},
        {"name": "septal", "synonyms": "s"},
        {"name": "septal", "synonyms": ["a\\b"]},
        {"name": "septal", "synonyms": [f"s{number}" for number in range(33)]},
        {"name": "septal", "index": 3},
        {"name": "--"},
        {"name": "a\u0000b"},
    ],
)
def test_what_cannot_be_a_label_is_refused_and_nothing_stored(
    client: TestClient, services: Services, body: dict[str, Any]
) -> None:
    answer = client.post(TABLE, json=body)

    assert answer.status_code == 400
    assert isinstance(answer.json()["detail"], str)
    assert len(listed(client)) == 62
    assert not (services.settings.data / "labels").exists()


def test_a_taken_name_is_a_conflict(client: TestClient) -> None:
    answer = client.post(TABLE, json={"name": "Prox LAD"})

    assert answer.status_code == 409
    assert answer.json()["detail"] == (
        "'Prox LAD' is a name of the label 'LAD proximal' already. Choose another; nothing was stored."
    )


def test_a_rename_keeps_index_and_masks_and_the_old_name_is_a_synonym(client: TestClient) -> None:
    add(client)
    session = begin(client)
    click(client, session, "septal branch")

    renamed = client.put(f"{TABLE}/128", json={"name": "first septal", "color": "#ABCDEF"}).json()

    assert (renamed["index"], renamed["name"], renamed["color"]) == (128, "first septal", "#abcdef")
    assert renamed["synonyms"] == ["septal branch"]
    assert click(client, session, "septal branch")["n_pixels"] == {"first septal": 25}


def test_what_nobody_says_stays(client: TestClient) -> None:
    before = add(client, synonyms=["septal"])

    assert client.put(f"{TABLE}/128", json={}).json() == before


def test_a_label_of_the_project_takes_a_colour_but_no_name(client: TestClient) -> None:
    recoloured = client.put(f"{TABLE}/2", json={"color": "#010203"})
    renamed = client.put(f"{TABLE}/2", json={"name": "tube", "color": "#ffffff"})

    assert (recoloured.status_code, recoloured.json()["color"]) == (200, "#010203")
    assert renamed.status_code == 409
    assert "'catheter' belongs to this project and cannot be renamed" in renamed.json()["detail"]
    assert listed(client)[2] == recoloured.json()


@pytest.mark.parametrize(("index", "status"), [(7, 404), (128, 404), (0, 400), (256, 400), ("x", 400)])
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_an_index_without_a_label_is_not_found(
    client: TestClient, method: str, index: object, status: int
) -> None:
    body = {"json": {"name": "x"}} if method == "PUT" else {}

    assert client.request(method, f"{TABLE}/{index}", **body).status_code == status


def test_an_unused_label_can_be_deleted(client: TestClient) -> None:
    add(client)

    assert client.delete(f"{TABLE}/128").status_code == 204

    assert 128 not in listed(client)
    assert add(client)["index"] == 128


def test_a_label_of_the_project_is_not_deleted(client: TestClient) -> None:
    answer = client.delete(f"{TABLE}/1")

    assert answer.status_code == 409
    assert "'vessel' belongs to this project and cannot be deleted" in answer.json()["detail"]


def test_a_label_that_a_saved_label_has_is_not_deleted_and_its_index_not_given_again(
    client: TestClient, services: Services
) -> None:
    add(client)
    session = begin(client)
    click(client, session, "septal branch")
    saved = client.post(f"{session}/save", json={"tag": "draft"}).json()
    client.delete(session)

    answer = client.delete(f"{TABLE}/128")
    services.ledger.remove_label(saved["label_id"], "ann")
    removed = client.delete(f"{TABLE}/128")

    assert answer.status_code == removed.status_code == 409
    assert answer.json()["detail"] == removed.json()["detail"]
    assert answer.json()["detail"].startswith(
        "The label 'septal branch' cannot be deleted, because these have it: 1 saved label. Saved labels keep"
    )
    assert 128 in listed(client)


def test_a_label_saved_before_its_indices_were_noted_is_read(client: TestClient, services: Services) -> None:
    add(client)
    add(client, "conus branch")
    session = begin(client)
    click(client, session, "septal branch")
    saved = client.post(f"{session}/save", json={"tag": "draft"}).json()
    client.delete(session)
    with services.ledger._database.writing() as connection:
        connection.execute(text("UPDATE labels SET label_indices = NULL"))

    used, unused = client.delete(f"{TABLE}/128"), client.delete(f"{TABLE}/129")

    assert (used.status_code, unused.status_code) == (409, 204)
    assert services.ledger.label(saved["label_id"]).label_indices == (128,)


def test_a_label_whose_file_is_lost_may_have_any_index(client: TestClient, services: Services) -> None:
    add(client)
    session = begin(client)
    click(client, session, "vessel")
    saved = client.post(f"{session}/save", json={"tag": "draft"}).json()
    services.desk.path(services.ledger.label(saved["label_id"])).unlink()
    with services.ledger._database.writing() as connection:
        connection.execute(text("UPDATE labels SET label_indices = NULL"))

    answer = client.delete(f"{TABLE}/128")

    assert answer.status_code == 409
    assert "1 saved label whose file is lost" in answer.json()["detail"]


def test_a_label_in_a_session_is_not_deleted_until_the_session_is_closed(client: TestClient) -> None:
    add(client)
    session = begin(client)
    click(client, session, "septal branch")
    client.post(f"{session}/undo")

    open_session = client.delete(f"{TABLE}/128")
    client.delete(session)
    closed = client.delete(f"{TABLE}/128")

    assert (open_session.status_code, closed.status_code) == (409, 204)
    assert "these have it: 1 session." in open_session.json()["detail"]
    assert add(client, "conus branch")["index"] == 129, "a prompt that is kept still says 128"


def test_a_label_of_a_mask_is_not_deleted(client: TestClient) -> None:
    add(client)
    body = {"image_id": IMAGE_ID, "frame_number": 1, "label": "septal branch", "points": [{"x": 9, "y": 9}]}
    client.post("/fluoro/api/masks", json=body)

    with_mask = client.delete(f"{TABLE}/128")
    client.delete("/fluoro/api/masks", params={"image_id": IMAGE_ID})

    assert with_mask.status_code == 409
    assert "these have it: 1 mask." in with_mask.json()["detail"]
    assert client.delete(f"{TABLE}/128").status_code == 204


def test_words_of_people_are_not_in_the_log(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    add(client, "CANARY one")
    client.put(f"{TABLE}/128", json={"name": "CANARY two"})
    client.post(f"{TABLE}/match", json={"text": "CANARY three"})
    client.delete(f"{TABLE}/128")

    own = [record for record in caplog.records if record.name.startswith("lib")]
    assert [record.getMessage() for record in own] == [
        "added label 128",
        "changed label 128",
        "deleted label 128",
    ]
