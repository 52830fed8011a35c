"""Whose sessions are whose, and until when."""

from fastapi.testclient import TestClient
from sqlalchemy import text

from lib.server.services import Services
from tests.unit.server.sessions.calls import (
    IMAGE_ID,
    SESSIONS,
    a_click,
    begin,
    click,
    client_id,
    prompts_kept,
)


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
