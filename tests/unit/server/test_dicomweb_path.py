"""The DICOMweb path: what reaches the PACS, what comes back, and that neither is held."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from lib.server.dicomweb_path import dicomweb_router
from tests.unit.server.conftest import MakeServices, Serve

ROOT = "http://pacs.test:8042/dicom-web"


class Body(httpx.AsyncByteStream):
    """A body that says when it was let go, and may break."""

    def __init__(self, *chunks: bytes, error: Exception | None = None) -> None:
        self.chunks, self.error, self.is_closed = chunks, error, False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self.chunks:
            yield chunk
        if self.error is not None:
            raise self.error

    async def aclose(self) -> None:
        self.is_closed = True


def answered(
    content: bytes = b"", status: int = 200, kind: str = "application/dicom+json", **headers: str
) -> httpx.Response:
    """Return an answer whose body has not been read, as it comes from a network."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, headers={"Content-Type": kind, **named}, stream=Body(content))


class Pacs(httpx.AsyncBaseTransport):
    """Answers in the PACS' place and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[httpx.Request] = []
        self.bodies: list[bytes] = []
        self.answer = answered(b"[]")
        self.failures: list[Exception] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if self.failures:
            raise self.failures.pop(0)
        self.bodies.append(await request.aread())
        return self.answer


@pytest.fixture
def pacs() -> Pacs:
    return Pacs()


@pytest.fixture
def client(make_services: MakeServices, serve: Serve, pacs: Pacs) -> TestClient:
    return client_to(pacs, make_services, serve)


def client_to(transport: Pacs, make_services: MakeServices, serve: Serve, **settings: Any) -> TestClient:
    services = make_services(**{"pacs": {"url": ROOT}, **settings})
    return serve(dicomweb_router(services, transport))


def test_the_query_and_the_accept_header_reach_the_pacs_as_they_came(client: TestClient, pacs: Pacs) -> None:
    accept = 'multipart/related; type="application/octet-stream"; transfer-syntax=*'

    client.get("/dicom-web/studies?PatientName=A%5EB*&fuzzymatching=true&limit=5", headers={"Accept": accept})

    (asked,) = pacs.asked
    assert str(asked.url) == f"{ROOT}/studies?PatientName=A%5EB*&fuzzymatching=true&limit=5"
    assert asked.headers["Accept"] == accept


def test_escapes_in_a_malformed_uid_reach_the_pacs_as_they_came(client: TestClient, pacs: Pacs) -> None:
    client.get("/dicom-web/studies/a%20uid%3B(1)")

    assert pacs.asked[0].url.raw_path == b"/dicom-web/studies/a%20uid%3B(1)"


@pytest.mark.parametrize(
    ("credentials", "expected"),
    [
        ({"username": "ohif", "password": "secret"}, "Basic b2hpZjpzZWNyZXQ="),
        ({"token": "abc.def"}, "Bearer abc.def"),
        ({}, None),
    ],
)
def test_our_credentials_go_to_the_pacs_and_the_clients_do_not(
    make_services: MakeServices, serve: Serve, pacs: Pacs, credentials: dict[str, str], expected: str | None
) -> None:
    client = client_to(pacs, make_services, serve, pacs={"url": ROOT, **credentials})

    client.get("/dicom-web/studies", headers={"Authorization": "Bearer theirs", "Cookie": "session=1"})

    assert pacs.asked[0].headers.get("Authorization") == expected
    assert "Cookie" not in pacs.asked[0].headers


def test_the_pacs_is_asked_for_plain_bytes_and_told_who_asks(client: TestClient, pacs: Pacs) -> None:
    client.get(
        "/dicom-web/studies",
        headers={
            "Accept-Encoding": "gzip, br",
            "Forwarded": "host=evil.test",
            "X-Forwarded-Host": "evil.test",
        },
    )

    headers = pacs.asked[0].headers
    assert headers["Accept-Encoding"] == "identity"
    assert headers["Forwarded"] == "proto=http;host=viewer.test:8000"
    assert "X-Forwarded-Host" not in headers


def test_the_answer_keeps_status_type_and_bytes_and_loses_what_is_between_us_and_the_pacs(
    client: TestClient, pacs: Pacs
) -> None:
    pacs.answer = answered(
        b"\x1f\x8bnot unpacked",
        206,
        'multipart/related; type="application/dicom"; boundary=x',
        Content_Range="bytes 0-15/100",
        Set_Cookie="pacs=1",
        WWW_Authenticate="Basic",
        Server="Mongoose",
        Keep_Alive="timeout=1",
    )

    answer = client.get("/dicom-web/studies/1.2.3")

    assert (answer.status_code, answer.content) == (206, b"\x1f\x8bnot unpacked")
    assert answer.headers["Content-Type"] == 'multipart/related; type="application/dicom"; boundary=x'
    assert answer.headers["Content-Range"] == "bytes 0-15/100"
    assert not {"set-cookie", "www-authenticate", "server", "keep-alive"} & set(answer.headers)


def test_a_packed_answer_stays_packed_and_says_so(client: TestClient, pacs: Pacs) -> None:
    pacs.answer = answered(b"packed", Content_Encoding="br-like")

    answer = client.get("/dicom-web/studies")

    assert (answer.content, answer.headers["Content-Encoding"]) == (b"packed", "br-like")


def test_a_document_of_the_pacs_cannot_act_as_a_page_of_ours(client: TestClient, pacs: Pacs) -> None:
    pacs.answer = answered(b"<script>alert(1)</script>", kind="text/html")

    headers = client.get("/dicom-web/studies/1/series/2/instances/3/rendered").headers

    assert headers["Content-Security-Policy"] == "sandbox"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_addresses_in_json_lead_through_this_server(client: TestClient, pacs: Pacs) -> None:
    pacs.answer = answered(b'[{"00081190": {"vr": "UR", "Value": ["%s/studies/1.2"]}}]' % ROOT.encode())

    told = client.get("/dicom-web/studies").json()

    assert told[0]["00081190"]["Value"] == ["http://viewer.test:8000/dicom-web/studies/1.2"]


def test_a_body_reaches_the_pacs_with_its_type_and_length(client: TestClient, pacs: Pacs) -> None:
    kind = 'multipart/related; type="application/dicom"; boundary=b'

    client.post("/dicom-web/studies", content=b"x" * 300_000, headers={"Content-Type": kind})

    assert pacs.bodies == [b"x" * 300_000]
    assert pacs.asked[0].headers["Content-Type"] == kind
    assert pacs.asked[0].headers["Content-Length"] == "300000"


def test_a_body_of_unknown_length_reaches_the_pacs(client: TestClient, pacs: Pacs) -> None:
    def pieces() -> Iterator[bytes]:
        yield from (b"ab", b"cd")

    client.post("/dicom-web/studies", content=pieces())

    assert pacs.bodies == [b"abcd"]
    assert pacs.asked[0].headers["Transfer-Encoding"] == "chunked"


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
