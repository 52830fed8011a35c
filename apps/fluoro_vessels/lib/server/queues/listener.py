"""Notices that a client goes away while its request waits or is worked on."""

import asyncio
from collections import deque
from typing import Final

from starlette.types import Message, Receive

MOST_BYTES: Final = 256 * 1024
"""So much of a body is read ahead; a longer one is left to who answers, who then notices by itself."""


class Listener:
    """Reads a request for whoever answers it, and ahead of that once somebody wants to `watch`."""

    def __init__(self, receive: Receive) -> None:
        self.gone = asyncio.Event()
        self._receive = receive
        self._kept: deque[Message] = deque()
        self._n_bytes = 0
        self._moved = asyncio.Event()
        self._reader: asyncio.Task[None] | None = None

    def watch(self) -> None:
        """Read ahead from now on; `gone` is set when the client left."""
        if self._reader is None:
            self._reader = asyncio.create_task(self._read())

    async def receive(self) -> Message:
        """Return the next message of the request; after the client left always the same."""
        if self._reader is None:
            return await self._receive()
        while not self._kept:
            self._moved.clear()
            await self._moved.wait()
        if self._kept[0]["type"] == "http.disconnect":
            return self._kept[0]
        message = self._kept.popleft()
        self._n_bytes -= len(message.get("body", b""))
        self._moved.set()
        return message

    async def close(self) -> None:
        """Read no more."""
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.wait([self._reader])

    async def _read(self) -> None:
        while not self.gone.is_set():
            while self._n_bytes > MOST_BYTES:
                self._moved.clear()
                await self._moved.wait()
            message = await self._receive()
            self._n_bytes += len(message.get("body", b""))
            self._kept.append(message)
            if message["type"] == "http.disconnect":
                self.gone.set()
            self._moved.set()
