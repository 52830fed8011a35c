"""MONAI Label's contract for signing in."""

import pytest

from lib.access.roles import Role
from tests.unit.server.auth.conftest import Guarded, House


def test_a_client_is_told_whether_it_has_to_sign_in(house: House, guarded: Guarded) -> None:
    assert house.client().get("/auth/").json()["enabled"] is True
    assert guarded(enabled=False).client().get("/auth/").json()["enabled"] is False


def test_a_key_as_password_gives_a_token_that_is_good_for_requests(house: House) -> None:
    key = house.key(Role.REVIEWER)

    given = house.client().post("/auth/token", data={"username": "whoever", "password": key}).json()
    client = house.client(Authorization=f"{given['token_type']} {given['access_token']}")

    assert given["expires_in"] == 36_000
    assert given["access_token"] != key
    assert client.get("/auth/token/valid").json()["roles"] == ["reviewer"]
    assert client.get("/info/").json()["owner"] == "ada"


def test_a_wrong_password_is_a_401(house: House) -> None:
    assert house.client().post("/auth/token", data={"password": "secret"}).status_code == 401


def test_a_token_ends_with_its_key(house: House) -> None:
    token = house.client().post("/auth/token", data={"password": house.key()}).json()["access_token"]
    client = house.client(Authorization=f"Bearer {token}")

    house.access.keys.revoke("ada")

    assert client.get("/auth/token/valid").status_code == 401


@pytest.mark.parametrize(("method", "path"), [("POST", "/auth/token"), ("GET", "/auth/token/valid")])
def test_where_nobody_signs_in_clients_get_on_without(guarded: Guarded, method: str, path: str) -> None:
    answer = guarded(enabled=False).client().request(method, path)

    assert answer.status_code == 200
    assert not answer.json().get("access_token")


def test_where_nobody_signs_in_one_is_who_one_says(guarded: Guarded) -> None:
    me = guarded(enabled=False).client(**{"X-Client-Id": "bob"}).get("/fluoro/api/me").json()

    assert me == {"name": "bob", "role": "admin", "is_signed_in": False, "by": "nothing"}
