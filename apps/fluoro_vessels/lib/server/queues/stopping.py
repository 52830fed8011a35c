"""Whether this process was told to stop."""

import asyncio
import threading
from typing import Final


class Stopping:
    """Set once; threads may look at it, coroutines of one event loop may wait for it."""

    def __init__(self) -> None:
        self._is_set = threading.Event()
        self._waiting: set[asyncio.Future[None]] = set()

    def is_set(self) -> bool:
        """Return whether nothing new shall be begun."""
        return self._is_set.is_set()

    def begin(self) -> None:
        """Begin nothing new from now on; called in the event loop."""
        self._is_set.set()
        for future in tuple(self._waiting):
            if not future.done():
                future.set_result(None)

    async def wait(self) -> None:
        """Return when somebody says `begin`."""
        if self.is_set():
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            await future
        finally:
            self._waiting.discard(future)


STOPPING: Final = Stopping()
"""That of this process, which runs one server."""
