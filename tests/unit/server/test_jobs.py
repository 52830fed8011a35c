"""The runner of jobs: its queue is bounded, each job has one end, and its owner hears of it."""

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from lib.datastore.job_records import JobState
from lib.datastore.ledger import Ledger
from lib.errors import DiskFullError, JobNotFoundError, JobOverError, JobsFullError, LedgerBusyError
from lib.server.jobs import Jobs
from tests.datastore_builders import IMAGE_ID, a_run
from tests.unit.server.job_builders import Errand, PatientErrand, wait_until_over

OpenJobs = Callable[..., Jobs]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = Ledger.in_folder(tmp_path)
    ledger.note_runs([a_run()])
    yield ledger
    ledger.close()


@pytest.fixture
def open_jobs(ledger: Ledger) -> Iterator[OpenJobs]:
    """Return a maker of runners that are closed after the test."""
    with ExitStack() as stack:

        def make(n_workers: int = 1, n_queue: int = 2, kept: timedelta = timedelta(hours=1)) -> Jobs:
            jobs = Jobs(ledger, n_workers, n_queue, kept)
            stack.enter_context(working(jobs))
            return jobs

        yield make


@contextmanager
def working(jobs: Jobs) -> Iterator[None]:
    """Open a runner and close it, as a server does that starts and stops."""
    jobs.open()
    yield
    jobs.close()


def state_in(ledger: Ledger, job_id: str) -> JobState:
    return next(record.state for record in ledger.jobs() if record.id == job_id)


def test_a_job_is_queued_runs_and_keeps_its_result(open_jobs: OpenJobs) -> None:
    jobs, errand = open_jobs(), Errand("a mask")

    job = jobs.start("dream", "anna", IMAGE_ID, errand)
    errand.has_begun()
    assert job.news.state is JobState.RUNNING
    errand.may_go_on.set()

    assert wait_until_over(job).news.state is JobState.DONE
    assert jobs.job(job.id, "anna").news.result == "a mask"


def test_the_ledger_knows_how_a_job_ended(open_jobs: OpenJobs, ledger: Ledger) -> None:
    jobs, errand, next_errand = open_jobs(), Errand(), Errand()
    job = jobs.start("dream", "anna", IMAGE_ID, errand)
    assert state_in(ledger, job.id) in (JobState.QUEUED, JobState.RUNNING)

    errand.may_go_on.set()
    jobs.start("dream", "anna", IMAGE_ID, next_errand)
    next_errand.has_begun()

    assert state_in(ledger, job.id) is JobState.DONE
    next_errand.may_go_on.set()


def test_more_jobs_than_workers_wait_their_turn(open_jobs: OpenJobs) -> None:
    jobs, first, second = open_jobs(n_workers=1), Errand(), Errand()
    jobs.start("dream", "anna", None, first)
    first.has_begun()

    waiting = jobs.start("dream", "anna", None, second)

    assert waiting.news.state is JobState.QUEUED
    assert not second.began.is_set()
    first.may_go_on.set()
    second.has_begun()
    second.may_go_on.set()


def test_a_full_queue_takes_nothing_more_until_a_job_ends(open_jobs: OpenJobs, ledger: Ledger) -> None:
    jobs, errand = open_jobs(n_workers=1, n_queue=1), Errand()
    running = jobs.start("dream", "anna", None, errand)
    errand.has_begun()
    waiting = jobs.start("dream", "anna", None, Errand())

    with pytest.raises(JobsFullError, match="has 2 jobs to do"):
        jobs.start("dream", "ben", None, Errand())

    assert {record.id for record in ledger.jobs()} == {running.id, waiting.id}
    jobs.cancel(waiting.id, "anna")
    other = jobs.start("dream", "ben", None, Errand())
    jobs.cancel(other.id, "ben")
    errand.may_go_on.set()


def test_a_cancelled_job_is_over_at_once_and_frees_its_worker(open_jobs: OpenJobs) -> None:
    jobs, endless, following = open_jobs(n_workers=1), PatientErrand(), Errand()
    job = jobs.start("dream", "anna", None, endless)
    endless.has_begun()
    jobs.start("dream", "anna", None, following)

    jobs.cancel(job.id, "anna")

    assert job.news.state is JobState.CANCELLED
    following.has_begun()
    assert endless.ended.is_set()
    following.may_go_on.set()


def test_cancelling_twice_is_no_mistake_and_cancelling_what_is_done_is_one(open_jobs: OpenJobs) -> None:
    jobs, errand = open_jobs(), Errand()
    errand.may_go_on.set()
    done = wait_until_over(jobs.start("dream", "anna", None, errand))
    endless = PatientErrand()
    cancelled = jobs.start("dream", "anna", None, endless)

    for _ in range(2):
        assert jobs.cancel(cancelled.id, "anna").news.state is JobState.CANCELLED
    with pytest.raises(JobOverError, match="cannot be cancelled any more"):
        jobs.cancel(done.id, "anna")


