"""A value through a run: outliers, a smooth course, and how much it changes."""

import numpy as np
import pytest
from numpy.typing import NDArray

from lib.errors.measure_run import CurveLengthError, NoValueInRunError
from lib.measure.through_run import site_curve

TIMES = [66.7 * t for t in range(60)]


def beating(noise: float = 0.0) -> NDArray[np.float64]:
    """Return (60,) a diameter that changes by a tenth with a beat of 0.7 s."""
    return 3 + 0.3 * np.sin(2 * np.pi * np.array(TIMES) / 700) + np.random.default_rng(1).normal(0, noise, 60)


def test_a_single_odd_frame_is_flagged_and_does_not_bend_the_course() -> None:
    values = beating(0.05)
    values[[10, 30]] = 5.0, 1.0

    curve = site_curve(list(values), TIMES)

    assert np.flatnonzero(curve.is_outlier).tolist() == [10, 30]
    assert np.abs(curve.smoothed - beating())[[10, 30]].max() < 0.2


def test_a_beat_is_no_outlier_and_stays_in_the_course() -> None:
    curve = site_curve(list(beating()), TIMES)

    assert not curve.is_outlier.any()
    assert np.ptp(curve.smoothed) > 0.4


def test_a_smooth_course_is_nearer_to_the_truth_than_the_values() -> None:
    values = beating(0.15)

    curve = site_curve(list(values), TIMES)

    assert np.sqrt(np.mean((curve.smoothed - beating()) ** 2)) < 0.7 * np.sqrt(
        np.mean((values - beating()) ** 2)
    )


def test_a_straight_rise_is_kept_to_its_ends() -> None:
    curve = site_curve(list(np.linspace(2, 4, 30)), TIMES[:30])

    assert curve.smoothed[[0, -1]] == pytest.approx([2, 4], abs=0.1)


def test_it_is_smoothed_in_time_and_not_over_frames() -> None:
    values = [3.0, 3.2] * 15

    quick = site_curve(values, [20.0 * t for t in range(30)])
    slow = site_curve(values, [400.0 * t for t in range(30)])

    assert np.ptp(quick.smoothed[5:-5]) < 0.01
    assert np.ptp(slow.smoothed[5:-5]) > 0.5 * np.ptp(quick.smoothed[5:-5])
    assert slow.times_ms is not None


def test_nothing_is_drawn_where_the_site_was_not_seen_for_long() -> None:
    values: list[float | None] = list(beating())
    values[20:40] = [None] * 20

    curve = site_curve(values, TIMES)

    assert np.isnan(curve.smoothed[25:35]).all()
    assert np.isnan(curve.values[20:40]).all()


def test_times_that_are_all_zero_count_as_unknown() -> None:
    curve = site_curve([1.0, 2.0, 3.0], [0.0, 0.0, 0.0])

    assert curve.times_ms is None
    assert np.isfinite(curve.smoothed).all()


def test_neighbours_that_differ_by_a_twentieth_agree_within_five_percent() -> None:
    curve = site_curve([3.0, 3.15] * 10)

    assert curve.spread.neighbours_percent == pytest.approx(4.9, abs=0.1)
    assert curve.spread.n == 20


def test_one_value_has_a_spread_without_neighbours() -> None:
    curve = site_curve([None, 2.5, None])

    assert (curve.spread.n, curve.spread.median, curve.spread.neighbours_percent) == (1, 2.5, None)


def test_a_site_that_was_measured_nowhere_has_no_curve() -> None:
    with pytest.raises(NoValueInRunError, match="no frame"):
        site_curve([None, float("nan")])


def test_as_many_times_as_values_are_wanted() -> None:
    with pytest.raises(CurveLengthError, match="3 values for 2 frames"):
        site_curve([1.0, 2.0, 3.0], [0.0, 40.0])
