"""What is remembered, in which words, and that nothing of a patient is among them."""

from typing import Any

import pytest

from lib.access.person import Person, SignedInBy
from lib.access.roles import Role
from lib.server.auth.known import remember as let_in
from lib.server.observe.audit_rules import DICOMWEB, Folding, Remember, events_of, remember
from lib.server.observe.facts import RequestFacts, facts_of, note, read_address
from lib.server.queues.kinds import Kind

RUN = "1.2.3"


class Route:
    def __init__(self, path: str) -> None:
        self.path = path


def a_scope(
    method: str = "GET", route: str | None = None, query: bytes = b"", **params: str
) -> dict[str, Any]:
    """The scope of a request that a route answers."""
    return {
        "type": "http", "method": method, "path": "/", "query_string": query, "path_params": params,
        "headers": [(b"x-client-id", b"anna")], "client": ("10.0.0.7", 1),
        "route": Route(route) if route else None,
    }  # fmt: skip


def facts(*image_ids: str, queue: str | None = None) -> RequestFacts:
    return RequestFacts("f00d", "anna", "10.0.0.7", image_ids=list(image_ids), queue=queue)


@pytest.mark.parametrize(
    ("method", "route", "status", "about", "how"),
    [
        ("PUT", "/datastore/label", 200, facts(RUN), Remember.EACH),
        ("PUT", "/datastore/label", 400, facts(RUN), Remember.EACH),
        ("POST", "/infer/{model}", 200, facts(RUN, queue=Kind.INFER), Remember.EACH),
        ("POST", "/infer/{model}", 200, facts(RUN, queue=Kind.CLICKS), Remember.FOLDED),
        ("POST", "/fluoro/api/models/rollback", 200, facts(), Remember.EACH),
        ("GET", "/fluoro/api/runs/{image_id}", 200, facts(RUN), Remember.FOLDED),
        ("GET", "/fluoro/api/runs/{image_id}", 404, facts(RUN), Remember.NOT),
        ("GET", DICOMWEB, 200, facts(), Remember.FOLDED),
        ("GET", "/fluoro/api/runs", 200, facts(), Remember.NOT),
        ("GET", "/info/", 200, facts(), Remember.NOT),
        ("GET", "/info/", 401, facts(), Remember.FOLDED),
        ("GET", "none", 403, facts(), Remember.FOLDED),
        ("POST", "none", 404, facts(), Remember.NOT),
    ],
)
def test_changes_are_remembered_each_time_and_looks_once(
    method: str, route: str, status: int, about: RequestFacts, how: Remember
) -> None:
    assert remember(method, route, status, about) is how


def test_an_event_says_who_did_what_to_which_run_from_where_with_what_result() -> None:
    scope = a_scope("PUT", "/datastore/label", f"image={RUN}&tag=final".encode())
    about = facts_of(scope)
    read_address(scope, about)

    [event] = events_of(scope, about, 200)

    assert (event.who, event.what, event.image_id) == ("anna", "PUT /datastore/label", RUN)
    assert (event.result, event.origin, event.request_id) == (200, "10.0.0.7", about.request_id)


def test_whoever_signed_in_is_named_and_not_who_they_say_they_are() -> None:
    scope = a_scope("PUT", "/datastore/label")
    facts_of(scope)
    let_in(scope, Person("dr.bauer", Role.ANNOTATOR, SignedInBy.KEY))

    [event] = events_of(scope, facts_of(scope), 200)

    assert event.who == "dr.bauer"


def test_whoever_was_not_let_in_is_nobody() -> None:
    scope = a_scope("GET", "/info/")

    assert [event.who for event in events_of(scope, facts_of(scope), 401)] == ["nobody"]


@pytest.mark.parametrize(
    ("path", "what", "image_id"),
    [
        ("studies", "GET /dicom-web/studies", None),
        ("studies/1.2", "GET /dicom-web/studies/*", "1.2"),
        (
            "studies/1.2/series/1.3/instances/1.4/frames/7",
            "GET /dicom-web/studies/*/series/*/instances/*/frames/*",
            "1.4",
        ),
        ("studies/CANARY BIRD/metadata", "GET /dicom-web/studies/*/metadata", None),
        ("studies/CANARY", "GET /dicom-web/studies/*", None),
        ("CANARY/secret", "GET /dicom-web/*/*", None),
    ],
)
def test_a_dicomweb_address_is_told_without_what_stands_in_it(
    path: str, what: str, image_id: str | None
) -> None:
    scope = a_scope("GET", DICOMWEB, b"PatientName=CANARY", path=path)
    read_address(scope, facts_of(scope))

    [event] = events_of(scope, facts_of(scope), 200)

    assert (event.what, event.image_id) == (what, image_id)
    assert "CANARY" not in str(event)


@pytest.mark.parametrize(("image_id", "status"), [("CANARY^BIRD", 200), ("CANARY", 404)])
def test_an_id_that_is_none_is_left_out(image_id: str, status: int) -> None:
    scope = a_scope("GET", "/fluoro/api/runs/{image_id}", image_id=image_id)
    read_address(scope, facts_of(scope))

    assert "CANARY" not in str(events_of(scope, facts_of(scope), status))


def test_each_run_of_an_upload_has_its_event() -> None:
    scope = a_scope("POST", "/fluoro/api/upload")
    about = facts_of(scope)
    for image_id in ("1.1", "1.2", "1.1"):
        note(image_id=image_id)

    assert [event.image_id for event in events_of(scope, about, 200)] == ["1.1", "1.2"]


def test_like_events_come_through_once_in_five_minutes() -> None:
    clock = iter([0.0, 10.0, 299.0, 301.0])
    folding = Folding(300, lambda: next(clock))
    scope = a_scope("GET", "/fluoro/api/runs/{image_id}", image_id=RUN)
    read_address(scope, facts_of(scope))
    [event] = events_of(scope, facts_of(scope), 200)

    assert [folding.is_new(event) for _ in range(4)] == [True, False, False, True]
