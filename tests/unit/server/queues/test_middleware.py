"""Requests wait for their turn; what the client, or a stop, does meanwhile frees the place."""

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from lib.infers.given_up import is_given_up
from lib.sections.running import QueueSettings
from lib.server.queues.fair_queue import FairQueue
from lib.server.queues.kinds import Kind
from lib.server.queues.middleware import Queued
from lib.server.queues.stopping import Stopping

TURNS = 20
"""So often the event loop may go round until nothing more happens."""


class Client:
    """A request with a body, and what was answered; it leaves when somebody says so."""

    def __init__(self, path: str = "/infer/vessels", body: bytes = b"{}", owner: str = "anna") -> None:
        headers = [(b"x-client-id", owner.encode())]
        self.scope: Scope = {
            "type": "http", "method": "GET" if path.endswith("events") else "POST", "path": path,
            "headers": headers, "query_string": b"", "client": ("10.0.0.7", 1),
        }  # fmt: skip
        self.sent: list[Message] = []
        self._body = [body]  # in reverse order
        self._left = asyncio.Event()

    async def receive(self) -> Message:
        if self._body:
            return {"type": "http.request", "body": self._body.pop(), "more_body": bool(self._body)}
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.sent.append(message)

    def leave(self) -> None:
        self._left.set()

    @property
    def status(self) -> int | None:
        return self.sent[0]["status"] if self.sent else None

    @property
    def headers(self) -> dict[bytes, bytes]:
        return dict(self.sent[0]["headers"])


class Work:
    """An application whose requests last until `may_end`; it notes what it got."""

    def __init__(self) -> None:
        self.may_end = asyncio.Event()
        self.bodies: list[bytes] = []
        self.n_given_up = 0

    async def __call__(self, _: Scope, receive: Receive, send: Send) -> None:
        body, is_whole = b"", False
        while not is_whole:
            message = await receive()
            body, is_whole = body + message["body"], not message["more_body"]
        self.bodies.append(body)
        while not self.may_end.is_set():
            if is_given_up():
                self.n_given_up += 1
                return
            await asyncio.sleep(0)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


class Server:
    """The middleware around some work, with one place and one that waits."""

    def __init__(self, app: Any = None, at_once: int = 1, waiting: int = 1) -> None:
        self.work = Work()
        self.stopping = Stopping()
        settings = QueueSettings(at_once=at_once, waiting=waiting)
        self.queues: Mapping[Kind, FairQueue] = {kind: FairQueue(kind, settings) for kind in Kind}
        self._queued = Queued(app or self.work, self.queues, self.stopping, lambda _: "somebody")

    async def begin(self, client: Client) -> "asyncio.Task[None]":
        task = asyncio.create_task(self._queued(client.scope, client.receive, client.send))
        await turns()
        return task


async def turns() -> None:
    for _ in range(TURNS):
        await asyncio.sleep(0)


