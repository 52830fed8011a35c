"""Contrast medium on its way through a tree."""

from dataclasses import replace

import numpy as np
import pytest

from lib.phantom.model import Branch, Tree
from lib.phantom.physiology.flow import Flow, arrivals_s, concentration, phase_of, stain_at

FLOW = Flow(
    begin_s=0.5,
    duration_s=2.0,
    speed_mm_s=100.0,
    slowing=0.5,
    dispersion=0.1,
    attenuation_per_mm=0.1,
    pulsation=0.0,
    heart_rate_hz=1.0,
    stain=0.1,
    stain_delay_s=0.5,
    reflux=0.0,
)


def tree() -> Tree:
    """Return a trunk of 40 mm and a branch half as wide that leaves it at 20 mm."""
    points = np.stack([np.arange(0, 40.5, 0.5), np.zeros(81), np.zeros(81)], axis=1)
    trunk = Branch("trunk", None, 0, points, np.full(81, 2.0))
    return Tree("coronary", (trunk, Branch("side", 0, 40, points + np.array([20.0, 0, 0]), np.full(81, 0.5))))


def test_the_front_needs_the_time_that_its_speed_gives_it() -> None:
    trunk, _ = arrivals_s(tree(), FLOW)

    assert trunk[0] == 0
    assert trunk[-1] == pytest.approx(0.4)


def test_a_branch_begins_when_its_parent_is_reached_and_is_slower_where_it_is_thin() -> None:
    trunk, side = arrivals_s(tree(), FLOW)

    assert side[0] == pytest.approx(trunk[40])
    assert side[-1] - side[0] == pytest.approx(0.4 / (0.5 / 2.0) ** 0.5)


def test_a_place_is_empty_before_full_during_and_empty_after_the_injection() -> None:
    arrival = np.array([0.2])

    before, during, after = (concentration(arrival, FLOW, time_s)[0] for time_s in (0.0, 1.7, 6.0))

    assert before < 0.01
    assert during > 0.9
    assert after < 0.01


def test_the_far_end_fills_later_and_washes_out_later() -> None:
    near, far = np.array([0.0]), np.array([1.0])

    assert concentration(far, FLOW, 1.0)[0] < concentration(near, FLOW, 1.0)[0]
    assert concentration(far, FLOW, 3.2)[0] > concentration(near, FLOW, 3.2)[0]


def test_pulsation_thins_the_medium_with_the_heart() -> None:
    beating = replace(FLOW, pulsation=0.3)

    at_beat, between = (concentration(np.zeros(1), beating, time_s)[0] for time_s in (2.0, 1.5))

    assert at_beat < between


def test_tissue_is_stained_after_the_medium_came() -> None:
    arrival = np.array([0.5])

    early, late = (stain_at(arrival, FLOW, time_s)[0] for time_s in (1.4, 3.0))

    assert early == 0
    assert late > 0.5


@pytest.mark.parametrize(
    ("time_s", "phase"),
    [(0.0, "before"), (0.8, "filling"), (2.0, "full"), (3.0, "washing out"), (9.0, "after")],
)
def test_the_phase_follows_the_injection(time_s: float, phase: str) -> None:
    assert phase_of(FLOW, 1.0, time_s) == phase
