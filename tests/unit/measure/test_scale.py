import numpy as np
import pytest

from lib.errors.measure_values import (
    ContradictorySpacingError,
    FrenchSizeError,
    MarkerLengthError,
    NoCatheterError,
    ObjectHeightError,
)
from lib.frames.carm import CArm
from lib.frames.spacing import Spacing, SpacingSource
from lib.measure.centre_line import CentreLine
from lib.measure.scale import ScaleMethod, scale_by_catheter, scale_by_length, scale_of
from tests.filmed_tubes import PIXEL_MM, filmed

GEOMETRY = Spacing(0.2, 0.2, SpacingSource.ERMF, True)
ARM = CArm(sid_mm=1000.0, sod_mm=700.0)


def test_geometry_gives_the_scale_at_the_isocentre_with_its_error() -> None:
    scale = scale_of(GEOMETRY, ARM)

    assert scale is not None
    assert scale.method is ScaleMethod.GEOMETRY
    assert scale.mm_per_px == (0.2, 0.2)
    assert scale.expected_error_percent == pytest.approx(4.3, abs=0.1)
    assert "isocentre" in scale.words


def test_a_vessel_nearer_to_the_detector_is_smaller_than_it_seems() -> None:
    scale = scale_of(GEOMETRY, ARM, height_mm=-70.0)

    assert scale is not None
    assert scale.mean_mm == pytest.approx(0.18)
    assert scale.method is ScaleMethod.HEIGHT


def test_a_spacing_that_was_calibrated_is_taken_as_it_is() -> None:
    scale = scale_of(Spacing(0.25, 0.2, SpacingSource.FIDUCIAL, True))

    assert scale is not None
    assert scale.mm_per_px == (0.25, 0.2)
    assert scale.method is ScaleMethod.HEADER


@pytest.mark.parametrize("spacing", [None, Spacing(0.3, 0.3, SpacingSource.PROJECTION, False)])
def test_without_magnification_lengths_stay_in_pixels(spacing: Spacing | None) -> None:
    assert scale_of(spacing, CArm()) is None


def test_a_magnification_that_the_distances_contradict_is_refused() -> None:
    with pytest.raises(ContradictorySpacingError, match="contradicts itself"):
        scale_of(GEOMETRY, CArm(sid_mm=1000.0, sod_mm=700.0, ermf=1.1))


@pytest.mark.parametrize(("ermf", "expected"), [(1.333, 4.0), (1.25, 7.4)])
def test_a_magnification_for_another_height_counts_with_a_larger_error(ermf: float, expected: float) -> None:
    scale = scale_of(GEOMETRY, CArm(sid_mm=1000.0, sod_mm=750.0, ermf=ermf))

    assert scale is not None
    assert scale.mm_per_px == (0.2, 0.2)
    assert scale.expected_error_percent == pytest.approx(expected, abs=0.1)
    assert ("differ by 6 %" in scale.words) == (ermf == 1.25)


@pytest.mark.parametrize("arm", [None, CArm(), ARM])
def test_an_impossible_height_is_refused(arm: CArm | None) -> None:
    with pytest.raises(ObjectHeightError, match="between source and detector"):
        scale_of(GEOMETRY, arm, height_mm=400.0)


def test_a_marker_of_known_length_gives_the_scale() -> None:
    scale = scale_by_length((0.0, 0.0), (30.0, 40.0), 10.0)

    assert scale.mean_mm == pytest.approx(0.2)
    assert scale.method is ScaleMethod.MARKER


@pytest.mark.parametrize(("end", "length"), [((3.0, 4.0), 10.0), ((30.0, 40.0), 0.0), ((30.0, 40.0), -1.0)])
def test_a_marker_without_length_is_refused(end: tuple[float, float], length: float) -> None:
    with pytest.raises(MarkerLengthError, match="gives no scale"):
        scale_by_length((0.0, 0.0), end, length)


def test_a_full_catheter_of_known_size_gives_the_scale() -> None:
    tube = filmed(2.0)

    scale = scale_by_catheter(tube.frame, tube.line, 6.0)

    assert scale.mean_mm == pytest.approx(PIXEL_MM, rel=0.03)
    assert scale.method is ScaleMethod.CATHETER
    assert scale.expected_error_percent >= 3.0


def test_a_stenosed_vessel_is_no_catheter() -> None:
    tube = filmed(3.0, narrowing=0.6)

    with pytest.raises(NoCatheterError, match=r"as that of a vessel does|thirds differ"):
        scale_by_catheter(tube.frame, tube.line, 6.0)


def test_where_no_catheter_is_there_is_no_scale() -> None:
    noise = np.random.default_rng(3).normal(0.6, 0.03, (120, 120)).astype(np.float32)

    with pytest.raises(NoCatheterError, match="scale cannot be taken"):
        scale_by_catheter(noise, CentreLine.of([(60.0, 20.0), (60.0, 100.0)]), 6.0)


def test_a_catheter_that_contradicts_the_header_is_refused() -> None:
    tube = filmed(2.0)
    header = scale_of(Spacing(0.3, 0.3, SpacingSource.ERMF, True), ARM)

    with pytest.raises(NoCatheterError, match=r"but the header says 0\.300 mm"):
        scale_by_catheter(tube.frame, tube.line, 6.0, header=header)


@pytest.mark.parametrize("french", [0.0, 2.0, 40.0])
def test_a_size_that_no_catheter_has_is_refused(french: float) -> None:
    with pytest.raises(FrenchSizeError, match="none that is known"):
        scale_by_catheter(np.zeros((50, 50), np.float32), CentreLine.of([(5.0, 5.0), (5.0, 40.0)]), french)
