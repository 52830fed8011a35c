"""What moves with heart, breath and table."""

from dataclasses import replace

import numpy as np
import pytest

from lib.phantom.physiology.motion import APEX, Motion

STILL = Motion(
    heart_rate_hz=1.0,
    heart_phase=0.0,
    squeeze=0.0,
    descent_mm=0.0,
    twist_rad=0.0,
    breath_rate_hz=0.25,
    breath_phase=0.0,
    breath_mm=0.0,
    table_mm_s=(0.0, 0.0),
    jerk_mm=(0.0, 0.0, 0.0),
    jerk_s=1.0,
)
POINTS = np.array([[10.0, -20.0, 30.0], [-15.0, 5.0, -25.0], [30.0, 30.0, 0.0]])
SYSTOLE_S = 0.21


def test_who_lies_still_does_not_move() -> None:
    np.testing.assert_allclose(STILL.move(POINTS, "heart", 0.7), POINTS)


def test_the_heart_is_at_rest_at_the_beginning_of_a_beat_and_contracted_in_systole() -> None:
    assert STILL.systole(0.0) == 0
    assert STILL.systole(SYSTOLE_S) == pytest.approx(1.0)
    assert STILL.systole(0.8) == 0


def test_systole_brings_the_wall_closer_to_the_long_axis() -> None:
    moved = replace(STILL, squeeze=0.2).move(POINTS, "heart", SYSTOLE_S)

    def radius(points: np.ndarray) -> np.ndarray:
        return np.linalg.norm(points - (points @ APEX)[:, None] * APEX, axis=1)

    assert (radius(moved) < radius(POINTS)).all()


def test_the_base_comes_down_and_the_apex_stays() -> None:
    moving = replace(STILL, descent_mm=10.0)
    ends = np.array([-50.0 * APEX, 50.0 * APEX])

    base, apex = moving.move(ends, "heart", SYSTOLE_S) - ends

    assert base @ APEX == pytest.approx(10.0)
    assert apex @ APEX == pytest.approx(0.0)


def test_a_beat_later_everything_is_where_it_was() -> None:
    moving = replace(STILL, squeeze=0.2, descent_mm=8.0, twist_rad=0.1)

    np.testing.assert_allclose(moving.move(POINTS, "heart", 0.3), moving.move(POINTS, "heart", 1.3))


def test_breath_lifts_what_breathes_and_leaves_the_bones() -> None:
    moving = replace(STILL, breath_mm=6.0)

    assert (moving.move(POINTS, "breath", 1.0) - POINTS)[:, 2] == pytest.approx(6.0)
    np.testing.assert_allclose(moving.move(POINTS, "still", 1.0), POINTS)


def test_a_jerk_moves_everything_once() -> None:
    moving = replace(STILL, jerk_mm=(2.0, 0.0, 0.0))

    assert (moving.move(POINTS, "still", 0.0) - POINTS)[:, 0] == pytest.approx(0.0, abs=1e-4)
    assert (moving.move(POINTS, "still", 3.0) - POINTS)[:, 0] == pytest.approx(2.0)
