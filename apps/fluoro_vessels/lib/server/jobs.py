"""Runs long work beside the requests: a few threads, a short queue, and an end that is told in any case."""

import logging
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeAlias

from lib.datastore.job_records import JobRecord, JobState
from lib.datastore.ledger import Ledger
from lib.errors import FluoroError, JobNotFoundError, JobOverError, JobsFullError
from lib.server.errors import incident
from lib.server.job import Job

logger = logging.getLogger(__name__)

WORKERS: Final = 2
QUEUE: Final = 16
"""So many jobs may wait beside those that run."""

KEPT: Final = timedelta(hours=1)
"""How long one may still ask how a job ended."""

DETAIL_AFTER_RESTART: Final = {
    JobState.LOST: "The server stopped before this job ended. If the run has no new label, start it again.",
    JobState.FAILED: "This job failed before the server was started again. Its log has the reason.",
}

Work: TypeAlias = Callable[[Job], Any]
"""Does a job and returns its result. It tells the job how far it is, asks often whether it is cancelled, and
says `begin_saving` before it stores anything, which it does as a whole or not at all."""


class Jobs:
    """Jobs of this server; each is seen and cancelled by its owner only."""

    def __init__(
        self, ledger: Ledger, n_workers: int = WORKERS, n_queue: int = QUEUE, kept: timedelta = KEPT
    ) -> None:
        self._ledger = ledger
        self._most = n_workers + n_queue
        self._kept = kept
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()
        self._workers = ThreadPoolExecutor(n_workers, thread_name_prefix="job")

    def open(self) -> None:
        """Take note of what an earlier process left, when the server starts."""
        now = datetime.now(UTC)
        n_lost = self._ledger.lose_jobs(now)
        self._ledger.forget_jobs(now - self._kept)
        for record in self._ledger.jobs():
            self._jobs[record.id] = Job(record, DETAIL_AFTER_RESTART.get(record.state))
        if n_lost:
            logger.warning("lost %d jobs that had not ended when the server was stopped", n_lost)

    def close(self) -> None:
        """Stop all work, and wait until it has noticed; a result that is being stored is stored.

        What waits is taken from the queue first, so that no worker begins it when another job stops.
        """
        self._workers.shutdown(wait=False, cancel_futures=True)
        for job in tuple(self._jobs.values()):
            if job.stop(JobState.LOST, DETAIL_AFTER_RESTART[JobState.LOST]):
                self._note_end(job)
        self._workers.shutdown()

    def start(self, kind: str, owner: str, image_id: str | None, work: Work) -> Job:
        """Put work into the queue.

        Raises:
            JobsFullError: The queue is full; nothing was started.
        """
        now = datetime.now(UTC)
        record = JobRecord(uuid.uuid4().hex, kind, owner, image_id, JobState.QUEUED, now)
        job = Job(record)
        self._admit(job)
        try:
            self._ledger.add_job(record)
            self._workers.submit(self._run, job, work)
        except BaseException:
            self._jobs.pop(job.id, None)
            raise
        return job

    def job(self, job_id: str, owner: str) -> Job:
        """Return a job of an owner, or raise JobNotFoundError."""
        self._forget()
        job = self._jobs.get(job_id)
        if job is None or job.owner != owner:
            raise JobNotFoundError(job_id)
        return job

    def of_owner(self, owner: str) -> list[Job]:
        """Return all jobs of an owner, newest first."""
        self._forget()
        return [job for job in reversed(tuple(self._jobs.values())) if job.owner == owner]

    def cancel(self, job_id: str, owner: str) -> Job:
        """Cancel a job: it stores nothing any more, and its work stops as soon as it asks.

        Raises:
            JobNotFoundError: The owner has no such job.
            JobOverError: It has ended otherwise, or stores its result.
        """
        job = self.job(job_id, owner)
        if job.stop(JobState.CANCELLED):
            self._note_end(job)
        elif job.news.state is not JobState.CANCELLED:
            raise JobOverError(job.id)
        return job

    def n_open(self) -> tuple[int, int]:
        """Return how many jobs run, and how many wait."""
        states = [job.news.state for job in tuple(self._jobs.values())]
        return states.count(JobState.RUNNING), states.count(JobState.QUEUED)

    def _admit(self, job: Job) -> None:
        """Count a job in, if there is room."""
        self._forget()
        with self._lock:
            n_open = sum(not other.news.is_over for other in self._jobs.values())
            if n_open >= self._most:
                raise JobsFullError(n_open)
            self._jobs[job.id] = job

    def _run(self, job: Job, work: Work) -> None:
        """Do a job in a worker's thread; whatever is raised, its owner hears a sentence."""
        if not job.begin():
            return
        try:
            self._ledger.note_job_start(job.id, datetime.now(UTC))
            self._end(job, JobState.DONE, result=work(job))
        except FluoroError as error:
            self._end(job, JobState.FAILED, str(error))
        except Exception as error:
            self._end(job, JobState.FAILED, incident(error))

    def _end(self, job: Job, state: JobState, detail: str | None = None, result: Any = None) -> None:
        if job.end(state, detail, result):
            self._note_end(job)
        else:
            stopped_at = job.news.ended_at or datetime.now(UTC)
            late_s = (datetime.now(UTC) - stopped_at).total_seconds()
            logger.info("the work of job %s stopped %.2f s after it was told to", job.id, late_s)

    def _note_end(self, job: Job) -> None:
        """Write down how a job ended; its result stands, whether this succeeds or not."""
        news = job.news
        logger.info("job %s, %s of run %s, ended: %s", job.id, job.kind, job.image_id, news.state)
        try:
            self._ledger.note_job_end(job.id, news.state, news.ended_at or datetime.now(UTC))
        except FluoroError as error:
            logger.warning("did not note the end of job %s: %s", job.id, error)

    def _forget(self) -> None:
        """Drop jobs that ended long ago."""
        latest = datetime.now(UTC) - self._kept
        with self._lock:
            for job in tuple(self._jobs.values()):
                ended_at = job.news.ended_at
                if ended_at is not None and ended_at <= latest:
                    del self._jobs[job.id]
