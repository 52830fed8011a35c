"""Drawn masks, clean-up, and sessions that become labels."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from httpx import Response

from lib.datastore.states import RunState
from lib.datastore.volumes import read_label
from lib.server.mask_files import npy_of, png_of
from lib.server.services import Services
from tests.unit.server.sessions.calls import (
    IMAGE_ID,
    SHAPE,
    SQUARE,
    begin,
    click,
    client_id,
    mask_at,
    prompts_kept,
)


@pytest.mark.parametrize("encode", [png_of, npy_of])
def test_a_drawn_mask_is_a_prompt_like_others(client: TestClient, session: str, encode: Any) -> None:
    click(client, session)
    drawn = np.zeros(SHAPE, np.uint8)
    drawn[:, 40:] = 9

    answer = client.put(f"{session}/frames/1/mask?label=catheter&overlap=add", content=encode(drawn)).json()

    assert answer["n_pixels"] == {"vessel": SQUARE, "catheter": int((drawn > 0).sum())}
    assert [prompt["kind"] for prompt in client.get(session).json()["prompts"]] == ["point", "mask"]
    assert client.post(f"{session}/undo").json()["n_pixels"] == {"vessel": SQUARE}


@pytest.mark.parametrize(
    ("query", "data", "status", "said"),
    [
        ("label=vessel", npy_of(np.zeros((48, 32), np.uint8)), 400, "has shape (48, 32)"),
        ("label=vessel", b"nothing", 400, "neither PNG nor .npy"),
        ("label=unicorn", npy_of(np.zeros(SHAPE, np.uint8)), 404, "unicorn"),
        ("overlap=add", npy_of(np.zeros(SHAPE, np.uint8)), 400, "query.label"),
    ],
)
def test_what_is_no_mask_of_the_frame_is_refused_and_not_stored(
    client: TestClient, session: str, services: Services, query: str, data: bytes, status: int, said: str
) -> None:
    answer = client.put(f"{session}/frames/1/mask?{query}", content=data)

    assert (answer.status_code, said in answer.json()["detail"]) == (status, True), answer.text
    assert prompts_kept(services) == 0


def test_clean_up_is_done_after_each_prompt(client: TestClient) -> None:
    session = begin(client, clean_up={"only_clicked": True})

    answer = click(client, session, x=5, y=5, frame_number=4)

    assert answer["n_pixels"] == {"vessel": SQUARE}
    assert answer["clean_up"] == {"only_clicked": True, "min_area_px": 0, "fill_holes_px": 0}


def test_a_session_becomes_a_label_of_its_run(client: TestClient, session: str, services: Services) -> None:
    click(client, session, frame_number=2)
    click(client, session, frame_number=2, x=30, label="catheter")

    answer = client.post(f"{session}/save", json={"tag": "draft", "finished_frame_numbers": [2]})

    assert answer.status_code == 201, answer.text
    saved = services.ledger.label(answer.json()["label_id"])
    label_map = read_label(services.desk.path(saved))[0].transpose(2, 1, 0)
    assert np.array_equal(label_map[1], mask_at(client, session, 2))
    assert not label_map[[0, 2, 3]].any()
    assert (saved.tag, saved.author, saved.model, saved.finished_frames) == (
        "draft",
        "local",
        "squares@1",
        (1,),
    )
    assert saved.info["session_id"] == session.rpartition("/")[2]
    assert services.ledger.run(IMAGE_ID).state is RunState.IN_PROGRESS


def test_a_label_is_submitted_where_nobody_says_otherwise(client: TestClient, session: str) -> None:
    click(client, session)

    answer = client.post(f"{session}/save", json={}).json()

    assert (answer["tag"], answer["state"], answer["version"]) == ("final", "submitted", 1)
    assert answer["seg_sop_instance_uid"]


def test_an_automatic_result_that_needs_no_prompt_is_saved_when_its_frame_is_named(
    client: TestClient, services: Services
) -> None:
    session = begin(client)

    answer = client.post(f"{session}/save", json={"tag": "draft", "frame_numbers": [4]}).json()

    label_map = read_label(services.desk.path(services.ledger.label(answer["label_id"])))[0]
    assert [int((label_map[:, :, t] > 0).sum()) for t in range(4)] == [0, 0, 0, 2 * SHAPE[1]]


def test_a_session_may_start_from_a_saved_label_and_keeps_its_other_frames(
    client: TestClient, session: str, services: Services
) -> None:
    click(client, session, frame_number=1)
    click(client, session, frame_number=2)
    first = client.post(f"{session}/save", json={"tag": "draft"}).json()

    second = begin(client, start=first["label_id"])
    click(client, second, x=30, frame_number=2)
    saved = client.post(f"{second}/save", json={"tag": "draft"}).json()

    label_map = read_label(services.desk.path(services.ledger.label(saved["label_id"])))[0]
    assert [int((label_map[:, :, t] > 0).sum()) for t in range(4)] == [SQUARE, 2 * SQUARE, 0, 0]
    assert saved["version"] == 2


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"tag": "../x"}, 400),
        ({"frame_numbers": [5]}, 404),
        ({"finished_frame_numbers": [5]}, 400),
        ({"frame_numbers": []}, 409),
    ],
)
def test_what_cannot_be_saved_is_refused_and_nothing_is_stored(
    client: TestClient, session: str, services: Services, body: dict[str, Any], status: int
) -> None:
    click(client, session)

    answer = client.post(f"{session}/save", json=body)

    assert answer.status_code == status, answer.text
    assert services.ledger.labels(IMAGE_ID) == []


def test_a_session_without_prompts_has_nothing_to_save(client: TestClient, session: str) -> None:
    answer = client.post(f"{session}/save", json={})

    assert answer.status_code == 409
    assert "has no prompts, so there is nothing to save" in answer.json()["detail"]


def test_the_routes_are_described_in_the_openapi(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]

    operations = [operation for path in paths.values() for operation in path.values()]
    assert len(operations) == 11
    assert all(operation["summary"] for operation in operations)
    assert all({"400", "404", "409"} <= operation["responses"].keys() for operation in operations)


def save_as(client: TestClient, owner: str, **body: Any) -> Response:
    session = begin(client, owner, start="empty")
    body = {"tag": "draft", "frame_numbers": [1], **body}
    return client.post(f"{session}/save", json=body, headers=client_id(owner))


def test_a_label_that_somebody_else_saved_meanwhile_is_not_written_over(
    client: TestClient, services: Services
) -> None:
    first = save_as(client, "ann").json()["label_id"]
    save_as(client, "ben", base_label_id=first)

    late = [save_as(client, "ann", base_label_id=base) for base in (first, None)]

    for answer in late:
        assert answer.status_code == 409
        assert (
            f"'ben' saved version 2 of label 'draft' of run {IMAGE_ID} meanwhile" in answer.json()["detail"]
        )
    assert len(services.ledger.labels(IMAGE_ID)) == 2
    assert len(services.ledger.files()) == len(list((services.settings.data / "labels_saved").rglob("*.gz")))


@pytest.mark.parametrize("body", [{"overwrite": True}, {}])
def test_who_wants_it_or_does_not_say_saves_in_any_case(client: TestClient, body: dict[str, Any]) -> None:
    first = save_as(client, "ann").json()["label_id"]
    save_as(client, "ben")
    if body:
        body = {**body, "base_label_id": first}

    assert save_as(client, "ann", **body).json()["version"] == 3


def test_who_saw_the_newest_or_made_it_saves(client: TestClient, services: Services) -> None:
    none_yet = save_as(client, "ann", base_label_id=None)
    own_newest = save_as(client, "ann", base_label_id=None)
    seen = save_as(client, "ben", base_label_id=own_newest.json()["label_id"])
    other_tag = save_as(client, "ann", tag="final", base_label_id=None)
    services.ledger.remove_label(seen.json()["label_id"], "ben")
    after_removal = save_as(client, "ann", base_label_id=own_newest.json()["label_id"])

    answers = (none_yet, own_newest, seen, other_tag, after_removal)
    assert [answer.status_code for answer in answers] == [201] * 5


def test_of_two_who_save_at_once_one_is_told(client: TestClient) -> None:
    sessions = {owner: begin(client, owner, start="empty") for owner in ("ann", "ben", "cem", "dee")}
    body = {"tag": "draft", "frame_numbers": [1], "base_label_id": None}

    def save(owner: str) -> int:
        return client.post(f"{sessions[owner]}/save", json=body, headers=client_id(owner)).status_code

    with ThreadPoolExecutor(4) as people:
        statuses = sorted(people.map(save, sessions))

    assert statuses == [201, 409, 409, 409]


def test_a_base_that_is_no_label_of_the_run_is_not_found(client: TestClient, services: Services) -> None:
    answer = save_as(client, "ann", base_label_id="0" * 32)

    assert answer.status_code == 404
    assert services.ledger.labels(IMAGE_ID) == []


@pytest.mark.parametrize(
    "body",
    [
        {"base_label_id": "x"},
        {"seconds": -1},
        {"seconds": 1.5},
        {"seconds": "5"},
        {"seconds": True},
        {"n_actions": -1},
        {"n_actions": 10**10},
        {"overwrite": "perhaps"},
        {"tag": "../x"},
    ],
)
def test_what_cannot_be_said_of_a_save_is_refused(
    client: TestClient, services: Services, body: dict[str, Any]
) -> None:
    assert save_as(client, "ann", **body).status_code == 400
    assert services.ledger.labels(IMAGE_ID) == []


def test_time_and_actions_are_kept_with_the_label(client: TestClient, services: Services) -> None:
    said = save_as(client, "ann", seconds=0, n_actions=7).json()["label_id"]
    unsaid = save_as(client, "ann", seconds=None).json()["label_id"]

    info = services.ledger.label(said).info
    assert (info["seconds"], info["n_actions"]) == (0, 7)
    assert not {"seconds", "n_actions"} & services.ledger.label(unsaid).info.keys()


def test_the_ledger_knows_which_labels_of_the_table_a_saved_label_has(
    client: TestClient, session: str, services: Services
) -> None:
    click(client, session, label="catheter")
    click(client, session, x=30, label="LAD mid")
    saved = client.post(f"{session}/save", json={"tag": "draft"}).json()["label_id"]

    assert services.ledger.label(saved).label_indices == (2, 22)
    assert services.ledger.held_indices() == {2, 22}
    assert services.ledger.label(save_as(client, "ann").json()["label_id"]).label_indices == ()
