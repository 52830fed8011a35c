"""One job: how it is told about, and that it ends once."""

import math

import pytest

from lib.datastore.job_records import JobState
from lib.errors import CancelledError
from tests.unit.server.job_builders import a_job


def test_a_job_tells_how_far_it_is() -> None:
    job = a_job()

    job.begin()
    job.tell(0.25, "looking")
    job.tell(0.5)

    assert job.news.state is JobState.RUNNING
    assert (job.news.progress, job.news.message) == (0.5, "looking")
    assert job.news.started_at is not None


@pytest.mark.parametrize(("told", "shown"), [(0.2, 0.5), (7.0, 1.0), (-1.0, 0.5), (math.nan, 0.5)])
def test_progress_never_falls_and_never_leaves_its_range(told: float, shown: float) -> None:
    job = a_job()
    job.tell(0.5)

    job.tell(told)

    assert job.news.progress == shown


def test_a_stopped_job_keeps_its_end_whatever_its_work_says() -> None:
    job = a_job()
    job.begin()

    assert job.stop(JobState.CANCELLED)

    job.tell(0.9, "still at it")
    assert not job.end(JobState.DONE, result="too late")
    assert job.is_cancelled()
    assert (job.news.state, job.news.progress, job.news.result) == (JobState.CANCELLED, 0.0, None)


def test_a_job_that_was_stopped_may_not_store_anything() -> None:
    job = a_job()
    job.stop(JobState.CANCELLED)

    with pytest.raises(CancelledError, match="The dream was cancelled"):
        job.begin_saving()


def test_a_job_that_stores_its_result_cannot_be_stopped() -> None:
    job = a_job()
    job.begin_saving()

    assert not job.stop(JobState.CANCELLED)

    assert job.end(JobState.DONE, result="stored")
    assert (job.news.state, job.news.progress, job.news.result) == (JobState.DONE, 1.0, "stored")


def test_a_job_that_was_stopped_while_it_waited_never_begins() -> None:
    job = a_job()
    job.stop(JobState.CANCELLED)

    assert not job.begin()


def test_listeners_hear_of_each_change_as_long_as_they_listen() -> None:
    job, heard = a_job(), []

    with job.listening(lambda: heard.append(job.news.progress)):
        job.tell(0.5)
        job.end(JobState.DONE)
    job.tell(0.7)

    assert heard == [0.5, 1.0]
