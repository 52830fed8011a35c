"""Lengths: in millimetres where there is a scale, whichever way they run, otherwise in pixels."""

import pytest

from lib.measure.centre_line import CentreLine
from lib.measure.ruler import Ruler
from lib.measure.scale import Scale, ScaleMethod

TALL = Scale((0.5, 0.2), ScaleMethod.HEADER, 1.0, "Pixels are taller than wide.")
DOWN, RIGHT = CentreLine.of([(0.0, 5.0), (10.0, 5.0)]), CentreLine.of([(5.0, 0.0), (5.0, 10.0)])


def test_without_a_scale_lengths_are_in_pixels() -> None:
    ruler = Ruler(None)

    assert ruler.unit == "px"
    assert ruler.length(DOWN) == pytest.approx(10)


def test_pixels_that_are_not_square_measure_differently_each_way() -> None:
    ruler = Ruler(TALL)

    assert ruler.length(DOWN) == pytest.approx(5.0)
    assert ruler.length(RIGHT) == pytest.approx(2.0)
    assert float(ruler.between((0, 0), (3, 4))) == pytest.approx((1.5**2 + 0.8**2) ** 0.5)


def test_across_a_line_that_runs_down_a_pixel_is_its_width() -> None:
    assert Ruler(TALL).across(DOWN, 3) == pytest.approx(0.2)
    assert Ruler(TALL).across_all(RIGHT) == pytest.approx(0.5)


def test_the_way_along_a_line_ends_at_its_length() -> None:
    along = Ruler(TALL).along(DOWN)

    assert (along[0], along[-1]) == (0.0, pytest.approx(5.0))
