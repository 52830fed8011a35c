"""The stages of an inference, and whether anybody still waits for it."""

import threading

import pytest

from lib.errors import GivenUpError
from lib.infers.given_up import is_given_up, require_wanted, work_for
from lib.infers.stages import INFER, PRE, TOTAL, Stages


def test_stages_add_up_to_at_most_the_total() -> None:
    stages = Stages()
    for name in (PRE, INFER, PRE):
        with stages.of(name):
            sum(range(1000))

    seconds = stages.seconds()

    assert list(seconds) == [PRE, INFER, TOTAL]
    assert 0 <= seconds[PRE] + seconds[INFER] <= seconds[TOTAL] + 0.001


def test_a_stage_that_fails_is_timed_too() -> None:
    stages = Stages()
    with pytest.raises(ValueError, match="broken"), stages.of(INFER):
        raise ValueError("broken")

    assert INFER in stages.seconds()


def test_work_that_no_request_began_is_never_given_up() -> None:
    require_wanted("segmentation")

    assert not is_given_up()


def test_work_stops_when_nobody_waits_any_more() -> None:
    gone = threading.Event()
    with work_for(gone.is_set):
        require_wanted("segmentation")
        gone.set()
        with pytest.raises(GivenUpError, match="segmentation was given up"):
            require_wanted("segmentation")

    assert not is_given_up()
