"""Neither an answer nor a body is held: the second piece is only made once the first has gone on."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.types import Message

from lib.server.dicomweb_path import dicomweb_router
from lib.server.errors import install_error_translator
from tests.unit.server.conftest import MakeServices

PATIENCE_S = 5


class Pacs(httpx.AsyncBaseTransport):
    """Answers with a stream, and takes a body piece by piece."""

    def __init__(self, answer: httpx.AsyncByteStream | None = None) -> None:
        self.answer = answer or httpx.ByteStream(b"")
        self.got: list[bytes] = []
        self.got_one = asyncio.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        assert isinstance(request.stream, httpx.AsyncByteStream)
        async for piece in request.stream:
            self.got.append(piece)
            self.got_one.set()
        return httpx.Response(200, stream=self.answer)


class Gated(httpx.AsyncByteStream):
    """Gives its second piece only when it is told that the first has arrived."""

    def __init__(self) -> None:
        self.has_arrived = asyncio.Event()
        self.is_closed = asyncio.Event()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b"first"
        await self.has_arrived.wait()
        yield b"second"

    async def aclose(self) -> None:
        self.is_closed.set()


async def ask(
    make_services: MakeServices,
    pacs: Pacs,
    method: str,
    receive: Callable[[], Coroutine[Any, Any, Message]],
    send: Callable[[Message], Coroutine[Any, Any, None]],
) -> None:
    """Send one request straight into the application, without a client in between that would buffer."""
    app = FastAPI()
    install_error_translator(app)
    app.include_router(dicomweb_router(make_services(), pacs))
    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1",
        "method": method, "scheme": "http", "server": ("127.0.0.1", 8000), "client": ("127.0.0.1", 1),
        "path": "/dicom-web/studies", "raw_path": b"/dicom-web/studies", "query_string": b"", "root_path": "",
        "headers": [(b"host", b"viewer.test")],
    }  # fmt: skip
    async with app.router.lifespan_context(app):
        await asyncio.wait_for(app(scope, receive, send), PATIENCE_S)


def test_an_answer_goes_on_piece_by_piece(make_services: MakeServices) -> None:
    async def scenario() -> bytes:
        body, sent = Gated(), b""

        async def receive() -> Message:
            await asyncio.sleep(2 * PATIENCE_S)
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            nonlocal sent
            sent += message.get("body", b"")
            if sent == b"first":
                body.has_arrived.set()

        await ask(make_services, Pacs(body), "GET", receive, send)
        assert body.is_closed.is_set()
        return sent

    assert asyncio.run(scenario()) == b"firstsecond"


def test_a_body_goes_on_piece_by_piece(make_services: MakeServices) -> None:
    async def scenario() -> list[bytes]:
        pacs, given = Pacs(), 0

        async def receive() -> Message:
            nonlocal given
            given += 1
            if given == 1:
                return {"type": "http.request", "body": b"first", "more_body": True}
            if given == 2:
                await pacs.got_one.wait()
                return {"type": "http.request", "body": b"second", "more_body": False}
            await asyncio.sleep(2 * PATIENCE_S)
            return {"type": "http.disconnect"}

        async def send(_: Message) -> None:
            return

        await ask(make_services, pacs, "POST", receive, send)
        return [piece for piece in pacs.got if piece]

    assert asyncio.run(scenario()) == [b"first", b"second"]


@pytest.mark.parametrize("when", ["at once", "in the middle"])
def test_a_client_that_leaves_lets_the_connection_to_the_pacs_go(
    make_services: MakeServices, when: str
) -> None:
    async def scenario() -> bool:
        body, began = Gated(), asyncio.Event()

        async def receive() -> Message:
            if when == "in the middle":
                await began.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            if message.get("body"):
                began.set()

        await ask(make_services, Pacs(body), "GET", receive, send)
        return body.is_closed.is_set()

    assert asyncio.run(scenario())
