"""A job as the ledger remembers it: enough to say after a restart what became of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final


class JobState(StrEnum):
    """How far a job is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    LOST = "lost"
    """The server was stopped, or died, before the job ended."""


OVER: Final = frozenset({JobState.DONE, JobState.FAILED, JobState.CANCELLED, JobState.LOST})
"""States in which nothing happens any more."""


@dataclass(frozen=True, slots=True)
class JobRecord:
    """One job; times are UTC."""

    id: str
    """32 hex digits."""
    kind: str
    """What it does, such as `propagate`."""
    owner: str
    """Who started it, and alone sees it."""
    image_id: str | None
    """The run that it is about."""
    state: JobState
    created_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
