"""The directions are the standard's own: PS3.3 C.8.7.5.1.2."""

import math

import numpy as np
import pytest

from lib.metadata.beam import angles_of, beam, view_vector
from lib.phantom.imaging.view import View

PAIRS = [
    ((0, 0), (0, -1, 0)),
    ((90, 0), (1, 0, 0)),
    ((-90, 0), (-1, 0, 0)),
    ((180, 0), (0, 1, 0)),
    ((0, 90), (0, 0, 1)),
    ((0, -90), (0, 0, -1)),
    ((0, 30), (0, -0.866025, 0.5)),
    ((-30, 20), (-0.469846, -0.813798, 0.342020)),
    ((45, -30), (0.612372, -0.612372, -0.5)),
    ((60, 30), (0.75, -0.433013, 0.5)),
    ((-45, 45), (-0.5, -0.5, 0.707107)),
]


@pytest.mark.parametrize(("angles", "vector"), PAIRS)
def test_the_view_vector_of_known_angle_pairs(
    angles: tuple[float, float], vector: tuple[float, float, float]
) -> None:
    assert view_vector(*angles) == pytest.approx(vector, abs=1e-6)


def test_the_patient_faces_the_detector_at_zero() -> None:
    _, y, _ = view_vector(0, 0)

    assert y == -1, "y grows to the back"


def test_lao_is_at_the_left_hand_and_cranial_at_the_head() -> None:
    assert view_vector(40, 0)[0] > 0
    assert view_vector(-40, 0)[0] < 0
    assert view_vector(0, 25)[2] > 0
    assert view_vector(0, -25)[2] < 0


@pytest.mark.parametrize("angles", [(-120, 15), (33.3, -44.4), (0, 0), (180, 10), (-90, 0)])
def test_angles_are_those_that_the_vector_was_made_of(angles: tuple[float, float]) -> None:
    assert angles_of(view_vector(*angles)) == pytest.approx(angles, abs=1e-9)


def test_a_beam_along_the_long_axis_has_no_primary_angle() -> None:
    assert angles_of((0.0, 0.0, 1.0)) == (0.0, 90.0)


def test_source_and_detector_lie_on_the_beam_around_the_isocentre() -> None:
    found = beam(view_vector(0, 0), sid_mm=1000, sod_mm=750)

    assert found.source_mm == pytest.approx((0, 750, 0))
    assert found.detector_mm == pytest.approx((0, -250, 0))
    assert math.dist(found.source_mm or (), found.detector_mm or ()) == pytest.approx(1000)


def test_without_distances_there_are_no_places() -> None:
    view = view_vector(10, 10)

    assert beam(view, 1000, None).source_mm is None
    assert beam(view, None, 750).detector_mm is None
    assert beam(view, 700, 750).detector_mm is None, "a detector in front of the isocentre is none"


def test_the_simulator_films_from_the_same_side() -> None:
    view = View(-32.0, 21.0, sid_mm=1000, sod_mm=750, pixel_mm=0.2, rows=64, columns=64)

    to_detector, _, _ = view.axes()

    assert np.allclose(to_detector, view_vector(-32, 21))
