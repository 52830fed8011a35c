"""A measurement as numbers: which there are, in which unit, and how sure the scale leaves them."""

from dataclasses import replace

import pytest

from lib.measure.stenosis import LesionKind
from lib.measure.values import Value, values_of
from tests.measured_site import NARROW_PX, WIDTH_PX, a_measurement


def told(**changes: object) -> dict[str, Value]:
    return {value.key: value for value in values_of(a_measurement(**changes))}  # type: ignore[arg-type]


def test_what_needs_no_scale_leads() -> None:
    first, second, *_ = values_of(a_measurement())

    assert (first.key, first.unit, first.error_percent) == ("percent_diameter", "%", None)
    assert second.key == "percent_area"


def test_lengths_follow_the_scale_and_areas_its_square() -> None:
    px, mm = told(scale=None), told()

    assert (px["mld"].number, px["mld"].unit) == (NARROW_PX, "px")
    assert mm["mld"].number == pytest.approx(NARROW_PX * 0.25)
    assert mm["minimal_area"].number == pytest.approx(px["minimal_area"].number * 0.25**2)
    assert (px["minimal_area"].unit, mm["minimal_area"].unit) == ("px2", "mm2")


def test_an_aneurysm_widens_and_does_not_narrow() -> None:
    lesion = a_measurement().lesion
    assert lesion is not None
    wide = replace(lesion, kind=LesionKind.ANEURYSM, percent_diameter=-40.0, mld_px=14.0)
    values = told(lesion=wide, scale=None)

    assert (values["percent_widening"].number, values["max_diameter"].number) == (40.0, 14.0)
    assert not {"percent_diameter", "percent_area", "mld", "minimal_area"} & set(values)


def test_an_even_vessel_has_its_diameter_at_the_site() -> None:
    values = told(lesion=None, scale=None)

    assert values["diameter"].number == pytest.approx(NARROW_PX)
    assert values["mean_diameter"].number == pytest.approx(WIDTH_PX, rel=0.2)
    assert "percent_diameter" not in values


def test_the_run_says_how_many_frames_it_rests_on() -> None:
    values = told()

    assert (values["n_frames_measured"].number, values["n_frames_measured"].unit) == (3, "frames")
    assert values["run_median"].unit == "mm"


def test_without_a_course_nothing_is_said_of_the_run() -> None:
    assert not [key for key in told(course=None) if key.startswith("run_")]


def test_a_name_means_one_number() -> None:
    keys = [value.key for value in values_of(a_measurement())]

    assert len(keys) == len(set(keys))
