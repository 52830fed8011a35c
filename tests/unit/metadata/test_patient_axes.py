"""PS3.3 C.8.19.6.13.1 and C.7.3.1.1.2."""

import numpy as np
import pytest

from lib.metadata.patient_axes import LYING, TableTilt, to_patient

LEVEL = TableTilt()
UP = (0.0, -1.0, 0.0)


def test_a_supine_patient_on_a_level_table_has_the_axes_of_the_equipment() -> None:
    assert to_patient((0.6, 0.0, 0.8), "HFS", LEVEL) == (0.6, 0.0, 0.8)


@pytest.mark.parametrize(
    ("position", "seen"),
    [
        ("HFS", (0, -1, 0)),
        ("FFS", (0, -1, 0)),
        ("HFP", (0, 1, 0)),
        ("FFP", (0, 1, 0)),
        ("HFDR", (1, 0, 0)),
        ("FFDR", (1, 0, 0)),
        ("HFDL", (-1, 0, 0)),
        ("FFDL", (-1, 0, 0)),
    ],
)
def test_a_detector_above_the_table_is_at_the_side_that_lies_upwards(
    position: str, seen: tuple[float, float, float]
) -> None:
    assert to_patient(UP, position, LEVEL) == pytest.approx(seen)


@pytest.mark.parametrize("position", [name for name in LYING if name.startswith("FF")])
def test_with_feet_first_the_head_of_the_table_is_at_the_feet(position: str) -> None:
    assert to_patient((0.0, 0.0, 1.0), position, LEVEL)[2] == -1


@pytest.mark.parametrize("position", LYING)
def test_every_position_is_a_rotation(position: str) -> None:
    assert np.linalg.det(np.array(LYING[position])) == 1


def test_a_table_that_is_turned_turns_the_patient() -> None:
    assert to_patient((1.0, 0.0, 0.0), "HFS", TableTilt(rotation_deg=90)) == pytest.approx((0, 0, 1))
    assert to_patient((0.0, 0.0, 1.0), "HFS", TableTilt(rotation_deg=90)) == pytest.approx((-1, 0, 0))


def test_a_raised_head_end_lets_a_vertical_beam_come_from_the_head() -> None:
    _, y, z = to_patient(UP, "HFS", TableTilt(head_deg=30))

    assert (y, z) == pytest.approx((-0.866025, 0.5), abs=1e-6)


def test_a_raised_left_side_lets_a_vertical_beam_come_from_the_left() -> None:
    x, y, _ = to_patient(UP, "HFS", TableTilt(cradle_deg=30))

    assert (x, y) == pytest.approx((0.5, -0.866025), abs=1e-6)
