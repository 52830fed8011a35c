"""What is told of a training: lines for people, and the figures that MONAI Label's clients show."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from lib.datastore.training_records import TrainingRecord
from lib.trainers.training_folder import News


def line_of(news: News) -> str:
    """Return one line of progress as people read it."""
    if not news.step:
        return news.stage
    loss = "" if news.loss is None else f": loss {news.loss:.4f}"
    scores = news.scores or {}
    found = ", ".join(f"{name} {value:.3f}" for name, value in scores.get("all", {}).items())
    return f"step {news.step} of {news.steps}{loss}{f'; {found}' if found else ''}"


def stats_of(training: TrainingRecord, tail: Sequence[News]) -> dict[str, Any]:
    """Return the state, loss and Dice of a training under MONAI Label's names, with ours beside.

    3D Slicer draws its bars from `epoch`, `total_epochs` and `best_metric`, and takes a training that has a
    `total_time` for over.
    """
    last = next((news for news in reversed(tail) if news.step), News("waiting"))
    begun = training.started_at or training.created_at
    taken = str(timedelta(seconds=int(((training.ended_at or datetime.now(UTC)) - begun).total_seconds())))
    return {
        "training": training.id,
        "state": training.state.value,
        "stage": tail[-1].stage if tail else training.state.value,
        "epoch": last.step,
        "total_epochs": max(last.steps, 1),
        "loss": last.loss,
        "best_metric": last.dice or 0,
        "start_ts": int(begun.timestamp()),
        "total_time" if training.is_over else "current_time": taken,
        "version": training.version,
        "outcome": training.outcome,
    }
