import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from lib.activelearning.background import Background
from lib.errors import CancelledError, PacsUnavailableError


class FakeScorer:
    """Has some runs to score, each of which takes a while; waits when it is told to."""

    def __init__(self, n_runs: int, seconds: float = 0.0) -> None:
        self.n_left = n_runs
        self.seconds = seconds
        self.fails = False
        self.pause: Callable[[], None] = lambda: None
        self.has_ended = threading.Event()

    def score_next(self) -> bool:
        if self.fails:
            self.fails = False
            raise PacsUnavailableError("http://pacs.test", "connection refused")
        if self.n_left == 0:
            self.has_ended.set()
            return False
        self.pause()
        time.sleep(self.seconds)
        self.n_left -= 1
        return True


def a_background(scorer: Any, share: float = 1.0, is_busy: Callable[[], bool] = lambda: False) -> Background:
    return Background(scorer, share, is_busy, first_pause_s=0, idle_s=0.001)


def test_all_runs_are_scored_also_after_a_failure_that_passes() -> None:
    scorer = FakeScorer(3)
    scorer.fails = True
    background = a_background(scorer)

    background.start()

    assert scorer.has_ended.wait(5)
    background.stop()
    assert scorer.n_left == 0


def test_no_share_of_the_time_means_no_scoring() -> None:
    scorer = FakeScorer(1)
    background = a_background(scorer, share=0)

    background.start()

    assert "scores" not in {thread.name for thread in threading.enumerate()}
    background.stop()


def test_a_share_of_the_time_is_kept() -> None:
    scorer = FakeScorer(5, seconds=0.02)
    background = a_background(scorer, share=0.2)
    began = time.monotonic()

    background.start()

    assert scorer.has_ended.wait(10)
    background.stop()
    assert time.monotonic() - began > 5 * 0.02 / 0.2 * 0.9


def test_nothing_is_scored_while_people_work_and_the_end_is_not_held_up() -> None:
    scorer, is_waiting = FakeScorer(1), threading.Event()

    def is_busy() -> bool:
        is_waiting.set()
        return True

    background = a_background(scorer, is_busy=is_busy)

    background.start()
    assert is_waiting.wait(5)
    background.stop()

    assert scorer.n_left == 1


def test_who_waits_for_people_hears_that_the_server_ends() -> None:
    background = a_background(FakeScorer(0))
    background.stop()

    with pytest.raises(CancelledError):
        background.wait_for_people()
