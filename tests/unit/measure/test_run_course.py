"""A site through the run: measured where it is seen, empty where it is not, never a guess."""

from dataclasses import replace

import numpy as np
import pytest

from lib.arrays import Frame
from lib.errors.measure_run import NoValueInRunError
from lib.errors.measure_values import NoReferenceError, NoWallsError
from lib.measure import run_course
from lib.measure.centre_line import CentreLine
from lib.measure.diameter import DiameterProfile
from lib.measure.follow import Followed
from lib.measure.material import Material
from lib.measure.ruler import Ruler
from lib.measure.run_course import Looking, RunCourse, course_of
from lib.measure.wall_profile import Look, Medium
from tests.measured_site import MM, NARROW_PX, SIDE, WIDTH_PX, a_measurement, a_profile
from tests.vessel_runs import cine_of

N_FRAMES = 6
LOOK = Look(0.8, edge_strength=0.4)
MEDIUM = Medium(-3.0, 0.5, 0.8)
"""Of the measured frame; other frames have other contrast, so it does not count there."""

FOUND = a_measurement(profile=replace(a_profile(), look=replace(LOOK, medium=MEDIUM)))


@pytest.fixture(autouse=True)
def _measured_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Follow the line into frames 0, 1, 3, 4 and 5; the walls of frame 4 cannot be seen."""

    def follow(frames: np.ndarray, line: CentreLine, t0: int, _: object) -> Followed:
        lines = tuple(None if t == 2 else line for t in range(len(frames)))
        return Followed(t0, lines, tuple(None if one else "lost" for one in lines), np.ones(len(frames)))

    def diameters(
        frame: Frame, _line: CentreLine, _mask: object, look: Look, row_step: int
    ) -> DiameterProfile:
        if frame[0, 0] == 4:
            raise NoWallsError
        assert look == LOOK
        assert row_step > 0
        return a_profile()

    monkeypatch.setattr(run_course, "follow", follow)
    monkeypatch.setattr(run_course, "diameters", diameters)


def course(looking: Looking, scale: object = MM, n_frames: int = N_FRAMES) -> RunCourse:
    frames = np.repeat(np.arange(n_frames, dtype=np.float32)[:, None, None], SIDE, axis=1).repeat(
        SIDE, axis=2
    )
    material = Material(cine_of(frames), lambda _: np.ones((SIDE, SIDE), bool))
    return course_of(material, FOUND.site, looking, Ruler(scale))  # type: ignore[arg-type]


LESION = Looking(FOUND.share, FOUND.lesion, FOUND.profile, None)
EVEN = Looking(0.1, None, FOUND.profile, None)


def test_the_narrowest_place_is_measured_wherever_the_line_was_found() -> None:
    found = course(LESION)

    assert [one is not None for one in found.calipers] == [True, True, False, True, False, True]
    assert np.nanmedian(found.curve.values) == pytest.approx(NARROW_PX * 0.25, rel=0.02)


def test_without_a_scale_the_curve_is_in_pixels() -> None:
    assert np.nanmedian(course(LESION, None).curve.values) == pytest.approx(NARROW_PX, rel=0.02)


def test_the_narrowing_has_a_curve_of_its_own() -> None:
    percent = course(LESION).percent

    assert percent is not None
    assert np.nanmedian(percent.values) == pytest.approx(60, abs=3)


def test_an_even_vessel_is_measured_at_its_place_and_has_no_narrowing() -> None:
    found = course(EVEN, None)

    assert found.percent is None
    assert np.nanmedian(found.curve.values) == pytest.approx(WIDTH_PX, rel=0.02)


def test_points_that_are_not_sure_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    def unsure(*_: object, **__: object) -> DiameterProfile:
        profile = a_profile()
        return replace(profile, confidence=np.zeros(len(profile.line)))

    monkeypatch.setattr(run_course, "diameters", unsure)

    with pytest.raises(NoValueInRunError):
        course(EVEN)


def test_a_frame_without_reference_has_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    def without(*_: object, **__: object) -> None:
        raise NoReferenceError(3.0)

    monkeypatch.setattr(run_course, "stenosis", without)

    with pytest.raises(NoValueInRunError):
        course(LESION)
