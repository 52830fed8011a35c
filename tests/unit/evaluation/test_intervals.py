import numpy as np
import pytest

from lib.evaluation.intervals import Resamples


def test_the_same_values_give_the_same_interval() -> None:
    values = np.random.default_rng(1).random(40)
    subjects = [str(n) for n in range(40)]

    assert Resamples(subjects).of_mean(values) == Resamples(subjects).of_mean(values)


def test_the_interval_of_a_mean_is_about_two_standard_errors_to_each_side() -> None:
    values = np.random.default_rng(1).normal(0.7, 0.1, 400)

    low, high = Resamples([str(n) for n in range(400)]).of_mean(values)

    assert low < values.mean() < high
    assert high - low == pytest.approx(2 * 1.96 * 0.1 / 20, rel=0.2)


def test_frames_of_one_subject_count_together() -> None:
    values = np.repeat([0.2, 0.8, 0.5, 0.6], 50)

    by_subject = Resamples([str(n // 50) for n in range(200)]).of_mean(values)
    by_frame = Resamples([str(n) for n in range(200)]).of_mean(values)

    assert by_subject[1] - by_subject[0] > 4 * (by_frame[1] - by_frame[0])


def test_subjects_with_more_frames_weigh_more() -> None:
    values = np.array([0.0] + [1.0] * 9)

    low, high = Resamples(["a"] + ["b"] * 9).of_mean(values)

    assert (low, high) == (0.0, 1.0)


def test_the_interval_of_a_percentile_holds_it() -> None:
    values = np.linspace(0.0, 1.0, 101)

    low, high = Resamples([str(n) for n in range(101)]).of_percentile(values, 5.0)

    assert low < 0.05 < high < 0.2
