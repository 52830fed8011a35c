"""A narrowing that was not seen from end to end is no measurement."""

from dataclasses import replace

import pytest

from lib.measure.lesion_gap import unseen_px
from lib.measure.stenosis import LesionKind
from tests.measured_site import a_measurement


def gap(n_points: int, away: int = 0, **changes: object) -> float:
    """Return what is unseen of the narrowing when points, half a pixel apart, have no walls.

    They lie around the point that is so many behind the tightest one.
    """
    found = a_measurement()
    confidence = found.profile.confidence.copy()
    first = max(found.at + away - n_points // 2, 0)
    confidence[first : first + n_points] = 0.0
    assert found.lesion is not None
    lesion = replace(found.lesion, **changes)  # type: ignore[arg-type]
    return unseen_px(replace(found.profile, confidence=confidence), lesion)


def test_a_narrowing_that_was_measured_everywhere_hides_nothing() -> None:
    assert gap(0) == 0


def test_a_gap_shorter_than_the_vessel_is_wide_hides_nothing() -> None:
    assert gap(5) == 0


def test_a_longer_gap_hides_the_tightest_part() -> None:
    assert gap(5, reference_px=3.0) == pytest.approx(3.0)


def test_a_gap_where_the_vessel_is_wide_again_hides_nothing() -> None:
    assert gap(5, away=12, reference_px=3.0) == 0


def test_a_gap_of_most_of_the_lesion_may_hide_anything() -> None:
    assert gap(12, away=4, reference_px=3.0, mld_px=0.1) > 5


def test_a_narrowing_that_was_seen_nowhere_is_a_gap_from_end_to_end() -> None:
    assert gap(99) == pytest.approx(10.0)


def test_a_gap_that_reaches_to_the_end_of_the_lesion_hides_as_well() -> None:
    found = a_measurement()
    assert found.lesion is not None
    confidence = found.profile.confidence.copy()
    confidence[found.at + 1 : found.lesion.lesion[1] + 1] = 0.0

    lesion = replace(found.lesion, reference_px=3.0)

    assert unseen_px(replace(found.profile, confidence=confidence), lesion) > 3.0


def test_a_widening_hides_nothing() -> None:
    assert gap(9, kind=LesionKind.ANEURYSM) == 0
