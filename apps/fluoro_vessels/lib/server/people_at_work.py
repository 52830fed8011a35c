"""Whether people work with the server at the moment, so that what can wait does."""

import time
from collections.abc import Callable
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

LOOKING: Final = ("GET", "HEAD", "OPTIONS")
QUIET_S: Final = 2.0
"""So long after a change by a person the next one is expected."""

ENDLESS: Final = "/events"
"""Where addresses end that answer for as long as somebody listens."""


class PeopleAtWork:
    """Counts requests: those in flight, and the last one that was more than looking."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._n_in_flight = 0
        self._worked_at = float("-inf")

    def are_busy(self) -> bool:
        """Return whether a request is being answered, or somebody changed something just now."""
        return self._n_in_flight > 0 or self._now() - self._worked_at < QUIET_S

    def begin(self) -> None:
        """Count a request in."""
        self._n_in_flight += 1

    def end(self, method: str) -> None:
        """Count it out."""
        self._n_in_flight -= 1
        if method not in LOOKING:
            self._worked_at = self._now()


class CountRequests:
    """ASGI middleware that tells `PeopleAtWork` of each request; it runs in one thread, the event loop's."""

    def __init__(self, app: ASGIApp, people: PeopleAtWork) -> None:
        self._app = app
        self._people = people

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, counted while it is answered."""
        if scope["type"] != "http" or scope["path"].endswith(ENDLESS):
            await self._app(scope, receive, send)
            return
        self._people.begin()
        try:
            await self._app(scope, receive, send)
        finally:
            self._people.end(scope["method"])
