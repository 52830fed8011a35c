"""Signing in at the issuer with a browser."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from starlette.testclient import TestClient

from tests.small_issuer import AUDIENCE, CLIENT, ISSUER, SmallIssuer
from tests.unit.server.auth.conftest import Guarded, House

BACK = "http://127.0.0.1:8000/login/callback"


def leave(browser: TestClient, wanted: str = "/ohif/") -> str:
    """Begin a sign-in; return the address at the issuer."""
    answer = browser.get("/login/oidc", params={"next": wanted})
    assert answer.status_code == 303
    return str(answer.headers["location"])


def test_who_signs_in_there_comes_back_to_the_page_that_they_wanted(
    house: House, issuer: SmallIssuer
) -> None:
    browser = house.client()

    answer = browser.get(issuer.sign_in(leave(browser, "/ohif/viewer?a=1")))

    assert answer.headers["location"] == "/ohif/viewer?a=1"
    assert browser.get("/info/").json()["owner"] == "ada"
    assert browser.get("/fluoro/api/me").json() == {
        "name": "ada",
        "role": "annotator",
        "is_signed_in": True,
        "by": "page",
    }


def test_the_issuer_is_asked_with_pkce_a_state_and_a_nonce(house: House) -> None:
    address = leave(house.client())

    asked = dict(parse_qsl(urlsplit(address).query))
    assert address.startswith(f"{ISSUER}/auth?")
    assert asked["redirect_uri"] == BACK
    assert asked["scope"] == "openid profile"
    assert asked["code_challenge_method"] == "S256"
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 43
    assert "verifier" not in address


def test_the_secret_of_pkce_is_another_each_time(house: House) -> None:
    browser = house.client()

    assert leave(browser) != leave(browser)


def test_behind_a_proxy_the_way_back_is_the_public_one(guarded: Guarded) -> None:
    address = leave(guarded(public_url="https://viewer.hospital").client())

    assert (
        dict(parse_qsl(urlsplit(address).query))["redirect_uri"] == "https://viewer.hospital/login/callback"
    )


def test_a_client_with_a_secret_shows_it(guarded: Guarded, issuer: SmallIssuer) -> None:
    issuer.secret = "s3cret"
    oidc = {"issuer": ISSUER, "audience": AUDIENCE, "client_id": CLIENT, "client_secret": "s3cret"}
    browser = guarded(oidc=oidc).client()

    assert browser.get(issuer.sign_in(leave(browser))).status_code == 303


def test_another_browser_cannot_use_the_way_back(house: House, issuer: SmallIssuer) -> None:
    back = issuer.sign_in(leave(house.client()))
    victim = house.client()

    answer = victim.get(back)

    assert answer.status_code == 401
    assert "this browser did not begin it" in answer.text
    assert victim.get("/info/").status_code == 401


def test_the_way_back_of_an_older_try_is_refused(house: House, issuer: SmallIssuer) -> None:
    browser = house.client()
    older = issuer.sign_in(leave(browser))
    leave(browser)

    assert "belongs to another sign-in" in browser.get(older).text


def test_a_code_is_good_once(house: House, issuer: SmallIssuer) -> None:
    browser = house.client()
    back = issuer.sign_in(leave(browser))
    way = dict(browser.cookies)
    browser.get(back)

    thief = house.client()
    thief.cookies.update(way)

    assert "did not accept the code" in thief.get(back).text


def test_a_code_without_the_secret_of_its_browser_is_refused(house: House, issuer: SmallIssuer) -> None:
    browser = house.client()
    address = leave(browser)
    back = issuer.sign_in(address)
    issuer.codes["code-0"]["code_challenge"] = "of another browser"

    assert browser.get(back).status_code == 401


def test_an_answer_of_another_issuer_is_refused(house: House, issuer: SmallIssuer) -> None:
    browser = house.client()

    answer = browser.get(issuer.sign_in(leave(browser), iss="https://evil.example"))

    assert "another issuer" in answer.text


def test_a_token_of_another_sign_in_is_refused(house: House, issuer: SmallIssuer) -> None:
    browser = house.client()
    back = issuer.sign_in(leave(browser))
    issuer.codes["code-0"]["nonce"] = "of another sign-in"

    assert "belongs to another sign-in" in browser.get(back).text


def test_a_token_that_was_given_to_another_client_is_refused(house: House, issuer: SmallIssuer) -> None:
    issuer.identity = {"aud": [CLIENT, "other"], "azp": "other"}
    browser = house.client()

    assert "given to another client" in browser.get(issuer.sign_in(leave(browser))).text


def test_the_roles_of_somebody_else_are_not_taken(house: House, issuer: SmallIssuer) -> None:
    issuer.access = {"sub": "id-of-somebody-else"}
    browser = house.client()

    assert "ada has no role here" in browser.get(issuer.sign_in(leave(browser))).text


def test_who_did_not_sign_in_there_is_told_so(house: House) -> None:
    browser = house.client()
    state = dict(parse_qsl(urlsplit(leave(browser)).query))["state"]

    answer = browser.get("/login/callback", params={"error": "access_denied<b>", "state": state})

    assert answer.status_code == 401
    assert "did not let you in" in answer.text
    assert "<b>" not in answer.text


def test_who_has_no_role_here_is_told_so(house: House, issuer: SmallIssuer) -> None:
    issuer.roles = ()
    browser = house.client()

    answer = browser.get(issuer.sign_in(leave(browser)))

    assert answer.status_code == 403
    assert "ada has no role here" in answer.text
    assert "fluoro=fvs" not in answer.headers["set-cookie"]


@pytest.mark.parametrize("prefix", ["", "fluoro-"])
def test_the_highest_role_counts_and_may_have_a_prefix(
    guarded: Guarded, issuer: SmallIssuer, prefix: str
) -> None:
    issuer.roles = (f"{prefix}viewer", f"{prefix}reviewer", "admin-of-something")
    oidc = {"issuer": ISSUER, "audience": AUDIENCE, "client_id": CLIENT, "role_prefix": prefix}
    browser = guarded(oidc=oidc).client()
    browser.get(issuer.sign_in(leave(browser)))

    assert browser.get("/fluoro/api/me").json()["role"] == "reviewer"


def test_roles_without_our_prefix_are_none_of_ours(guarded: Guarded, issuer: SmallIssuer) -> None:
    issuer.roles = ("admin",)
    oidc = {"issuer": ISSUER, "audience": AUDIENCE, "role_prefix": "fluoro-"}
    client = guarded(oidc=oidc).client(Authorization=f"Bearer {issuer.token()}")

    assert client.get("/info/").status_code == 403


def test_a_silent_issuer_is_told_on_the_page(house: House, issuer: SmallIssuer) -> None:
    issuer.is_silent = True

    answer = house.client().get("/login/oidc")

    assert answer.status_code == 503
    assert "cannot be used" in answer.text


def test_without_a_name_at_the_issuer_there_is_no_way_there(guarded: Guarded) -> None:
    house = guarded(oidc={"issuer": ISSUER, "audience": AUDIENCE})

    assert house.client().get("/login/oidc").status_code == 404
    assert "/login/oidc" not in house.client().get("/login").text
