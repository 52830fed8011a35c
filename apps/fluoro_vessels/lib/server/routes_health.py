"""Whether the server lives, and whether it can work."""

import logging
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from threading import Lock
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from lib.errors import FluoroError
from lib.sections.access import is_loopback_name
from lib.server.auth.identify import address_of
from lib.server.errors import RETRY_AFTER_S
from lib.server.services import Services

logger = logging.getLogger(__name__)

BELIEVED_S: Final = 1.0
"""So long an answer is given again: anyone may ask, and the PACS is not to be kept busy by it."""

NOT_OK: Final = "not ready; the server's log says why"
"""What those are told from whom names and addresses inside are kept: anyone may ask over the network."""


def health_router(services: Services) -> APIRouter:
    """Return `/fluoro/api/health` and `/fluoro/api/ready`."""
    router = APIRouter(prefix="/fluoro/api", tags=["Fluoro Vessels"])
    checks = Checks({"pacs": services.pacs.ping, "ledger": services.ledger.pending})
    is_guarded = services.settings.auth.enabled

    @router.get("/health", summary="The server lives")
    async def health() -> dict[str, str]:
        return {"status": "alive"}

    @router.get("/ready", summary="The PACS answers and the ledger is open")
    def ready(request: Request) -> JSONResponse:
        problems = checks.problems()
        may_know = not is_guarded or is_loopback_name(address_of(request.scope))
        said = {name: (problem if may_know else NOT_OK) if problem else "ok" for name, problem in problems}
        is_ready = not any(problem for _, problem in problems)
        if is_ready:
            return JSONResponse({"ready": True, **said})
        retry = {"Retry-After": str(RETRY_AFTER_S)}
        return JSONResponse({"ready": False, **said}, HTTPStatus.SERVICE_UNAVAILABLE, retry)

    return router


class Checks:
    """What has to be well, looked at once for all who ask within a moment."""

    def __init__(
        self, checks: Mapping[str, Callable[[], object]], now: Callable[[], float] = time.monotonic
    ) -> None:
        self._checks = checks
        self._now = now
        self._lock = Lock()
        self._looked_at = float("-inf")
        self._found: tuple[tuple[str, str], ...] = ()

    def problems(self) -> tuple[tuple[str, str], ...]:
        """Return each name with the sentence of its problem, '' where it is well."""
        with self._lock:
            if self._now() - self._looked_at >= BELIEVED_S:
                self._found = tuple((name, _problem(check)) for name, check in self._checks.items())
                self._looked_at = self._now()
            return self._found


def _problem(check: Callable[[], object]) -> str:
    """Return the sentence of what a check raises; '' if it raises nothing."""
    try:
        check()
    except FluoroError as error:
        logger.warning("not ready: %s", error)
        return str(error)
    return ""
