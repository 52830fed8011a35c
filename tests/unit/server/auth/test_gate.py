"""Nobody gets past the gate who may not."""

import anyio
import pytest
from starlette.testclient import WebSocketDenialResponse
from starlette.types import Message
from starlette.websockets import WebSocketDisconnect

from lib.access.roles import Role
from lib.errors import SignInWantedError
from lib.server.auth.known import STRANGER, person_of
from tests.unit.server.auth.conftest import Guarded, House


def test_whoever_shows_nothing_is_asked_who_they_are(house: House) -> None:
    answer = house.client().get("/info/")

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert "API key" in answer.json()["detail"]


def test_whether_the_server_lives_is_told_to_everybody(house: House) -> None:
    assert house.client().get("/fluoro/api/health").text == '"alive"'


def test_a_key_lets_its_owner_in_under_their_name(house: House) -> None:
    answer = house.with_key(name="Dr. Ada").get("/info/")

    assert answer.json() == {"owner": "Dr. Ada", "signed_in": "Dr. Ada"}


def test_nobody_can_give_themselves_another_name(house: House) -> None:
    client = house.with_key(name="ada")

    answer = client.get("/info/", headers={"X-Client-Id": "bob"})

    assert answer.json()["owner"] == "ada"


def test_a_role_that_is_too_low_is_told_which_it_takes(house: House) -> None:
    answer = house.with_key(Role.VIEWER).put("/fluoro/api/runs/1.2/state")

    assert answer.status_code == 403
    assert answer.json()["detail"].startswith("ada has the role viewer; this takes the role annotator.")


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.ADMIN])
def test_a_higher_role_may_all_that_a_lower_one_may(house: House, role: Role) -> None:
    assert house.with_key(role).put("/fluoro/api/runs/1.2/state").status_code == 200


def test_a_revoked_key_opens_nothing_from_the_next_request_on(house: House) -> None:
    client = house.with_key()
    before = client.get("/info/").status_code

    house.access.keys.revoke("ada")

    answer = client.get("/info/")
    assert (before, answer.status_code) == (200, 401)
    assert "was revoked" in answer.json()["detail"]


def test_a_key_that_has_expired_opens_nothing(house: House) -> None:
    key = house.key(days=-1)

    answer = house.client(Authorization=f"Bearer {key}").get("/info/")

    assert answer.status_code == 401
    assert "expired" in answer.json()["detail"]


@pytest.mark.parametrize(
    "shown", ["", "Basic YWRhOmFkYQ==", "Bearer", "Bearer x", "Bearer fv_00000000_" + "A" * 43, "None None"]
)
def test_what_is_no_key_opens_nothing(house: House, shown: str) -> None:
    assert house.client(Authorization=shown).get("/info/").status_code == 401


def test_a_route_that_is_in_no_rule_is_there_for_nobody(house: House) -> None:
    assert house.with_key(Role.ADMIN).get("/forgotten").status_code == 404
    assert house.client().get("/forgotten").status_code == 401


def test_another_method_than_the_rules_is_refused_with_those_that_there_are(house: House) -> None:
    answer = house.with_key(Role.ADMIN).delete("/info/")

    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET"


def test_not_a_byte_of_a_body_is_read_from_who_may_not(house: House) -> None:
    sent: list[Message] = []
    scope = {"type": "http", "method": "PUT", "path": "/fluoro/api/runs/1.2/state", "query_string": b""}

    async def receive() -> Message:
        raise AssertionError("the body was read")

    async def send(message: Message) -> None:
        sent.append(message)

    anyio.run(house.app, {**scope, "headers": [(b"content-length", b"9")]}, receive, send)

    assert sent[0]["status"] == 401


def test_a_person_with_a_browser_is_led_to_the_sign_in_page_and_back(house: House) -> None:
    browser = house.client(Accept="text/html,*/*")

    answer = browser.get("/ohif/viewer?StudyInstanceUIDs=1.2")

    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?next=%2Fohif%2Fviewer%3FStudyInstanceUIDs%3D1.2"


def test_who_did_not_sign_in_is_nobody_whatever_they_call_themselves(house: House) -> None:
    scope = {"type": "http", "method": "GET", "path": "/info/", "query_string": b"", "headers": []}
    scope["headers"] = [(b"x-client-id", b"Dr. Ada")]

    with pytest.raises(SignInWantedError):
        anyio.run(house.access.door().let_in, scope)

    assert person_of(scope) == STRANGER


def test_there_are_no_web_sockets(house: House) -> None:
    with (
        pytest.raises((WebSocketDisconnect, WebSocketDenialResponse)),
        house.with_key(Role.ADMIN).websocket_connect("/info/"),
    ):
        pass


def test_a_key_file_that_others_may_write_opens_nothing(house: House) -> None:
    client = house.with_key()
    house.access.keys.path.chmod(0o666)

    answer = client.get("/info/")

    assert answer.status_code == 507
    assert "chmod" in answer.json()["detail"]


def test_where_nobody_signs_in_whoever_is_here_may_all(guarded: Guarded) -> None:
    client = guarded(enabled=False).client(**{"X-Client-Id": "bob"})

    assert client.get("/info/").json() == {"owner": "bob", "signed_in": None}
    assert client.post("/fluoro/api/models/rollback").status_code == 200


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "[::1]:8000"])
def test_where_nobody_signs_in_this_machine_answers_by_its_own_names(guarded: Guarded, host: str) -> None:
    assert guarded(enabled=False).client().get("/info/", headers={"Host": host}).status_code == 200


def test_where_nobody_signs_in_a_name_that_a_page_made_up_is_refused(guarded: Guarded) -> None:
    client = guarded(enabled=False, hosts=["viewer.local"]).client()

    rebound = client.get("/info/", headers={"Host": "evil.example:8000"})
    listed = client.get("/info/", headers={"Host": "viewer.local:8000"})

    assert (rebound.status_code, listed.status_code) == (403, 200)
    assert "FLUORO_AUTH__HOSTS" in rebound.json()["detail"]


@pytest.mark.parametrize("address", ["192.168.1.7", "fd00::1"])
def test_where_nobody_signs_in_the_network_gets_no_answer(guarded: Guarded, address: str) -> None:
    host = f"[{address}]" if ":" in address else address

    answer = guarded(enabled=False).client(f"http://{host}:8000").get("/info/")

    assert answer.status_code == 403
    assert "loopback only" in answer.json()["detail"]
