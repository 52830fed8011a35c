"""What the ledger remembers of jobs."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from lib.datastore.job_records import JobRecord, JobState
from lib.datastore.ledger import Ledger
from tests.datastore_builders import IMAGE_ID

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def a_job(number: int) -> JobRecord:
    return JobRecord(f"{number:032x}", "propagate", "anna", IMAGE_ID, JobState.QUEUED, NOON + number * MINUTE)


def states(ledger: Ledger) -> list[JobState]:
    return [job.state for job in ledger.jobs()]


def test_a_job_is_remembered_with_its_times(tmp_path: Path, ledger: Ledger) -> None:
    job = a_job(1)

    ledger.add_job(job)
    ledger.note_job_start(job.id, NOON + 2 * MINUTE)
    ledger.note_job_end(job.id, JobState.DONE, NOON + 3 * MINUTE)

    [kept] = Ledger.in_folder(tmp_path).jobs()
    assert (kept.owner, kept.kind, kept.image_id, kept.created_at) == (
        job.owner,
        job.kind,
        job.image_id,
        job.created_at,
    )
    assert (kept.state, kept.started_at, kept.ended_at) == (
        JobState.DONE,
        NOON + 2 * MINUTE,
        NOON + 3 * MINUTE,
    )


def test_what_had_not_ended_is_lost_and_what_had_is_not(ledger: Ledger) -> None:
    for number in range(3):
        ledger.add_job(a_job(number))
    ledger.note_job_start(a_job(1).id, NOON)
    ledger.note_job_end(a_job(2).id, JobState.CANCELLED, NOON)

    n_lost = ledger.lose_jobs(NOON + MINUTE)

    assert n_lost == 2
    assert states(ledger) == [JobState.LOST, JobState.LOST, JobState.CANCELLED]
    assert ledger.lose_jobs(NOON + 2 * MINUTE) == 0


def test_a_job_that_was_cancelled_before_it_began_stays_cancelled(ledger: Ledger) -> None:
    ledger.add_job(a_job(1))
    ledger.note_job_end(a_job(1).id, JobState.CANCELLED, NOON)

    ledger.note_job_start(a_job(1).id, NOON + MINUTE)

    assert states(ledger) == [JobState.CANCELLED]


def test_jobs_that_ended_long_ago_are_forgotten(ledger: Ledger) -> None:
    for number in range(3):
        ledger.add_job(a_job(number))
    ledger.note_job_end(a_job(0).id, JobState.DONE, NOON)
    ledger.note_job_end(a_job(1).id, JobState.DONE, NOON + MINUTE)

    ledger.forget_jobs(NOON + MINUTE)

    assert [job.id for job in ledger.jobs()] == [a_job(1).id, a_job(2).id]
