"""What every answer tells browsers."""

from starlette.testclient import TestClient

from tests.unit.server.auth.conftest import Guarded, House


def test_an_answer_that_is_no_page_can_do_nothing_in_a_browser(house: House) -> None:
    headers = house.with_key().get("/info/").headers

    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "sandbox" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_refusal_has_them_too(house: House) -> None:
    assert house.client().get("/info/").headers["X-Frame-Options"] == "SAMEORIGIN"


def test_a_router_knows_better_what_its_page_needs(house: House) -> None:
    assert "form-action 'self'" in house.client().get("/login").headers["Content-Security-Policy"]


def test_only_over_https_browsers_are_told_to_stay_there(house: House) -> None:
    over_http = house.client().get("/login").headers
    over_https = house.client("https://viewer.test").get("/login").headers

    assert "Strict-Transport-Security" not in over_http
    assert over_https["Strict-Transport-Security"] == "max-age=31536000"


def test_what_people_see_is_not_kept_where_they_sign_in(house: House, guarded: Guarded) -> None:
    open_client: TestClient = guarded(enabled=False).client()

    assert house.with_key().get("/info/").headers["Cache-Control"] == "no-store"
    assert "Cache-Control" not in open_client.get("/info/").headers


def test_a_page_of_no_listed_origin_is_told_nothing(guarded: Guarded) -> None:
    house = guarded(cors_origins=["https://viewer.hospital"])
    client = house.with_key()

    listed = client.get("/info/", headers={"Origin": "https://viewer.hospital"})
    other = client.get("/info/", headers={"Origin": "https://viewer.hospital.evil.example"})

    assert listed.headers["Access-Control-Allow-Origin"] == "https://viewer.hospital"
    assert "Access-Control-Allow-Credentials" not in listed.headers
    assert "Access-Control-Allow-Origin" not in other.headers
