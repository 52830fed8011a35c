"""Work that goes on exactly as far as a test lets it."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import numpy as np

from lib.arrays import Frames
from lib.datastore.job_records import JobRecord, JobState
from lib.errors import CancelledError, TrackerUnavailableError
from lib.propagation.open_tracker import TrackerName
from lib.propagation.tracker import Guess, MaskImage, Watch
from lib.server.job import Job

WAIT_S = 30.0
"""Longer than any of these tests waits for a thread; nothing waits that long unless it is broken."""


def a_job(state: JobState = JobState.QUEUED) -> Job:
    return Job(JobRecord("0" * 32, "dream", "anna", None, state, datetime.now(UTC)))


class Errand:
    """Work of a test: says that it began, waits to be let on, then returns or raises."""

    def __init__(self, outcome: object = "a result") -> None:
        self.outcome = outcome
        self.began = threading.Event()
        self.may_go_on = threading.Event()
        self.ended = threading.Event()

    def __call__(self, job: Job) -> Any:
        del job
        self.began.set()
        try:
            assert self.may_go_on.wait(WAIT_S)
            if isinstance(self.outcome, Exception):
                raise self.outcome
            return self.outcome
        finally:
            self.ended.set()

    def has_begun(self) -> "Errand":
        """Wait until a worker is at it."""
        assert self.began.wait(WAIT_S)
        return self


class PatientErrand(Errand):
    """Work that would never end by itself, but asks whether it is cancelled."""

    def __call__(self, job: Job) -> Any:
        self.began.set()
        stopped = threading.Event()
        with job.listening(stopped.set):
            while not job.is_cancelled():
                assert stopped.wait(WAIT_S)
                stopped.clear()
        self.ended.set()
        raise CancelledError("errand")


def wait_until_over(job: Job) -> Job:
    """Return a job once it has ended."""
    changed = threading.Event()
    with job.listening(changed.set):
        while not job.news.is_over:
            assert changed.wait(WAIT_S)
            changed.clear()
    return job


class CopyingTracker:
    """Copies the key's mask to each frame, once a test lets it."""

    name = "copy"
    version = "1"

    def __init__(self) -> None:
        self.began = threading.Event()
        self.may_go_on = threading.Event()
        self.ended = threading.Event()

    def opened(self, name: TrackerName) -> "CopyingTracker":
        """Return itself, as what opens a tracker by its name does; there is no SAM 2."""
        if name is not TrackerName.FLOW:
            raise TrackerUnavailableError(name, "this is a test")
        return self

    def study(self, frames: Frames, times: range, watch: Watch) -> "CopyingTracker":
        del frames, times
        self.began.set()
        try:
            while not self.may_go_on.wait(0.005):
                watch.look_up()
        finally:
            self.ended.set()
        return self

    def follow(self, t: int, key: MaskImage, path: range) -> Iterator[Guess]:
        del t
        for there in path:
            yield Guess(there, key.astype(np.float32), confidence=0.5)