def in_a_loop(act: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """Make a coroutine a test."""

    def run() -> None:
        asyncio.run(act())

    run.__name__ = act.__name__
    return run


@in_a_loop
async def test_what_waits_goes_on_when_a_place_is_free_and_keeps_its_body() -> None:
    server = Server()
    first, second = Client(body=b"first"), Client(body=b"second")
    tasks = [await server.begin(client) for client in (first, second)]
    n_begun = len(server.work.bodies)

    server.work.may_end.set()
    await asyncio.gather(*tasks)

    assert n_begun == 1
    assert server.work.bodies == [b"first", b"second"]
    assert (first.status, second.status) == (200, 200)


@in_a_loop
async def test_a_body_that_comes_in_parts_is_whole_after_the_wait() -> None:
    server = Server()
    first, second = Client(), Client()
    second._body = [b"of it", b"the rest ", b"a part and "]
    tasks = [await server.begin(client) for client in (first, second)]

    server.work.may_end.set()
    await asyncio.wait_for(asyncio.gather(*tasks), 5)

    assert server.work.bodies[1] == b"a part and the rest of it"


@in_a_loop
async def test_one_too_many_is_told_when_to_come_again() -> None:
    server = Server()
    tasks = [await server.begin(Client()) for _ in range(2)]
    third = Client()

    await server.begin(third)
    server.work.may_end.set()
    await asyncio.gather(*tasks)

    assert third.status == 429
    assert int(third.headers[b"retry-after"]) >= 1
    assert "repeat the request" in json.loads(third.sent[1]["body"])["detail"]
    assert len(server.work.bodies) == 2


@in_a_loop
async def test_a_client_that_leaves_while_it_waits_is_not_worked_for() -> None:
    server = Server()
    running, waiting = Client(), Client()
    tasks = [await server.begin(client) for client in (running, waiting)]

    waiting.leave()
    await tasks[1]
    server.work.may_end.set()
    await tasks[0]

    queue = server.queues[Kind.INFER]
    assert (waiting.sent, len(server.work.bodies)) == ([], 1)
    assert (queue.n_running, queue.n_waiting, queue.n_abandoned) == (0, 0, 1)


@in_a_loop
async def test_an_inference_whose_client_leaves_stops_and_frees_its_place() -> None:
    server = Server()
    first, second = Client(body=b"first"), Client(body=b"second")
    tasks = [await server.begin(client) for client in (first, second)]

    first.leave()
    await tasks[0]
    await turns()

    assert server.work.n_given_up == 1
    assert server.work.bodies == [b"first", b"second"]
    server.work.may_end.set()
    await tasks[1]


@in_a_loop
async def test_a_save_goes_on_when_its_client_leaves() -> None:
    server = Server()
    client = Client("/fluoro/api/sessions/5f/save")
    task = await server.begin(client)

    client.leave()
    await turns()
    server.stopping.begin()
    await turns()

    assert (server.work.n_given_up, task.done()) == (0, False)
    server.work.may_end.set()
    await task
    assert client.status == 200


@in_a_loop
async def test_a_stop_tells_those_who_wait_and_begins_nothing_new() -> None:
    server = Server()
    running, waiting, late = Client("/fluoro/api/sessions/5f/save"), Client("/datastore/label"), Client()
    tasks = [await server.begin(client) for client in (running, waiting)]

    server.stopping.begin()
    await tasks[1]
    await server.begin(late)

    assert (waiting.status, late.status) == (503, 503)
    assert b"retry-after" in waiting.headers
    server.work.may_end.set()
    await tasks[0]
    assert running.status == 200


@in_a_loop
async def test_a_stop_gives_up_inferences() -> None:
    server = Server()
    task = await server.begin(Client())

    server.stopping.begin()
    await task

    assert server.work.n_given_up == 1


@in_a_loop
async def test_a_stop_ends_an_endless_stream_as_it_should_end() -> None:
    async def stream(_: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"data: 1\n\n", "more_body": True})
        await asyncio.sleep(60)

    server, client = Server(stream), Client("/fluoro/api/jobs/5f/events")
    task = await server.begin(client)

    server.stopping.begin()
    await asyncio.wait_for(task, 1)

    assert [message.get("more_body") for message in client.sent] == [None, True, False]
    assert server.queues[Kind.LOOK].n_running == 0


@in_a_loop
async def test_work_that_fails_gives_its_place_back() -> None:
    async def fail(*_: object) -> None:
        raise ValueError("broken")

    server = Server(fail)

    with pytest.raises(ValueError, match="broken"):
        await (await server.begin(Client()))

    assert server.queues[Kind.INFER].n_running == 0


@in_a_loop
async def test_a_long_body_is_not_read_ahead_without_end() -> None:
    server, n_read = Server(), 0
    running, upload = Client("/fluoro/api/upload"), Client("/fluoro/api/upload")

    async def endless() -> Message:
        nonlocal n_read
        n_read += 1
        await asyncio.sleep(0)
        return {"type": "http.request", "body": bytes(100_000), "more_body": True}

    task = await server.begin(running)
    upload.receive = endless  # type: ignore[method-assign]
    waiting = await server.begin(upload)
    await turns()

    assert n_read == 3
    waiting.cancel()
    server.work.may_end.set()
    await asyncio.wait([task, waiting])
