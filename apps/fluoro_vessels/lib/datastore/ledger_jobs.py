"""The ledger's part about jobs: which were begun, so that none disappears with the server."""

from dataclasses import asdict, fields
from datetime import datetime
from typing import Final

from sqlalchemy import delete, insert, select, update

from lib.datastore.database import Database
from lib.datastore.job_records import JobRecord, JobState
from lib.datastore.tables import JobRow

_NAMES: Final = tuple(field.name for field in fields(JobRecord))
_JOB: Final = tuple(getattr(JobRow, name) for name in _NAMES)


class JobsInLedger:
    """Remembers jobs; what they made lies elsewhere, such as in a label."""

    _database: Database

    def add_job(self, job: JobRecord) -> None:
        """Remember a job before it begins."""
        with self._database.writing() as connection:
            connection.execute(insert(JobRow).values(**asdict(job)))

    def note_job_start(self, job_id: str, now: datetime) -> None:
        """Remember that a job runs, unless it was cancelled meanwhile."""
        waits = (JobRow.id == job_id, JobRow.ended_at.is_(None))
        with self._database.writing() as connection:
            connection.execute(update(JobRow).where(*waits).values(state=JobState.RUNNING, started_at=now))

    def note_job_end(self, job_id: str, state: JobState, now: datetime) -> None:
        """Remember how a job ended."""
        with self._database.writing() as connection:
            connection.execute(update(JobRow).where(JobRow.id == job_id).values(state=state, ended_at=now))

    def lose_jobs(self, now: datetime) -> int:
        """Mark as lost all jobs that had not ended when the server did; returns how many.

        Call it when a server starts: one server at a time has jobs in a ledger.
        """
        left = update(JobRow).where(JobRow.ended_at.is_(None))
        with self._database.writing() as connection:
            return connection.execute(left.values(state=JobState.LOST, ended_at=now)).rowcount

    def forget_jobs(self, before: datetime) -> None:
        """Forget jobs that ended before a time."""
        with self._database.writing() as connection:
            connection.execute(delete(JobRow).where(JobRow.ended_at < before))

    def jobs(self) -> list[JobRecord]:
        """Return all jobs that are remembered, oldest first."""
        query = select(*_JOB).order_by(JobRow.created_at, JobRow.id)
        with self._database.reading() as connection:
            return [
                JobRecord(**{**dict(zip(_NAMES, row, strict=True)), "state": JobState(row.state)})
                for row in connection.execute(query)
            ]
