"""Whether the server lives, and whether it can work."""

import logging
from collections.abc import Callable
from http import HTTPStatus

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from lib.errors import FluoroError
from lib.server.errors import RETRY_AFTER_S
from lib.server.services import Services

logger = logging.getLogger(__name__)


def health_router(services: Services) -> APIRouter:
    """Return `/fluoro/api/health` and `/fluoro/api/ready`."""
    router = APIRouter(prefix="/fluoro/api", tags=["Fluoro Vessels"])

    @router.get("/health", summary="The server lives")
    async def health() -> dict[str, str]:
        return {"status": "alive"}

    @router.get("/ready", summary="The PACS answers and the ledger is open")
    def ready() -> JSONResponse:
        problems = {
            "pacs": _problem(services.pacs.ping),
            "ledger": _problem(services.ledger.pending),
        }
        is_ready = not any(problems.values())
        body = {"ready": is_ready, **{name: problem or "ok" for name, problem in problems.items()}}
        if is_ready:
            return JSONResponse(body)
        return JSONResponse(body, HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": str(RETRY_AFTER_S)})

    return router


def _problem(check: Callable[[], object]) -> str:
    """Return the sentence of what a check raises; '' if it raises nothing."""
    try:
        check()
    except FluoroError as error:
        logger.warning("not ready: %s", error)
        return str(error)
    return ""
