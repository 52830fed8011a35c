"""What is refused, and what a PACS that fails looks like."""

import httpx
import pytest
from fastapi.testclient import TestClient

from tests.unit.server.conftest import MakeServices, Serve
from tests.unit.server.dicomweb.pacs_double import ROOT, Body, Pacs, answered, client_to


@pytest.mark.parametrize("is_length_known", [True, False])
def test_a_body_over_the_limit_is_refused(
    make_services: MakeServices, serve: Serve, pacs: Pacs, is_length_known: bool
) -> None:
    client = client_to(pacs, make_services, serve, server={"max_upload_mb": 1})
    body = b"x" * (2**20 + 1)

    answer = client.post("/dicom-web/studies", content=body if is_length_known else iter([body]))

    assert answer.status_code == 413
    assert "larger than 1 MB" in answer.json()["detail"]
    assert pacs.bodies == []


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/dicom-web/%2e%2e/system", 400),
        ("GET", "/dicom-web/studies%2f..%2f..%2fsystem", 400),
        ("POST", "/dicom-web/studies/%2e%2e/%2e%2e/tools/execute-script", 400),
        ("GET", "/dicom-web//elsewhere.test/studies", 400),
        ("GET", "/dicom-web/servers", 404),
        ("POST", "/dicom-web/servers/other/stow", 404),
        ("DELETE", "/dicom-web/studies/1.2.3", 405),
        ("PUT", "/dicom-web/studies", 405),
        ("OPTIONS", "/dicom-web/studies", 405),
    ],
)
def test_what_is_refused_never_reaches_the_pacs(
    client: TestClient, pacs: Pacs, method: str, path: str, status: int
) -> None:
    answer = client.request(method, path)

    assert (answer.status_code, pacs.asked) == (status, [])
    assert answer.json()["detail"].endswith(".")


def test_a_pacs_that_is_down_is_named(make_services: MakeServices, serve: Serve, pacs: Pacs) -> None:
    client = client_to(
        pacs,
        make_services,
        serve,
        pacs={"url": "http://pacs.test:8042/dicom-web", "username": "ohif", "password": "secret"},
    )
    pacs.failures = [httpx.ConnectError("refused")]

    answer = client.get("/dicom-web/studies")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert f"The PACS at {ROOT} does not answer (no connection)" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        (httpx.ReadTimeout("slow"), "no answer in time"),
        (httpx.PoolTimeout("busy"), "connections are busy"),
        (httpx.ConnectTimeout("slow"), "no answer in time"),
    ],
)
def test_a_silent_pacs_is_told_from_a_busy_one(
    client: TestClient, pacs: Pacs, failure: Exception, reason: str
) -> None:
    pacs.failures = [failure]

    answer = client.get("/dicom-web/studies")

    assert answer.status_code == 503
    assert reason in answer.json()["detail"]


def test_reading_is_tried_once_more_when_an_idle_connection_had_ended(client: TestClient, pacs: Pacs) -> None:
    pacs.failures = [httpx.RemoteProtocolError("Server disconnected without sending a response.")]

    assert client.get("/dicom-web/studies").status_code == 200
    assert len(pacs.asked) == 2


def test_storing_is_never_repeated(client: TestClient, pacs: Pacs) -> None:
    pacs.failures = [httpx.RemoteProtocolError("Server disconnected without sending a response.")]

    assert client.post("/dicom-web/studies", content=b"x").status_code == 503
    assert len(pacs.asked) == 1


@pytest.mark.parametrize(
    ("status", "headers", "said"),
    [
        (401, {"WWW-Authenticate": "Basic"}, "does not take our credentials"),
        (403, {}, "does not take our credentials"),
        (500, {}, "HTTP 500"),
        (302, {"Location": "http://elsewhere.test/"}, "FLUORO_PACS__URL"),
    ],
)
def test_what_only_the_operator_can_mend_is_said_in_a_sentence(
    client: TestClient, pacs: Pacs, status: int, headers: dict[str, str], said: str
) -> None:
    body = Body(b"inside")
    pacs.answer = httpx.Response(status, headers=headers, stream=body)

    answer = client.get("/dicom-web/studies")

    assert answer.status_code == 503
    assert said in answer.json()["detail"]
    assert "inside" not in answer.text
    assert body.is_closed


@pytest.mark.parametrize("status", [400, 404, 406, 409, 501])
def test_what_the_client_can_mend_comes_from_the_pacs_itself(
    client: TestClient, pacs: Pacs, status: int
) -> None:
    pacs.answer = answered(b"the PACS' words", status)

    answer = client.get("/dicom-web/studies")

    assert (answer.status_code, answer.content) == (status, b"the PACS' words")


def test_an_answer_that_breaks_ends_and_the_connection_is_let_go(client: TestClient, pacs: Pacs) -> None:
    body = Body(b"begun", error=httpx.ReadError("gone"))
    pacs.answer = httpx.Response(200, stream=body)

    assert client.get("/dicom-web/studies/1.2.3").content == b"begun"
    assert body.is_closed
