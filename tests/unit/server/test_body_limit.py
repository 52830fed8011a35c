"""Bodies that are longer than they may be, and a folder that is full."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from starlette.responses import JSONResponse
from starlette.types import Message, Receive, Scope, Send

from lib.errors import InvalidInputError
from lib.server.body_limit import BodyLimit
from lib.server.errors import install_error_translator
from lib.settings import load_settings

MEGA = 2**20
OCTETS = {"Content-Type": "application/octet-stream"}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    """An application that counts bodies; 1 MB of JSON and 2 MB of files are the limit, 3 MB on the disk."""
    settings = load_settings(
        data=tmp_path, server={"max_upload_mb": 2}, limits={"json_mb": 1}, datastore={"quota_gb": 0.003}
    )
    app = FastAPI()
    install_error_translator(app)
    app.add_middleware(BodyLimit, settings=settings)

    @app.post("/count")
    async def count(request: Request) -> int:
        return len(await request.body())

    @app.post("/object")
    def take(body: dict[str, str]) -> int:
        return len(body)

    @app.post("/early")
    async def refuse() -> None:
        raise InvalidInputError("no")

    with TestClient(app) as started:
        yield started


def pieces(n_mb: int) -> Iterator[bytes]:
    for _ in range(n_mb):
        yield bytes(MEGA)


def test_a_body_within_the_limit_arrives_whole(client: TestClient) -> None:
    assert client.post("/count", content=bytes(2 * MEGA), headers=OCTETS).json() == 2 * MEGA


def test_a_body_without_a_length_is_counted(client: TestClient) -> None:
    assert client.post("/count", content=pieces(2), headers=OCTETS).json() == 2 * MEGA

    answer = client.post("/count", content=pieces(3), headers=OCTETS)

    assert answer.status_code == 413
    assert "MAX_UPLOAD_MB" in answer.json()["detail"]


@pytest.mark.parametrize("path", ["/count", "/object"])
def test_json_has_a_limit_of_its_own(client: TestClient, path: str) -> None:
    body = b'{"a": "' + b"x" * MEGA + b'"}'

    answers = [
        client.post(path, content=body, headers={"Content-Type": "application/json"}),
        client.post(path, content=iter([body]), headers={"Content-Type": "application/json"}),
        client.post(path, content=body),
    ]

    assert [answer.status_code for answer in answers] == [413] * 3
    assert "JSON_MB" in answers[0].json()["detail"]


@pytest.mark.parametrize("length", ["-1", "1e3", "abc", "9" * 19, "٣"])
def test_a_length_that_is_no_number_is_refused(client: TestClient, length: str) -> None:
    answer = client.post("/count", content=b"x", headers={"Content-Length": length.encode()})

    assert answer.status_code == 400


def test_an_answer_that_comes_before_the_body_is_kept(client: TestClient) -> None:
    assert client.post("/early", content=bytes(MEGA), headers=OCTETS).status_code == 400


def test_a_full_folder_takes_no_file_but_goes_on_taking_the_rest(client: TestClient, tmp_path: Path) -> None:
    (tmp_path / "labels_saved").mkdir()
    (tmp_path / "labels_saved" / "much").write_bytes(bytes(2 * MEGA))

    answer = client.post("/count", content=bytes(2 * MEGA), headers=OCTETS)
    small = client.post("/object", json={"a": "b"})

    assert answer.status_code == 507
    assert "QUOTA_GB" in answer.json()["detail"]
    assert small.status_code == 200


def test_a_body_without_an_end_is_read_no_further_than_the_limit(tmp_path: Path) -> None:
    settings = load_settings(data=tmp_path, server={"max_upload_mb": 2})
    sent: list[Message] = []
    n_read = 0

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive())["type"] == "http.request":
            pass
        await JSONResponse("what came of half a body")(scope, receive, send)

    async def receive() -> Message:
        nonlocal n_read
        n_read += 1
        assert n_read < 10
        return {"type": "http.request", "body": bytes(MEGA), "more_body": True}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "headers": [(b"content-type", b"application/dicom")]}
    asyncio.run(BodyLimit(application, settings)(scope, receive, send))

    assert n_read == 3
    assert sent[0]["status"] == 413
