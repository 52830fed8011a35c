"""ASGI middleware: a request waits for a place of its kind, and gives it back whatever happens."""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lib.errors import QueueFullError, ServerStoppingError
from lib.infers.given_up import work_for
from lib.server.errors import answer_to
from lib.server.observe.facts import facts_of
from lib.server.queues.fair_queue import FairQueue, Ticket
from lib.server.queues.kinds import ENDLESS, MAY_BE_GIVEN_UP, Kind, kind_of
from lib.server.queues.listener import Listener
from lib.server.queues.stopping import Stopping


class Queued:
    """Lets as many requests of a kind through as there are places.

    Args:
        app: What answers.
        queues: One for each kind.
        stopping: Whether anything new is begun.
        owner_of: Returns who asks, between whom the places are shared.
    """

    def __init__(
        self,
        app: ASGIApp,
        queues: Mapping[Kind, FairQueue],
        stopping: Stopping,
        owner_of: Callable[[Scope], str],
    ) -> None:
        self._app = app
        self._queues = queues
        self._stopping = stopping
        self._owner_of = owner_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request when it is its turn."""
        kind = kind_of(scope["method"], scope["path"]) if scope["type"] == "http" else None
        if kind is not None:
            await self._in_turn(kind, scope, receive, send)
        elif scope["type"] == "http" and scope["path"].endswith(ENDLESS):
            await self._until_stopped(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _in_turn(self, kind: Kind, scope: Scope, receive: Receive, send: Send) -> None:
        queue, listener = self._queues[kind], Listener(receive)
        began, asked = None, time.monotonic()
        try:
            ticket = self._ask(queue, scope)
        except (QueueFullError, ServerStoppingError) as error:
            await answer_to(error)(scope, receive, send)
            return
        try:
            if not await self._granted(ticket, listener, scope, send):
                return
            began = time.monotonic()
            facts_of(scope).waited(kind, began - asked)
            await self._work(kind, listener, scope, send)
        finally:
            queue.give_back(ticket, None if began is None else time.monotonic() - began)
            await listener.close()

    def _ask(self, queue: FairQueue, scope: Scope) -> Ticket:
        if self._stopping.is_set():
            raise ServerStoppingError
        return queue.ask(self._owner_of(scope))

    async def _granted(self, ticket: Ticket, listener: Listener, scope: Scope, send: Send) -> bool:
        """Wait for the place; False: the client went away, or was told that the server stops."""
        if ticket.granted.done():
            return True
        listener.watch()
        gone, stop = asyncio.create_task(listener.gone.wait()), asyncio.create_task(self._stopping.wait())
        others: list[asyncio.Future[Any]] = [gone, stop]
        try:
            await asyncio.wait([ticket.granted, *others], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for other in others:
                other.cancel()
        if ticket.granted.done():
            return True
        if not listener.gone.is_set():
            await answer_to(ServerStoppingError())(scope, listener.receive, send)
        return False

    async def _work(self, kind: Kind, listener: Listener, scope: Scope, send: Send) -> None:
        if kind not in MAY_BE_GIVEN_UP:
            await self._app(scope, listener.receive, send)
            return
        listener.watch()
        with work_for(lambda: listener.gone.is_set() or self._stopping.is_set()):
            await self._app(scope, listener.receive, send)

    async def _until_stopped(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stream until the answer ends by itself, or the server stops; then the stream is ended properly."""
        is_open = False

        async def noting_send(message: Message) -> None:
            nonlocal is_open
            is_open = message["type"] == "http.response.start" or bool(message.get("more_body"))
            await send(message)

        stream = asyncio.ensure_future(self._app(scope, receive, noting_send))
        stop = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait([stream, stop], return_when=asyncio.FIRST_COMPLETED)
        finally:
            stop.cancel()
            stream.cancel()
            await asyncio.wait([stream])
        if not stream.cancelled():
            await stream
        elif is_open:
            await send({"type": "http.response.body", "body": b"", "more_body": False})
