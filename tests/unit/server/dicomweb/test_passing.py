"""What goes through as it came."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from tests.unit.server.conftest import MakeServices, Serve
from tests.unit.server.dicomweb.pacs_double import ROOT, Pacs, answered, client_to


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
