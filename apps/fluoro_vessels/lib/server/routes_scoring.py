"""MONAI Label's contract for scoring, which this server has no methods for."""

from typing import Any

from fastapi import APIRouter

from lib.errors.incoming import NoScoringError


def scoring_router() -> APIRouter:
    """Return the routes: all methods are run, none is; one method is not found."""
    router = APIRouter(prefix="/scoring", tags=["Scoring"])

    @router.get("/", summary="How far scoring is: there is none")
    def status(all: bool = False, check_if_running: bool = False) -> Any:
        del all, check_if_running
        raise NoScoringError

    @router.post("/", include_in_schema=False)
    def score_all() -> dict[str, Any]:
        return {}

    @router.post("/{method}", summary="Score by a method: there is none")
    def score(method: str) -> Any:
        del method
        raise NoScoringError

    @router.delete("/", summary="Stop scoring; nothing runs")
    def stop() -> None:
        return None

    return router
