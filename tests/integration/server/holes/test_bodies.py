"""A body is no longer than it may be, and a form has no more parts."""

from collections.abc import Iterator

import pytest
import requests

from lib.server.body_limit import MOST_FIELDS, MOST_FILES
from tests.integration.server.conftest import MAX_UPLOAD_MB
from tests.integration.server.holes.asking import TIMEOUT_S, ask
from tests.watched_server import WatchedServer

FORM_START = b'--b\r\nContent-Disposition: form-data; name="label"; filename="a.nrrd"\r\n\r\n'


def test_a_body_that_says_to_be_too_long_is_refused_unread(served: WatchedServer) -> None:
    too_long = {"Content-Length": str((MAX_UPLOAD_MB + 1) * 2**20), "Content-Type": "application/dicom"}

    for path in ("/fluoro/api/upload", "/dicom-web/studies"):
        request = requests.Request("POST", f"{served.url}{path}", headers=too_long, data=b"").prepare()
        request.headers.update(too_long)
        request.body = b"x"
        with requests.Session() as session:
            assert session.send(request, timeout=TIMEOUT_S).status_code == 413, path


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("POST", "/fluoro/api/upload", "application/dicom"),
        ("PUT", "/datastore/label?image=1.2", "multipart/form-data; boundary=b"),
        ("POST", "/fluoro/api/masks", "application/json"),
        ("POST", "/activelearning/first", "application/json"),
        ("POST", "/infer/vesselness", "application/x-www-form-urlencoded"),
    ],
)
def test_a_body_without_a_length_ends_at_the_limit(
    served: WatchedServer, method: str, path: str, kind: str
) -> None:
    def pieces() -> Iterator[bytes]:
        yield FORM_START if "multipart" in kind else b""
        for _ in range(MAX_UPLOAD_MB + 4):
            yield b"[" * 2**20

    try:
        answer = ask(served, method, path, data=pieces(), headers={"Content-Type": kind})
    except requests.ConnectionError:
        return  # the server hung up while we still sent
    assert answer.status_code == 413


def test_a_body_that_is_no_file_has_a_smaller_limit(served: WatchedServer) -> None:
    answer = ask(served, "POST", "/fluoro/api/masks", json={"label": "x" * 2**20})

    assert answer.status_code == 413
    assert "JSON_MB" in answer.json()["detail"]


@pytest.mark.parametrize(("kind", "most"), [("field", MOST_FIELDS), ("file", MOST_FILES)])
def test_a_form_has_no_more_parts_than_any_request_needs(served: WatchedServer, kind: str, most: int) -> None:
    name = (None, "") if kind == "field" else ("a.nrrd", b"")
    parts = [(f"part{number}", name) for number in range(most + 1)]

    many = ask(served, "POST", "/infer/vesselness", files=parts)
    few = ask(served, "POST", "/infer/vesselness", files=parts[1:])

    assert (many.status_code, few.status_code) == (400, 400)
    assert f"is {most}." in many.json()["detail"]
    assert "names no image" in few.json()["detail"]


def test_a_field_of_a_form_holds_no_more_than_a_megabyte(served: WatchedServer) -> None:
    answer = ask(served, "POST", "/infer/vesselness", files={"params": (None, " " * (2**20 + 1))})

    assert answer.status_code == 400
    assert "size of 1024KB" in answer.json()["detail"]
