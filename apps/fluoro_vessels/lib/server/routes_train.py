"""MONAI Label's contract for training, answered from our queue.

Its own routes would start a process that only waits, forget everything with the server, and stop a training
by killing it.
"""

import time
from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, HTTPException

from lib.datastore.training_records import TrainingRecord, TrainingState
from lib.server.services import Services
from lib.trainers.queue import TrainingQueue
from lib.trainers.task import LOOK_S, REASON, asker_of, changes_of
from lib.trainers.telling import line_of, stats_of
from lib.trainers.wish import TRAINERS

STATUS: Final = {
    TrainingState.WAITING: "SUBMITTED",
    TrainingState.RUNNING: "RUNNING",
    TrainingState.DONE: "DONE",
    TrainingState.FAILED: "ERROR",
    TrainingState.CANCELLED: "STOPPED",
}
"""Our states in MONAI Label's words."""

BUSY: Final = "A training runs or waits already. Watch it, stop it, or ask with enqueue=true."

Params = Annotated[dict[str, Any] | None, Body()]


def train_router(services: Services) -> APIRouter:
    """Return the routes; they run in worker threads."""
    queue = services.trainings
    router = APIRouter(prefix="/train", tags=["Train"])

    @router.get("/", summary="How far the newest training is, or all of them")
    def status(all: bool = False, check_if_running: bool = False) -> Any:
        found = queue.ledger.open_trainings() if check_if_running else queue.ledger.trainings()
        running = [one for one in found if not check_if_running or one.state is TrainingState.RUNNING]
        if not running:
            raise HTTPException(HTTPStatus.NOT_FOUND, "No training was found.")
        newest_last = [train_status(queue, one) for one in reversed(running)]
        return newest_last if all and not check_if_running else newest_last[-1]

    @router.post("/", include_in_schema=False)
    def ask_all(params: Params = None) -> dict[str, Any]:
        first = ask(TRAINERS[0], (params or {}).get(TRAINERS[0]), enqueue=True)
        return {name: {"result": first, "detail": None} for name in TRAINERS}

    @router.post("/{model}", summary="Train, or wait in the queue")
    def ask(
        model: str, params: Params = None, run_sync: bool = False, enqueue: bool = False
    ) -> dict[str, Any]:
        if not enqueue and queue.ledger.open_trainings():
            raise HTTPException(HTTPStatus.TOO_MANY_REQUESTS, BUSY)
        request = params or {}
        training = queue.ask(model, REASON, asker_of(request), changes_of(request))
        while run_sync and not (training := queue.ledger.training(training.id)).is_over:
            time.sleep(LOOK_S)
            queue.advance()
        return train_status(queue, training)

    @router.delete("/", summary="Stop the training that runs, or the next one that waits")
    def stop() -> dict[str, Any] | None:
        found: Sequence[TrainingRecord] = queue.ledger.open_trainings()
        chosen = sorted(found, key=lambda one: one.state is not TrainingState.RUNNING)[:1]
        return train_status(queue, queue.cancel(chosen[0].id)) if chosen else None

    return router


def train_status(queue: TrainingQueue, training: TrainingRecord) -> dict[str, Any]:
    """Return a training as MONAI Label's clients know it; `details` are the last lines of its progress."""
    tail = queue.folder(training.id).tail()
    ended = {} if training.ended_at is None else {"end_ts": _clock(training.ended_at.timestamp())}
    outcome = [training.outcome] if training.outcome else []
    return {
        "id": training.id,
        "status": STATUS[training.state],
        "request": {"model": training.trainer, **training.settings},
        "start_ts": _clock((training.started_at or training.created_at).timestamp()),
        **ended,
        "details": [*(line_of(news) for news in tail), *outcome],
        "stats": stats_of(training, tail),
    }


def _clock(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds))
