"""Runs that arrive and are segmented by themselves: the queue, the rules, and trying again."""

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, Query

from lib.arrivals.open import problem_with
from lib.datastore.arrival_records import ArrivalRecord, ArrivalState
from lib.errors.arrivals import ArrivalsOffError
from lib.server.arrivals.models import (
    ArrivalAnswer,
    ArrivalListAnswer,
    ArrivalRuleAnswer,
    ArrivalRulesAnswer,
    arrival_answer,
)
from lib.server.observe.facts import note
from lib.server.prompt_models import PROBLEMS
from lib.server.services import Services

logger = logging.getLogger(__name__)


def arrivals_router(services: Services) -> APIRouter:
    """Return the routes; runs are looked for while the application runs. All people see all arrivals."""
    router = APIRouter(
        prefix="/fluoro/api/arrivals",
        tags=["Fluoro Vessels"],
        responses=PROBLEMS,
        lifespan=_lifespan(services),
    )
    settings, ledger = services.settings.arrival, services.ledger

    def told(records: Sequence[ArrivalRecord]) -> list[ArrivalAnswer]:
        segs = ledger.seg_states([record.label_id for record in records if record.label_id])
        return [arrival_answer(record, segs) for record in records]

    @router.get("", summary="Runs that arrived, the newest first")
    def list_arrivals(
        state: ArrivalState | None = None, most: Annotated[int, Query(ge=1, le=1000)] = 100
    ) -> ArrivalListAnswer:
        return ArrivalListAnswer(
            enabled=settings.enabled,
            since=ledger.arrivals_since(),
            counts=ledger.count_arrivals(),
            arrivals=told(ledger.arrivals(state, most)),
        )

    @router.get("/rules", summary="Which runs are segmented by themselves, and what is wrong with a rule")
    def rules() -> ArrivalRulesAnswer:
        listed = [ArrivalRuleAnswer(rule=rule, problem=problem_with(rule)) for rule in settings.rules]
        return ArrivalRulesAnswer(enabled=settings.enabled, rules=listed)

    @router.get("/{image_id}", summary="What became of a run that arrived")
    def show(image_id: str) -> ArrivalAnswer:
        return told([ledger.arrival(image_id)])[0]

    @router.post("/{image_id}/retry", summary="Look again at a run that failed, was left, or came before")
    def retry(image_id: str) -> ArrivalAnswer:
        if not settings.enabled:
            raise ArrivalsOffError
        run = services.shelf.run(image_id)
        note(image_id=run.image_id)
        record = ledger.retry_arrival(run.image_id, datetime.now(UTC))
        services.arrivals.wake()
        return told([record])[0]

    return router


def _lifespan(services: Services) -> Any:
    @asynccontextmanager
    async def running(_: Any) -> AsyncIterator[None]:
        for rule in services.settings.arrival.rules if services.settings.arrival.enabled else ():
            if problem := problem_with(rule):
                logger.warning("rule %r for arriving runs cannot be followed: %s", rule.name, problem)
        services.stored_runs.listen(lambda _: services.arrivals.wake())
        await anyio.to_thread.run_sync(services.arrivals.start)
        yield
        await anyio.to_thread.run_sync(services.arrivals.stop)

    return running
