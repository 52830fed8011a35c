"""ASGI middleware, the outermost: numbers every request, measures it, logs it, remembers it."""

import asyncio
import logging
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lib.server.observe.audit_rules import Folding, Remember, events_of, remember
from lib.server.observe.audit_trail import AuditTrail
from lib.server.observe.facts import REQUEST_ID, RequestFacts, facts_of, read_address, route_of
from lib.server.observe.metrics import Metrics

logger = logging.getLogger("lib.server.requests")

SLOW_S: Final = 2.0
"""Looking that takes longer is logged too."""
STORED_WITHIN_S: Final = 5.0
"""So long an answer waits until the ledger has its entry; the entry itself is written later all the same."""

_LOOKING: Final = ("GET", "HEAD", "OPTIONS")
_ERROR: Final = 400


class Observe:
    """Watches requests from outside: what is refused before any route is seen too."""

    def __init__(self, app: ASGIApp, metrics: Metrics, trail: AuditTrail) -> None:
        self._app = app
        self._metrics = metrics
        self._trail = trail
        self._folding = Folding()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        facts, status = facts_of(scope), 0

        async def noting_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
                _add_headers(MutableHeaders(scope=message), facts_of(scope))
                await self._remember(scope, facts, status)
            await send(message)

        self._metrics.begin()
        try:
            await self._app(scope, receive, noting_send)
        finally:
            self._note_end(scope, facts, status)

    async def _remember(self, scope: Scope, facts: RequestFacts, status: int) -> None:
        """Put a request into the audit log; a change is there before its answer goes out."""
        read_address(scope, facts)
        events = events_of(scope, facts, status)
        how = remember(scope["method"], route_of(scope), status, facts)
        if how is Remember.FOLDED:
            self._trail.add([event for event in events if self._folding.is_new(event)])
        elif how is Remember.EACH:
            stored = [asyncio.wrap_future(future) for future in self._trail.add(events)]
            await asyncio.wait(stored, timeout=STORED_WITHIN_S)

    def _note_end(self, scope: Scope, facts: RequestFacts, status: int) -> None:
        seconds, route = facts.age_s(), route_of(scope)
        self._metrics.end(scope["method"], route, status, seconds)
        if facts.queue is not None:
            self._metrics.waited(facts.queue, facts.queue_s)
        if facts.stages:
            self._metrics.stages(facts.task, facts.stages)
        is_quiet = scope["method"] in _LOOKING and 0 < status < _ERROR and seconds < SLOW_S
        logger.log(
            logging.DEBUG if is_quiet else logging.INFO,
            "%s %s: %d in %.3f s",
            scope["method"],
            route,
            status,
            seconds,
            extra={"fields": _fields(scope, facts, status, seconds)},
        )


def _add_headers(headers: MutableHeaders, facts: RequestFacts) -> None:
    """Say the number of the request, and where its time went (W3C Server Timing, milliseconds)."""
    headers[REQUEST_ID] = facts.request_id
    if facts.stages:
        told = (f"{name};dur={seconds * 1e3:.1f}" for name, seconds in facts.stages.items())
        headers["Server-Timing"] = ", ".join(told)


def _fields(scope: Scope, facts: RequestFacts, status: int, seconds: float) -> dict[str, object]:
    """Return what a JSON log has beside the line; nothing of a patient, no query, no path."""
    return {
        "method": scope["method"],
        "route": route_of(scope),
        "status": status,
        "seconds": round(seconds, 4),
        "queue_s": round(facts.queue_s, 4),
        "image_id": facts.image_ids[0] if facts.image_ids else None,
        "origin": facts.origin,
        "stages": facts.stages or None,
    }
