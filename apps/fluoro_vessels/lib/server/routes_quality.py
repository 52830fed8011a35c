"""The quality of labels: how well people agree, and which labels somebody should look at again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, Query
from starlette.responses import JSONResponse

from lib.datastore.labelled import LabelledRuns
from lib.errors import UnknownModelError
from lib.quality.background import Background
from lib.quality.open import LabelQuality, open_quality
from lib.server.owner import Owner
from lib.server.quality_models import AgreementAnswer, LookAgainAnswer, told_agreement, told_look
from lib.server.routes_reviews import runs_by_id
from lib.server.services import Services


def quality_router(services: Services, quality: LabelQuality | None = None) -> APIRouter:
    """Return the routes; what they tell is found out in the background while the application runs."""
    runs = LabelledRuns(services.ledger, services.desk.store, services.shelf)
    quality = quality or open_quality(runs, services.desk.table, services.settings.data)
    router = APIRouter(
        prefix="/fluoro/api/quality", tags=["Fluoro Vessels"], lifespan=_lifespan(services, quality)
    )

    @router.get("/agreement", summary="How well people agree who labelled the same run")
    def agreement() -> AgreementAnswer:
        return told_agreement(quality.agreements.known(), len(quality.agreements.tasks()))

    @router.get(
        "/look-again",
        summary="Submitted labels that differ most from what the live model says",
        response_model=LookAgainAnswer,
    )
    def look_again(owner: Owner, limit: Annotated[int, Query(ge=1, le=1000)] = 50) -> JSONResponse:
        try:
            n_waiting, version = len(quality.look_again.tasks()), quality.look_again.opinion().version
        except UnknownModelError:
            return JSONResponse({"model": None, "n_waiting": 0, "labels": []})
        known = quality.look_again.known()
        runs = runs_by_id(services, {label.image_id for label, _ in known}, owner)
        labels = [
            told_look(label, look, runs[label.image_id]) for label, look in known if label.image_id in runs
        ]
        return JSONResponse({"model": version, "n_waiting": n_waiting, "labels": labels[:limit]})

    return router


def _lifespan(services: Services, quality: LabelQuality) -> Any:
    background = Background([quality.look_again, quality.agreements])

    @asynccontextmanager
    async def running(_: Any) -> AsyncIterator[None]:
        if services.settings.quality.look_again:
            background.start()
        yield
        await anyio.to_thread.run_sync(background.stop)

    return running
