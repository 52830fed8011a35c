from dataclasses import replace

import numpy as np
import pytest

from lib.errors.measure_values import NoLesionError, NoReferenceError, ReferenceSpanError, SiteOffLineError
from lib.measure.reference import ReferenceSpans, Span, reference_line
from lib.measure.stenosis import LesionKind, stenosis
from tests.filmed_tubes import PIXEL_MM, measured, neck, profile_of

N = 300
TAPER = np.linspace(14.0, 10.0, N)


def test_a_neck_in_a_tapering_vessel_is_graded() -> None:
    found = stenosis(profile_of(TAPER * neck(N, 150, 0.6, 40)))

    assert found.at == pytest.approx(150, abs=3)
    assert found.percent_diameter == pytest.approx(60, abs=2)
    assert found.percent_area == pytest.approx(84, abs=2)
    assert found.percent_area_densitometric == pytest.approx(84, abs=3)
    assert found.reference_px == pytest.approx(12.0, abs=0.3)
    assert found.mld_px == pytest.approx(4.8, abs=0.2)
    assert found.kind is LesionKind.STENOSIS


def test_a_lesion_is_as_long_as_the_vessel_departs_from_its_reference() -> None:
    found = stenosis(profile_of(TAPER * neck(N, 150, 0.6, 40)))

    assert found.length_px == pytest.approx(40, abs=14)
    assert found.lesion[0] < found.at < found.lesion[1]


def test_a_vessel_that_is_diseased_over_a_third_keeps_its_reference() -> None:
    reference = reference_line(profile_of(TAPER * neck(N, 160, 0.7, 55)))

    assert np.abs(reference / TAPER - 1).max() < 0.05


def test_the_shoulders_of_a_long_lesion_do_not_pull_the_reference_down() -> None:
    reference = reference_line(profile_of(TAPER * neck(N, 160, 0.6, 90)))

    assert np.abs(reference / TAPER - 1).max() < 0.05


def test_sure_points_decide_about_the_reference_where_the_sides_disagree() -> None:
    beside_another = np.where(np.arange(N) < 160, 1.0, 1.25)
    profile = profile_of(10.0 * beside_another * neck(N, 150, 0.6, 40))
    sure = np.where(np.arange(N) < 160, 0.9, 0.55)

    reference = reference_line(replace(profile, confidence=sure))

    assert reference[150] == pytest.approx(10.0, abs=0.8)


def test_a_piece_that_is_all_lesion_has_no_reference() -> None:
    with pytest.raises(NoReferenceError, match="longer piece"):
        stenosis(profile_of(10.0 * neck(24, 12, 0.6, 12)))


def test_an_aneurysm_is_the_other_way_round() -> None:
    found = stenosis(profile_of(TAPER * neck(N, 120, -0.8, 30)))

    assert found.kind is LesionKind.ANEURYSM
    assert found.percent_diameter == pytest.approx(-80, abs=5)


def test_where_a_vessel_ends_is_no_lesion_unless_somebody_points_at_it() -> None:
    ending = np.minimum(1.0, np.linspace(1.0, 12.0, N)[::-1])
    ending[-8:] = np.linspace(0.9, 0.3, 8)
    profile = profile_of(TAPER * ending * neck(N, 150, 0.4, 30))

    assert stenosis(profile).at == pytest.approx(150, abs=3)
    assert stenosis(profile, around=profile.line.length_px).at > N - 10


def test_the_lesion_that_was_pointed_at_is_taken_not_the_worst_one() -> None:
    profile = profile_of(TAPER * neck(N, 70, 0.7, 25) * neck(N, 220, 0.4, 25))

    found = stenosis(profile, around=110.0)

    assert found.at == pytest.approx(220, abs=3)
    assert found.percent_diameter == pytest.approx(40, abs=4)


def test_marked_parts_decide_about_the_reference() -> None:
    profile = profile_of(TAPER * neck(N, 150, 0.6, 40))

    found = stenosis(profile, reference=ReferenceSpans(Span(0.0, 2.0)))

    assert found.reference_px == pytest.approx(14.0, abs=0.1)


def test_a_filmed_stenosis_is_graded() -> None:
    found = stenosis(measured(3.0, narrowing=0.5))

    assert found.percent_diameter == pytest.approx(50, abs=5)
    assert found.mld_px * PIXEL_MM == pytest.approx(1.5, abs=0.15)


def test_an_even_vessel_has_no_lesion() -> None:
    with pytest.raises(NoLesionError, match="neither narrower nor wider"):
        stenosis(profile_of(TAPER))


def test_a_vessel_without_walls_has_no_reference() -> None:
    with pytest.raises(NoReferenceError, match="longer piece"):
        stenosis(profile_of(TAPER, confidence=0.1))


def test_a_site_beside_the_line_is_refused() -> None:
    with pytest.raises(SiteOffLineError, match="does not lie on the line"):
        stenosis(profile_of(TAPER), around=1000.0)


@pytest.mark.parametrize("span", [Span(5.0, 5.0), Span(-3.0, 4.0), Span(100.0, 400.0)])
def test_a_marked_part_that_is_none_is_refused(span: Span) -> None:
    with pytest.raises(ReferenceSpanError, match="is no part of a line"):
        stenosis(profile_of(TAPER), reference=ReferenceSpans(None, span))
