"""Lines that only one of two drawings has."""

import numpy as np
import pytest

from lib.quality.lines import FEW_PX, dispute_of
from tests.offices import COLUMNS, ROWS, line

TRUNK = line(20) > 0
BRANCH = line(50, 20, 70) > 0
NOTHING = np.zeros((ROWS, COLUMNS), bool)


def test_the_same_drawing_has_no_dispute() -> None:
    dispute = dispute_of(TRUNK, TRUNK)

    assert (dispute.missed_px, dispute.extra_px, dispute.share) == (0, 0, 0.0)


def test_a_thicker_drawing_of_the_same_vessel_is_none_either() -> None:
    thick = TRUNK | np.roll(TRUNK, 2, axis=0)

    assert dispute_of(TRUNK, thick).disputed_px == 0


def test_a_branch_that_the_label_leaves_out_is_missed_with_its_length() -> None:
    dispute = dispute_of(TRUNK, TRUNK | BRANCH)

    assert dispute.missed_px == pytest.approx(50, abs=6)
    assert dispute.extra_px == 0


def test_a_branch_that_only_the_label_has_is_extra() -> None:
    dispute = dispute_of(TRUNK | BRANCH, TRUNK)

    assert (dispute.missed_px, dispute.extra_px) == (0, dispute.disputed_px)
    assert dispute.extra_px == pytest.approx(50, abs=6)


def test_of_several_branches_the_longest_is_named_and_all_count() -> None:
    short = line(35, 40, 60) > 0

    dispute = dispute_of(TRUNK, TRUNK | BRANCH | short)

    assert dispute.missed_px == pytest.approx(50, abs=6)
    assert dispute.disputed_px > dispute.missed_px + 10


def test_a_speck_on_an_empty_frame_disputes_less_than_a_vessel() -> None:
    speck = line(30, 40, 52) > 0

    assert dispute_of(NOTHING, speck).share < 12 / FEW_PX
    assert dispute_of(NOTHING, TRUNK).share > dispute_of(NOTHING, speck).share
    assert dispute_of(NOTHING, NOTHING).share == 0
