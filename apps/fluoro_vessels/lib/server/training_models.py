"""What the routes of trainings take and answer."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from lib.datastore.training_records import TrainingRecord, TrainingState
from lib.trainers.training_folder import News

PREFIX = "/fluoro/api/trainings"


class TrainingBody(BaseModel):
    """What to train."""

    model_config = ConfigDict(extra="forbid")
    trainer: str = Field("vessels", description="`vessels` or `clicks`; both train the one network")
    settings: dict[str, Any] = Field(
        {}, description="What is not to be as the section `training` of the settings says"
    )


class NewsAnswer(BaseModel):
    """A line of a training's progress."""

    at: str
    stage: str = Field(description="What it does, in words")
    step: int
    steps: int
    loss: float | None
    dice: float | None = Field(description="Of vessels on the patients that validate, at the last validation")
    scores: dict[str, Any] = Field(description="What a validation found, by group and class; mostly empty")


class TrainingAnswer(BaseModel):
    """What is known of a training."""

    id: str
    trainer: str
    reason: str = Field(description="by hand, after 20 labels, at 02:00")
    asked_by: str
    settings: dict[str, Any]
    state: TrainingState
    progress: float = Field(ge=0, le=1, description="Share of the learning that is done")
    news: NewsAnswer | None = Field(description="The last line of its progress")
    attempts: int = Field(description="How often its process was started")
    version: str | None = Field(description="The version of the model that came of it")
    outcome: str | None = Field(description="What became of it, in a sentence")
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    address: str = Field(description="Where to look again; below it lies `/events`")


class TrainingDetail(TrainingAnswer):
    """A training with the end of its progress."""

    tail: list[NewsAnswer] = Field(description="The last lines of its progress, oldest first")


class TrainingList(BaseModel):
    """Trainings, newest first."""

    trainings: list[TrainingAnswer]


def training_answer(training: TrainingRecord, tail: Sequence[News]) -> TrainingAnswer:
    """Return what clients see of a training."""
    return TrainingAnswer(**_fields(training, tail))


def training_detail(training: TrainingRecord, tail: Sequence[News]) -> TrainingDetail:
    """Return what clients see of a training that they look at."""
    return TrainingDetail(**_fields(training, tail), tail=[_news(news) for news in tail])


def _fields(training: TrainingRecord, tail: Sequence[News]) -> dict[str, Any]:
    learned = next((news for news in reversed(tail) if news.steps), None)
    share = 0.0 if learned is None else min(learned.step / learned.steps, 1.0)
    return {
        "id": training.id,
        "trainer": training.trainer,
        "reason": training.reason,
        "asked_by": training.asked_by,
        "settings": dict(training.settings),
        "state": training.state,
        "progress": 1.0 if training.state is TrainingState.DONE else round(share, 4),
        "news": _news(tail[-1]) if tail else None,
        "attempts": training.attempts,
        "version": training.version,
        "outcome": training.outcome,
        "created_at": training.created_at,
        "started_at": training.started_at,
        "ended_at": training.ended_at,
        "address": f"{PREFIX}/{training.id}",
    }


def _news(news: News) -> NewsAnswer:
    return NewsAnswer(**{name: getattr(news, name) for name in NewsAnswer.model_fields})
