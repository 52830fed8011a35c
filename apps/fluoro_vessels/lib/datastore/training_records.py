"""A training as the ledger remembers it: who asked for it, how far it is, what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final


class TrainingState(StrEnum):
    """How far a training is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED: Final = frozenset({TrainingState.DONE, TrainingState.FAILED, TrainingState.CANCELLED})
"""States in which nothing happens any more."""


@dataclass(frozen=True, slots=True)
class TrainingRecord:
    """One training; times are UTC."""

    id: str
    """32 hex digits."""
    trainer: str
    """What somebody asked to train: `vessels` or `clicks`."""
    reason: str
    """In words: by hand, after 20 labels, at 02:00."""
    asked_by: str
    settings: Mapping[str, Any]
    """The section `training` of the settings as it was when somebody asked, with what was asked for."""
    state: TrainingState
    created_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    attempts: int = 0
    """How often its process was started: twice where the first one died."""
    version: str | None = None
    """The version of the model that came of it."""
    outcome: str | None = None
    """What became of it, in a sentence."""

    @property
    def is_over(self) -> bool:
        """Whether nothing will change any more."""
        return self.state in ENDED
