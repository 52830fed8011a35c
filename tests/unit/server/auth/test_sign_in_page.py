"""Signing in and out with a browser, by a key."""

import re

import pytest
from starlette.testclient import TestClient

from lib.access.roles import Role
from lib.server.auth.page import own_page, sign_in_page
from tests.unit.server.auth.conftest import Guarded, House

HTTPS = "https://viewer.test"


def cookie(answer_headers: object) -> str:
    return str(answer_headers["set-cookie"])  # type: ignore[index]


def sign_in(browser: TestClient, key: str, wanted: str = "/ohif/") -> object:
    return browser.post("/login", data={"key": key, "next": wanted})


def test_a_key_on_the_page_becomes_a_cookie_that_no_script_reads(house: House) -> None:
    browser = house.client()

    answer = sign_in(browser, house.key())

    assert answer.status_code == 303
    assert answer.headers["location"] == "/ohif/"
    assert cookie(answer.headers).startswith("fluoro=fvs_")
    assert {"HttpOnly", "SameSite=lax", "Path=/", "Max-Age=36000"} <= set(cookie(answer.headers).split("; "))
    assert browser.get("/info/").json()["owner"] == "ada"


def test_over_https_the_cookie_is_of_this_host_and_never_sent_in_the_clear(house: House) -> None:
    browser = house.client(HTTPS)

    answer = sign_in(browser, house.key())

    assert cookie(answer.headers).startswith("__Host-fluoro=")
    assert "; Secure" in cookie(answer.headers)
    assert "Strict-Transport-Security" in answer.headers


def test_the_cookie_is_not_the_key(house: House) -> None:
    key = house.key()

    answer = sign_in(house.client(), key)

    assert key.rpartition("_")[2] not in cookie(answer.headers)


def test_a_wrong_key_shows_the_page_again_with_a_sentence(house: House) -> None:
    answer = sign_in(house.client(), "fv_00000000_" + "A" * 43, "/ohif/viewer?a=1&b=<")

    assert answer.status_code == 401
    assert "This API key is not known here" in answer.text
    assert 'value="/ohif/viewer?a=1&amp;b=&lt;"' in answer.text
    assert "set-cookie" not in answer.headers


def test_who_signs_out_is_out_also_with_a_copy_of_the_cookie(house: House) -> None:
    browser = house.signed_in()
    copied = dict(browser.cookies)

    answer = browser.post("/logout")

    thief = house.client()
    thief.cookies.update(copied)
    assert answer.headers["location"] == "/login"
    assert browser.get("/info/").status_code == 401
    assert thief.get("/info/").status_code == 401


def test_signing_in_anew_ends_the_sign_in_of_before(house: House) -> None:
    browser = house.signed_in(name="ada")
    copied = dict(browser.cookies)

    sign_in(browser, house.key(name="bob"))

    thief = house.client()
    thief.cookies.update(copied)
    assert browser.get("/info/").json()["owner"] == "bob"
    assert thief.get("/info/").status_code == 401


def test_a_revoked_key_ends_the_sign_ins_by_it(house: House) -> None:
    browser = house.signed_in()

    house.access.keys.revoke("ada")

    assert browser.get("/info/").status_code == 401


def test_people_stay_signed_in_when_the_server_starts_again(guarded: Guarded) -> None:
    browser = guarded().signed_in()

    later = guarded().client()
    later.cookies.update(dict(browser.cookies))

    assert later.get("/info/").json()["owner"] == "ada"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1:8000"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_page_of_another_site_changes_nothing_with_somebodys_cookie(
    house: House, headers: dict[str, str]
) -> None:
    browser = house.signed_in(Role.ADMIN)

    answers = [
        browser.put("/fluoro/api/runs/1.2/state", headers=headers),
        browser.post("/fluoro/api/models/rollback", headers=headers),
        browser.post("/logout", headers=headers),
        house.client().post("/login", data={"key": house.key()}, headers=headers),
    ]

    assert [answer.status_code for answer in answers] == [403] * 4
    assert browser.get("/info/").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {"Origin": "http://127.0.0.1:8000"}, {}],
)
def test_our_own_pages_change_things(house: House, headers: dict[str, str]) -> None:
    answer = house.signed_in().put("/fluoro/api/runs/1.2/state", headers=headers)

    assert answer.status_code == 200


def test_a_listed_origin_changes_nothing_with_somebodys_cookie_either(guarded: Guarded) -> None:
    house = guarded(cors_origins=["https://viewer.hospital"])

    answer = house.signed_in().put(
        "/fluoro/api/runs/1.2/state", headers={"Origin": "https://viewer.hospital"}
    )

    assert answer.status_code == 403


def test_a_key_is_good_from_anywhere_because_no_browser_adds_it_by_itself(house: House) -> None:
    answer = house.with_key().put(
        "/fluoro/api/runs/1.2/state",
        headers={"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    )

    assert answer.status_code == 200


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
        "javascript:alert(1)", "evil", "", "/" + "x" * 2000, "/\nSet-Cookie: a=b", "http:/evil", "/é",
    ],
)  # fmt: skip
def test_nobody_is_led_to_another_site_after_signing_in(house: House, wanted: str) -> None:
    assert sign_in(house.client(), house.key(), wanted).headers["location"] == "/"


@pytest.mark.parametrize("wanted", ["/ohif/", "/ohif/viewer?StudyInstanceUIDs=1.2&x=//y", "/a#b"])
def test_a_page_of_ours_is_kept(wanted: str) -> None:
    assert own_page(wanted) == wanted


def test_the_page_needs_no_script_and_may_load_nothing(house: House) -> None:
    answer = house.client().get("/login?next=/ohif/")

    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self'" in policy
    assert "unsafe" not in policy
    assert answer.headers["cache-control"] == "no-store"
    assert not re.search(r"<script|\son[a-z]+=|style=", answer.text)


def test_the_way_to_the_issuer_is_shown_only_where_there_is_one(house: House) -> None:
    assert "/login/oidc?next=%2Fohif%2F" in house.client().get("/login?next=/ohif/").text
    assert "/login/oidc" not in sign_in_page("/", has_issuer=False).body.decode()


def test_a_form_that_is_too_long_is_not_read_to_its_end(house: House) -> None:
    assert house.client().post("/login", data={"key": "x" * 9000}).status_code == 400


def test_where_nobody_signs_in_the_page_leads_on(guarded: Guarded) -> None:
    answer = guarded(enabled=False).client().get("/login")

    assert (answer.status_code, answer.headers["location"]) == (303, "/")
