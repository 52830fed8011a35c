"""Trainings on what people labelled: ask for one, watch it, cancel it. All people see all of them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any, Final

import anyio.to_thread
from fastapi import APIRouter, Response
from starlette.responses import StreamingResponse

from lib.server.owner import Owner
from lib.server.routes_jobs import EVENT_HEADERS
from lib.server.services import Services
from lib.server.training_clock import TrainingClock
from lib.server.training_events import training_events
from lib.server.training_models import (
    PREFIX,
    TrainingAnswer,
    TrainingBody,
    TrainingDetail,
    TrainingList,
    training_answer,
    training_detail,
)

REASON: Final = "by hand"
EVENTS: Final = (
    "`data:` lines, each what the list says of the training: the present state at once, then each change. A "
    "comment when nothing changes for ten seconds. The stream ends with the training."
)


def training_router(services: Services) -> APIRouter:
    """Return the routes; they run in worker threads. What is due is looked for while the application runs."""
    queue = services.trainings
    clock = TrainingClock(queue)

    @asynccontextmanager
    async def running(_: Any) -> AsyncIterator[None]:
        clock.start()
        yield
        await anyio.to_thread.run_sync(clock.stop)

    router = APIRouter(prefix=PREFIX, tags=["Fluoro Vessels"], lifespan=running)

    def seen(training_id: str) -> TrainingAnswer:
        return training_answer(queue.ledger.training(training_id), queue.folder(training_id).tail())

    @router.get("", summary="Trainings, newest first")
    def list_trainings() -> TrainingList:
        found = queue.ledger.trainings()
        return TrainingList(trainings=[training_answer(one, queue.folder(one.id).tail()) for one in found])

    @router.post("", status_code=HTTPStatus.ACCEPTED, summary="Train; it waits until no other one runs")
    def ask(body: TrainingBody, owner: Owner, response: Response) -> TrainingAnswer:
        training = queue.ask(body.trainer, REASON, owner, body.settings)
        response.headers["Location"] = f"{PREFIX}/{training.id}"
        return seen(training.id)

    @router.get("/{training_id}", summary="How far a training is, and what became of it")
    def show(training_id: str) -> TrainingDetail:
        return training_detail(queue.ledger.training(training_id), queue.folder(training_id).tail())

    @router.get(
        "/{training_id}/events",
        summary="How far a training is, as server-sent events until it ends",
        response_class=StreamingResponse,
        responses={HTTPStatus.OK: {"content": {"text/event-stream": {}}, "description": EVENTS}},
    )
    async def events(training_id: str) -> StreamingResponse:
        await anyio.to_thread.run_sync(seen, training_id)
        return StreamingResponse(
            training_events(lambda: seen(training_id)),
            media_type="text/event-stream",
            headers=EVENT_HEADERS,
        )

    @router.delete("/{training_id}", summary="Cancel a training; the models stay as they are")
    def cancel(training_id: str) -> TrainingAnswer:
        return seen(queue.cancel(training_id).id)

    return router
