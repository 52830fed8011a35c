"""What the whole server does where people sign in, beyond what the gate's own tests show."""

import json
from collections import Counter
from pathlib import Path

import pytest
import requests

from lib.access.roles import Role
from lib.server.auth.rules import RULES
from tests.guarded_server import ORIGIN, Guarded
from tests.integration.access.listed import LIST


def test_every_route_has_a_rule_and_every_rule_a_route(guarded: Guarded) -> None:
    rules = [(rule.method, rule.path) for rule in RULES]

    routes = {(method, path) for method, path in json.loads((guarded.server.data / LIST).read_text())}

    assert sorted(routes - set(rules)) == []
    assert sorted(set(rules) - routes) == []
    assert [rule for rule, n in Counter(rules).items() if n > 1] == []


def test_every_route_that_is_not_for_anyone_refuses_who_shows_nothing(guarded: Guarded) -> None:
    free = [rule for rule in RULES if rule.role is None]
    closed = [rule for rule in RULES if rule.role is not None]

    answers = {
        f"{rule.method} {rule.path}": guarded.ask(
            rule.method, rule.path.replace("{frame_number:int}", "1").replace("{path:path}", "studies")
        ).status_code
        for rule in closed
    }

    assert {name: status for name, status in answers.items() if status != 401} == {}
    assert len(free) < 12


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANNOTATOR, Role.REVIEWER])
def test_every_route_above_a_role_is_refused_to_it(guarded: Guarded, role: Role) -> None:
    key = guarded.key(role)
    above = [rule for rule in RULES if rule.role is not None and rule.role > role]

    answers = {
        f"{rule.method} {rule.path}": guarded.ask(
            rule.method, rule.path.replace("{path:path}", "studies"), key
        ).status_code
        for rule in above
    }

    assert {name: status for name, status in answers.items() if status != 403} == {}


@pytest.mark.parametrize(
    "path",
    ["//info/", "/info/../info/", "/%69nfo/", "/info/%2e", "/INFO/", "/info/;a", "/info/?x=/login",
     "/login/../info/", "/fluoro/api/health/../runs", "/auth/token/valid", "/login/..%2f..%2finfo/"],
)  # fmt: skip
def test_no_spelling_of_a_path_gets_around_the_gate(guarded: Guarded, path: str) -> None:
    session = requests.Session()
    request = session.prepare_request(requests.Request("GET", guarded.url))
    request.url = guarded.url + path

    assert session.send(request, timeout=30, allow_redirects=False).status_code == 401


def test_a_token_of_the_issuer_opens_the_api(guarded: Guarded) -> None:
    me = guarded.ask("GET", "/fluoro/api/me", guarded.issuer.token()).json()

    assert me == {"name": "ada", "role": "annotator", "is_signed_in": True, "by": "token"}


def test_a_browser_signs_in_at_the_issuer_and_is_known_from_then_on(guarded: Guarded) -> None:
    browser = requests.Session()
    away = browser.get(f"{guarded.url}/login/oidc?next=/info/", allow_redirects=False, timeout=30)

    page = browser.get(guarded.issuer.sign_in(away.headers["location"]), timeout=30)

    assert page.url == f"{guarded.url}/info/"
    assert page.json()["models"]


def test_nobody_reads_anothers_job_or_session_by_saying_their_name(guarded: Guarded, image_id: str) -> None:
    ada, bob = guarded.key(Role.ANNOTATOR, "ada"), guarded.key(Role.ANNOTATOR, "bob")
    session = guarded.ask("POST", "/fluoro/api/sessions", ada, json={"image_id": image_id}).json()
    address = f"/fluoro/api/sessions/{session.get('session_id') or session.get('id')}"

    own = guarded.ask("GET", address, ada, headers={"X-Client-Id": "bob"})
    others = guarded.ask("GET", address, bob, headers={"X-Client-Id": "ada"})

    assert (own.status_code, others.status_code) == (200, 404)


def test_a_review_is_under_the_name_of_who_signed_in(
    guarded: Guarded, image_id: str, label_file: Path
) -> None:
    author, reviewer = guarded.key(Role.ANNOTATOR, "ada"), guarded.key(Role.REVIEWER, "rita")
    saved = guarded.ask(
        "PUT",
        f"/datastore/label?image={image_id}&tag=final",
        author,
        files={"label": ("label.nii.gz", label_file.read_bytes())},
        data={"params": json.dumps({"client_id": "bob", "user": "bob"})},
    ).json()
    meta = {
        "segmentationMeta": {
            "status": "approved",
            "level": "easy",
            "approvedBy": "ada",
            "comment": "",
            "editTime": 1,
        }
    }

    noted = guarded.ask(
        "PUT",
        f"/datastore/label/info?label={saved['label']}&tag=final",
        reviewer,
        data={"info": json.dumps(meta)},
    )

    reviews = guarded.ask("GET", f"/fluoro/api/labels/{saved['label']}/reviews", reviewer).json()
    assert noted.ok
    assert "rita" in json.dumps(reviews)
    assert "bob" not in json.dumps(reviews)


def test_a_listed_origin_may_ask_and_no_other(guarded: Guarded) -> None:
    def asked_by(origin: str) -> requests.Response:
        wanted = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization"}
        return guarded.ask("OPTIONS", "/info/", headers={"Origin": origin, **wanted})

    listed, others = (
        asked_by(ORIGIN),
        [asked_by(o) for o in ("https://evil.example", f"{ORIGIN}.evil.example", "null")],
    )

    assert listed.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "Access-Control-Allow-Credentials" not in listed.headers
    assert all("Access-Control-Allow-Origin" not in answer.headers for answer in others)


def test_every_answer_has_the_security_headers(guarded: Guarded) -> None:
    key = guarded.key(Role.VIEWER)
    answers = [guarded.ask("GET", path, key) for path in ("/info/", "/nothing", "/login", "/ohif/")]
    answers.append(guarded.ask("GET", "/info/"))

    for answer in answers:
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
        assert answer.headers["Cache-Control"] in ("no-store", "no-cache")
        assert "default-src" in answer.headers["Content-Security-Policy"]


def test_no_key_and_no_token_is_written_to_the_log(guarded: Guarded) -> None:
    key, token = guarded.key(Role.VIEWER), guarded.issuer.token()
    for shown in (key, token, key + "x", token + "x"):
        guarded.ask("GET", "/info/", shown)
    requests.post(f"{guarded.url}/login", data={"key": key}, timeout=30)

    written = guarded.server.logs()

    assert key.rpartition("_")[2] not in written
    assert token.rpartition(".")[2] not in written
    assert "CANARY" not in written
