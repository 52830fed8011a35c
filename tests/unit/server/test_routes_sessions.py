"""Sessions of prompts by HTTP, with a click engine whose clicks are squares of 5 x 5 pixels."""

import base64
import io
from datetime import datetime, timedelta
from typing import Any

import cv2
import numpy as np
import pytest
from fastapi.testclient import TestClient
from numpy.typing import NDArray
from sqlalchemy import text

from lib.datastore.states import RunState
from lib.datastore.volumes import read_label
from lib.server.mask_files import npy_of, png_of
from lib.server.routes_sessions import sessions_router
from lib.server.services import Services
from tests.builders import build_xa, draw_run
from tests.unit.server.conftest import MakeServices, Serve

RUN = build_xa(n_frames=4)
IMAGE_ID = str(RUN.SOPInstanceUID)
SESSIONS = "/fluoro/api/sessions"
SHAPE = draw_run().shape[1:]
SQUARE = 25


@pytest.fixture
def services(make_services: MakeServices) -> Services:
    return make_services(RUN)


@pytest.fixture
def client(services: Services, serve: Serve) -> TestClient:
    return serve(sessions_router(services))


@pytest.fixture
def session(client: TestClient) -> str:
    """The address of an empty session."""
    return begin(client, start="empty")


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


def test_after_a_restart_a_replay_gives_the_same_masks(
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
    assert len(restarted.clicks.clicker.answered) == 3
    assert np.array_equal(mask_in(again.post(f"{session}/undo").json()), np.zeros(SHAPE))


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


def test_other_peoples_sessions_are_not_there(client: TestClient) -> None:
    session = begin(client, "ann", start="empty")

    refused = [
        client.request(method, f"{session}{path}", json=body, headers=client_id(owner))
        for owner in ("ben", None)
        for method, path, body in (
            ("GET", "", None),
            ("POST", "/prompts", a_click()),
            ("POST", "/undo", None),
            ("POST", "/reset", None),
            ("GET", "/frames/1/mask.png", None),
            ("POST", "/save", {}),
            ("DELETE", "", None),
        )
    ]

    assert {answer.status_code for answer in refused} == {404}
    assert client.get(SESSIONS, headers=client_id("ben")).json() == {"sessions": []}
    mine = client.get(session, headers=client_id("ann")).json()
    assert (mine["n_prompts"], mine["prompts"]) == (0, [])


def test_own_sessions_are_listed_the_one_changed_last_first(client: TestClient) -> None:
    first, second = begin(client), begin(client)
    click(client, first)

    listed = client.get(SESSIONS, params={"image_id": IMAGE_ID}).json()["sessions"]

    assert [f"{SESSIONS}/{one['session_id']}" for one in listed] == [first, second]
    assert client.get(SESSIONS, params={"image_id": "1.2.3"}).json() == {"sessions": []}


def test_a_closed_session_is_not_there_any_more(client: TestClient, session: str) -> None:
    assert client.delete(session).status_code == 204

    assert client.get(session).status_code == 404


def test_an_expired_session_says_so_and_takes_nothing(
    client: TestClient, session: str, services: Services
) -> None:
    with services.ledger._database.writing() as connection:
        connection.execute(text("UPDATE sessions SET used_at = '2020-01-01T00:00:00.000000+00:00'"))

    answers = [client.post(f"{session}/prompts", json=a_click()), client.get(session)]

    for answer in answers:
        assert answer.status_code == 404
        assert "expired: nobody used it for 1440 minutes. Nothing was stored" in answer.json()["detail"]
    assert prompts_kept(services) == 0


def prompts_kept(services: Services) -> int:
    with services.ledger._database.reading() as connection:
        return int(connection.execute(text("SELECT count(*) FROM prompts")).scalar_one())


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
