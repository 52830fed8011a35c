"""Frames that a person finished."""

import pytest

from lib.datastore.ledger import Ledger
from lib.errors import FrameOutOfRunError, RunNotFoundError
from tests.datastore_builders import IMAGE_ID


def test_frames_are_finished_and_opened_again(ledger: Ledger) -> None:
    ledger.finish_frames(IMAGE_ID, [3, 1], "ann")
    ledger.finish_frames(IMAGE_ID, [3, 5], "ben")

    ledger.reopen_frames(IMAGE_ID, [1, 2])

    assert ledger.finished_frames(IMAGE_ID) == {3, 5}


def test_of_frames_of_which_the_run_lacks_one_none_is_finished(ledger: Ledger) -> None:
    with pytest.raises(FrameOutOfRunError):
        ledger.finish_frames(IMAGE_ID, [0, 96], "ann")

    assert ledger.finished_frames(IMAGE_ID) == frozenset()


def test_a_run_that_nobody_knows_has_no_finished_frames(ledger: Ledger) -> None:
    assert ledger.finished_frames("1.2.3") == frozenset()
    with pytest.raises(RunNotFoundError):
        ledger.finish_frames("1.2.3", [0], "ann")