def test_nobody_sees_or_cancels_another_persons_job(open_jobs: OpenJobs) -> None:
    jobs, errand = open_jobs(), Errand()
    job = jobs.start("dream", "anna", None, errand)

    assert jobs.of_owner("ben") == []
    with pytest.raises(JobNotFoundError):
        jobs.job(job.id, "ben")
    with pytest.raises(JobNotFoundError):
        jobs.cancel(job.id, "ben")
    assert not job.news.is_over
    errand.may_go_on.set()


def test_the_newest_job_is_listed_first(open_jobs: OpenJobs) -> None:
    jobs, errand = open_jobs(), Errand()
    errand.may_go_on.set()

    first, second = (jobs.start("dream", "anna", None, errand) for _ in range(2))

    assert jobs.of_owner("anna") == [second, first]


def test_a_failed_job_says_our_own_sentence(open_jobs: OpenJobs) -> None:
    jobs, errand = open_jobs(), Errand(DiskFullError("/data"))
    errand.may_go_on.set()

    job = wait_until_over(jobs.start("dream", "anna", None, errand))

    assert job.news.state is JobState.FAILED
    assert job.news.detail is not None
    assert job.news.detail.startswith("The disk of /data is full")


def test_a_job_that_fails_unexpectedly_says_nothing_of_what_was_raised(
    open_jobs: OpenJobs, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    jobs, errand = open_jobs(), Errand(ValueError("CANARY^BIRD"))
    errand.may_go_on.set()

    job = wait_until_over(jobs.start("dream", "anna", None, errand))

    assert job.news.detail is not None
    assert "incident" in job.news.detail
    assert "CANARY" not in job.news.detail + caplog.text
    assert "ValueError" in caplog.text


def test_a_worker_outlives_the_jobs_that_fail(open_jobs: OpenJobs) -> None:
    jobs, bad, good = open_jobs(n_workers=1), Errand(RuntimeError()), Errand()
    for errand in (bad, good):
        errand.may_go_on.set()
    wait_until_over(jobs.start("dream", "anna", None, bad))

    job = wait_until_over(jobs.start("dream", "anna", None, good))

    assert job.news.state is JobState.DONE


def test_what_the_ledger_cannot_note_is_not_started(
    open_jobs: OpenJobs, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs, errand = open_jobs(), Errand()

    def refuse(_job: object) -> None:
        raise LedgerBusyError("locked")

    monkeypatch.setattr(ledger, "add_job", refuse)

    with pytest.raises(LedgerBusyError):
        jobs.start("dream", "anna", None, errand)
    assert jobs.of_owner("anna") == []


def test_a_result_stands_although_the_ledger_could_not_note_it(
    open_jobs: OpenJobs, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs, errand = open_jobs(), Errand("stored")
    job = jobs.start("dream", "anna", None, errand)
    errand.has_begun()

    def refuse(*_: object) -> None:
        raise LedgerBusyError("locked")

    monkeypatch.setattr(ledger, "note_job_end", refuse)
    errand.may_go_on.set()

    assert wait_until_over(job).news.result == "stored"


def test_a_job_that_ended_is_forgotten_after_a_while(open_jobs: OpenJobs) -> None:
    jobs, errand, running = open_jobs(kept=timedelta(0)), Errand(), Errand()
    errand.may_go_on.set()
    job = wait_until_over(jobs.start("dream", "anna", None, errand))
    other = jobs.start("dream", "anna", None, running)

    with pytest.raises(JobNotFoundError):
        jobs.job(job.id, "anna")
    assert jobs.of_owner("anna") == [other]
    running.may_go_on.set()


def test_stopping_the_server_stops_its_jobs_and_they_are_reported_as_lost(ledger: Ledger) -> None:
    endless, waiting = PatientErrand(), Errand()
    before = Jobs(ledger, n_workers=1)
    with working(before):
        ids = [before.start("dream", "anna", IMAGE_ID, errand).id for errand in (endless, waiting)]
        endless.has_begun()

    after = Jobs(ledger)
    with working(after):
        lost = [after.job(job_id, "anna") for job_id in ids]

    assert endless.ended.is_set()
    assert not waiting.began.is_set()
    assert [job.news.state for job in lost] == [JobState.LOST, JobState.LOST]
    assert "If the run has no new label, start it again." in str(lost[0].news.detail)


def test_a_server_that_died_lost_its_jobs(open_jobs: OpenJobs) -> None:
    errand = Errand()
    dead = open_jobs()
    job = dead.start("dream", "anna", IMAGE_ID, errand)
    errand.has_begun()

    after = open_jobs()

    assert after.job(job.id, "anna").news.state is JobState.LOST
    assert after.job(job.id, "anna").image_id == IMAGE_ID
    errand.may_go_on.set()


def test_a_job_that_stores_its_result_may_finish_when_the_server_stops(ledger: Ledger) -> None:
    saving = Errand("stored")

    def save(job: object) -> object:
        job.begin_saving()  # type: ignore[attr-defined]
        return saving(job)  # type: ignore[arg-type]

    jobs = Jobs(ledger)
    with working(jobs):
        job = jobs.start("dream", "anna", None, save)
        saving.has_begun()
        with pytest.raises(JobOverError, match="storing its result"):
            jobs.cancel(job.id, "anna")
        saving.may_go_on.set()

    assert job.news.state is JobState.DONE
    assert state_in(ledger, job.id) is JobState.DONE
