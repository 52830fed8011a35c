"""Which requests are remembered in the audit log, and in which words."""

import re
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime
from enum import Enum, auto
from http import HTTPStatus
from itertools import pairwise
from typing import Final

from starlette.types import Scope

from lib.datastore.audit_records import AuditEvent
from lib.server.observe.facts import UNROUTED, RequestFacts, route_of
from lib.server.queues.kinds import Kind

DICOMWEB: Final = "/dicom-web/{path:path}"
FOLDED_S: Final = 300.0
"""Looking at a run, and clicking on it, is remembered once in so long for each person and run."""

NOBODY: Final = "nobody"
"""Who was not let in: what they call themselves proves nothing."""

_LOOKING: Final = ("GET", "HEAD", "OPTIONS")
_REFUSED: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
_MOST_FOLDED: Final = 10_000
_UID: Final = re.compile(r"[0-9.]{1,64}")
_NAMING: Final = ("studies", "series", "instances")
_WORDS: Final = frozenset(
    {"studies", "series", "instances", "metadata", "rendered", "thumbnail", "frames", "pixeldata", "bulkdata"}
)


class Remember(Enum):
    """How a request is remembered."""

    NOT = auto()
    FOLDED = auto()
    """The first of its like in five minutes."""
    EACH = auto()
    """Before its answer goes out."""


def remember(method: str, route: str, status: int, facts: RequestFacts) -> Remember:
    """Return how a request is remembered.

    Whatever changes something is, each time. Folded are looks at a run or into the PACS, clicks, which
    the ledger keeps anyway, and who was not let in. Lists, pages and the state of the server are left
    out: they tell of no patient.
    """
    if status in _REFUSED:
        return Remember.FOLDED
    if route == UNROUTED:
        return Remember.NOT
    if method in _LOOKING:
        is_look = (facts.image_ids or route == DICOMWEB) and status < HTTPStatus.BAD_REQUEST
        return Remember.FOLDED if is_look else Remember.NOT
    return Remember.FOLDED if facts.queue == Kind.CLICKS else Remember.EACH


def events_of(scope: Scope, facts: RequestFacts, status: int) -> list[AuditEvent]:
    """Return what is to be remembered of a request: one event for each run, or one about none."""
    what, ids = _what(scope), _runs(facts, status) or [_dicomweb_id(scope)]
    now, who = datetime.now(UTC), NOBODY if status == HTTPStatus.UNAUTHORIZED else facts.who
    return [
        AuditEvent(
            at=now,
            who=who,
            what=what[:256],
            image_id=image_id,
            subject=facts.subject,
            result=status,
            origin=facts.origin,
            request_id=facts.request_id,
        )
        for image_id in ids
    ]


class Folding:
    """Lets the first of like events through, and the next one after five minutes."""

    def __init__(self, seconds: float = FOLDED_S, now: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._now = now
        self._seen: OrderedDict[tuple[object, ...], float] = OrderedDict()

    def is_new(self, event: AuditEvent) -> bool:
        """Return whether nothing like an event came through lately."""
        key = (event.who, event.what, event.image_id, event.subject, event.result, event.origin)
        now = self._now()
        if now - self._seen.get(key, float("-inf")) < self._seconds:
            return False
        self._seen[key] = now
        self._seen.move_to_end(key)
        while len(self._seen) > _MOST_FOLDED:
            self._seen.popitem(last=False)
        return True


def _runs(facts: RequestFacts, status: int) -> list[str | None]:
    """Return the runs of a request; of one that failed only UIDs, as other words may be a patient's name."""
    is_known = status < HTTPStatus.BAD_REQUEST
    return [image_id for image_id in facts.image_ids if is_known or _UID.fullmatch(image_id)]


def _what(scope: Scope) -> str:
    route = route_of(scope)
    if route == DICOMWEB:
        named = (part if part in _WORDS else "*" for part in _dicomweb_parts(scope))
        route = "/dicom-web/" + "/".join(named)
    return f"{scope['method']} {route}"


def _dicomweb_parts(scope: Scope) -> list[str]:
    return [part for part in str(scope.get("path_params", {}).get("path", "")).split("/") if part][:9]


def _dicomweb_id(scope: Scope) -> str | None:
    """Return the innermost UID that a DICOMweb address names: instance, series or study."""
    if route_of(scope) != DICOMWEB:
        return None
    parts = _dicomweb_parts(scope)
    named = (uid for word, uid in pairwise(parts) if word in _NAMING and _UID.fullmatch(uid))
    return next(reversed(list(named)), None)
