"""One job as the server holds it: what is known of it now, who waits for news, and how it ends once."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from lib.datastore.job_records import OVER, JobRecord, JobState
from lib.errors import CancelledError


@dataclass(frozen=True)
class JobNews:
    """What is known of a job at one moment."""

    state: JobState
    progress: float = 0.0
    """From 0 to 1; never falls."""
    message: str = ""
    """What is being done."""
    detail: str | None = None
    """Why it failed or was lost, one sentence."""
    result: Any = None
    started_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing will change any more."""
        return self.state in OVER


class Job:
    """A job: the work tells how far it is, others look, listen or stop it; safe for several threads.

    It ends once. Stopping ends it at once, and what the work still does is not stored: of `stop` and
    `begin_saving`, which stands between the work and its result, the first one wins.
    """

    def __init__(self, record: JobRecord, detail: str | None = None) -> None:
        self.id, self.kind, self.owner = record.id, record.kind, record.owner
        self.image_id, self.created_at = record.image_id, record.created_at
        self._news = JobNews(
            record.state, detail=detail, started_at=record.started_at, ended_at=record.ended_at
        )
        self._is_saving = False
        self._listeners: set[Callable[[], None]] = set()
        self._lock = threading.Lock()

    @property
    def news(self) -> JobNews:
        """What is known now."""
        return self._news

    def is_cancelled(self) -> bool:
        """Return whether somebody stopped it; the work asks often."""
        return self._news.is_over

    def tell(self, progress: float, message: str | None = None) -> None:
        """Say how far the work is, from 0 to 1, and what it does; after the end nobody listens."""
        with self._lock:
            now = self._news
            if not now.is_over:
                reached = max(now.progress, min(progress, 1.0))
                said = now.message if message is None else message
                self._become(replace(now, progress=reached, message=said))

    def begin(self) -> bool:
        """Note that a thread works on it; False when it ended while it waited."""
        with self._lock:
            if not self._news.is_over:
                self._become(replace(self._news, state=JobState.RUNNING, started_at=datetime.now(UTC)))
            return not self._news.is_over

    def begin_saving(self) -> None:
        """Say that the result is being stored: from here on nobody can stop the job.

        Raises:
            CancelledError: Somebody did before; nothing may be stored.
        """
        with self._lock:
            if self._news.is_over:
                raise CancelledError(self.kind)
            self._is_saving = True

    def stop(self, state: JobState, detail: str | None = None) -> bool:
        """End it from outside; False when it has ended, or stores its result."""
        with self._lock:
            return not self._is_saving and self._end(state, detail)

    def end(self, state: JobState, detail: str | None = None, result: Any = None) -> bool:
        """End it from within; False when somebody stopped it, then nothing changes."""
        with self._lock:
            return self._end(state, detail, result)

    @contextmanager
    def listening(self, listener: Callable[[], None]) -> Iterator[None]:
        """Call a listener after each change, from any thread, until the block ends.

        It is called with the job locked: it only wakes somebody, who then looks.
        """
        with self._lock:
            self._listeners.add(listener)
        try:
            yield
        finally:
            with self._lock:
                self._listeners.discard(listener)

    def _end(self, state: JobState, detail: str | None = None, result: Any = None) -> bool:
        now = self._news
        if now.is_over:
            return False
        reached, at = 1.0 if state is JobState.DONE else now.progress, datetime.now(UTC)
        self._become(
            JobNews(state, reached, now.message, detail, result, started_at=now.started_at, ended_at=at)
        )
        return True

    def _become(self, news: JobNews) -> None:
        self._news = news
        for listener in self._listeners:
            listener()
