"""Clicks, undo, redo and reset by HTTP."""

from datetime import datetime, timedelta

import numpy as np
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from lib.datastore.tables import PromptRow
from lib.server.mask_files import png_of
from lib.server.routes_sessions import sessions_router
from lib.server.services import Services
from tests.unit.server.conftest import MakeServices, Serve
from tests.unit.server.sessions.calls import (
    RUN,
    SHAPE,
    SQUARE,
    a_click,
    begin,
    click,
    client_id,
    mask_at,
    mask_in,
)


def test_a_click_answers_with_the_mask_of_its_frame(client: TestClient, session: str) -> None:
    answer = click(client, session, x=20, y=5, frame_number=3)

    assert (answer["frame_number"], answer["n_pixels"]) == (3, {"vessel": SQUARE})
    assert (mask_in(answer)[3:8, 18:23] == 1).all()
    assert np.array_equal(mask_in(answer), mask_at(client, session, 3))
    assert (answer["n_prompts"], answer["frame_numbers"]) == (1, [3])
    assert not mask_at(client, session, 1).any()


def test_a_frame_starts_from_the_automatic_result(client: TestClient) -> None:
    session = begin(client)
    automatic = mask_at(client, session, 4)

    after = mask_in(click(client, session, x=24, y=16, frame_number=4, is_positive=False))

    assert automatic.sum() == 2 * SHAPE[1]
    assert after.sum() == 2 * SHAPE[1] - 2 * 5


def test_undo_and_redo_go_back_and_forth_over_all_frames(client: TestClient, session: str) -> None:
    click(client, session, frame_number=1)
    click(client, session, x=30, frame_number=1)
    click(client, session, frame_number=2)

    undone = [client.post(f"{session}/undo").json() for _ in range(2)]
    redone = client.post(f"{session}/redo").json()

    assert [(answer["frame_number"], mask_in(answer).sum()) for answer in undone] == [(2, 0), (1, SQUARE)]
    assert (redone["frame_number"], mask_in(redone).sum()) == (1, 2 * SQUARE)
    assert (redone["can_undo"], redone["can_redo"]) == (True, True)


def test_reset_undoes_all(client: TestClient, session: str) -> None:
    click(client, session)
    click(client, session, frame_number=2)

    answer = client.post(f"{session}/reset").json()

    assert (answer["n_prompts"], answer["frame_numbers"], answer["can_redo"]) == (0, [], True)
    assert not mask_at(client, session, 1).any()
    assert not mask_at(client, session, 2).any()


@pytest.mark.parametrize("move", ["undo", "redo"])
def test_there_is_nothing_to_undo_in_a_new_session(client: TestClient, session: str, move: str) -> None:
    answer = client.post(f"{session}/{move}")

    assert answer.status_code == 409
    assert answer.json()["detail"] == f"There is no prompt to {move} in this session."


def test_a_new_prompt_drops_what_was_undone(client: TestClient, session: str) -> None:
    click(client, session)
    client.post(f"{session}/undo")

    click(client, session, x=30)

    assert client.post(f"{session}/redo").status_code == 409
    [prompt] = client.get(session).json()["prompts"]
    assert prompt["points"] == [{"x": 30.0, "y": 10.0}]


def test_every_prompt_is_shown_with_author_time_and_whether_it_counts(client: TestClient) -> None:
    session = begin(client, "ann", start="empty")
    body = a_click(kind="box", overlap="add", frame_number=2, label="catheter")
    body["points"].append({"x": 12.5, "y": 11})
    client.post(f"{session}/prompts", json=body, headers=client_id("ann"))
    client.post(f"{session}/undo", headers=client_id("ann"))

    [prompt] = client.get(session, headers=client_id("ann")).json()["prompts"]

    assert abs(datetime.fromisoformat(prompt.pop("at")) - datetime.now().astimezone()) < timedelta(minutes=1)
    assert prompt == {
        "frame_number": 2,
        "label": "catheter",
        "kind": "box",
        "points": [{"x": 10.0, "y": 10.0}, {"x": 12.5, "y": 11.0}],
        "is_positive": True,
        "overlap": "add",
        "author": "ann",
        "counts": False,
    }


def test_after_a_restart_the_masks_are_the_same_and_nobody_is_asked_again(
    client: TestClient, session: str, make_services: MakeServices, serve: Serve
) -> None:
    click(client, session)
    click(client, session, x=12, y=12, label="catheter", overlap="add")
    click(client, session, x=9, y=9, is_positive=False)
    client.put(f"{session}/frames/2/mask?label=wire", content=png_of(np.eye(*SHAPE, dtype=np.uint8)))
    before = [mask_at(client, session, number) for number in (1, 2)]

    restarted = make_services(RUN)
    again = serve(sessions_router(restarted))

    assert all(map(np.array_equal, before, [mask_at(again, session, number) for number in (1, 2)]))
    assert (restarted.clicks.clicker.answered, restarted.clicks.clicker.encoded) == ([], [])
    assert np.array_equal(mask_in(again.post(f"{session}/undo").json()), np.zeros(SHAPE))


def test_another_engine_changes_nothing_that_was_shown(
    client: TestClient,
    session: str,
    make_services: MakeServices,
    serve: Serve,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = mask_in(click(client, session))
    shown = mask_in(click(client, session, x=30))
    restarted = make_services(RUN)
    monkeypatch.setattr(restarted.clicks.clicker, "_squares", lambda _: [((20, 0), (21, 4))])
    again = serve(sessions_router(restarted))

    after = mask_in(click(again, session, x=2, y=20))
    back = [mask_in(again.post(f"{session}/undo").json()) for _ in range(2)]

    assert after.sum() == shown.sum() + 10
    assert np.array_equal(back[0], shown)
    assert np.array_equal(back[1], first)


def test_prompts_of_before_are_replayed(
    client: TestClient, session: str, services: Services, make_services: MakeServices, serve: Serve
) -> None:
    click(client, session)
    before = mask_in(click(client, session, x=30))
    with services.ledger._database.writing() as connection:
        connection.execute(update(PromptRow).values(label_map=None))

    again = serve(sessions_router(make_services(RUN)))

    assert np.array_equal(mask_at(again, session, 1), before)


def test_a_click_looks_at_its_frame_once_and_answers_one_prompt(
    client: TestClient, session: str, services: Services
) -> None:
    for number in range(5):
        click(client, session, x=5 + 5 * number)
    client.post(f"{session}/undo")
    client.post(f"{session}/redo")
    mask_at(client, session)

    assert services.clicks.clicker.encoded == [0]
    assert len(services.clicks.clicker.answered) == 5
