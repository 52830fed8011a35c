"""The C-arm: what it sees where."""

import numpy as np
import pytest

from lib.phantom.imaging.view import View


def view(primary_deg: float = 0.0, secondary_deg: float = 0.0) -> View:
    """Return a C-arm at its usual distance."""
    return View(primary_deg, secondary_deg, sid_mm=1000, sod_mm=750, pixel_mm=0.4, rows=512, columns=512)


def test_the_isocentre_is_in_the_middle() -> None:
    yx, magnification = view(30, -20).project(np.zeros((1, 3)))

    assert yx[0].tolist() == pytest.approx([255.5, 255.5])
    assert magnification[0] == pytest.approx(1000 / 750)


def test_from_the_front_the_patients_left_is_right_and_the_head_is_up() -> None:
    (left, head), _ = view().project(np.array([[10.0, 0, 0], [0, 0, 10.0]]))

    assert left[1] > 255.5
    assert head[0] < 255.5


def test_what_is_closer_to_the_tube_is_magnified_more() -> None:
    _, magnification = view().project(np.array([[0, 50.0, 0], [0, -50.0, 0]]))

    assert magnification[0] > magnification[1]


def test_left_anterior_oblique_has_the_detector_on_the_patients_left() -> None:
    beam, _, _ = view(45).axes()

    assert beam[0] > 0.7
    assert beam[1] < -0.7


def test_cranial_has_the_detector_towards_the_head() -> None:
    beam, _, up = view(0, 30).axes()

    assert beam[2] == pytest.approx(0.5)
    assert up[2] > 0


@pytest.mark.parametrize("angles", [(0, 0), (-30, 25), (90, 0), (45, -25)])
def test_the_axes_are_unit_vectors_at_right_angles(angles: tuple[int, int]) -> None:
    axes = np.stack(view(*angles).axes())

    np.testing.assert_allclose(axes @ axes.T, np.eye(3), atol=1e-12)


def test_a_millimetre_at_the_isocentre_covers_what_the_view_says() -> None:
    yx, _ = view().project(np.array([[0, 0, 0], [1.0, 0, 0]]))

    assert yx[1, 1] - yx[0, 1] == pytest.approx(view().pixels_per_mm)
