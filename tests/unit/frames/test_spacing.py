"""Pixel spacing by the rule of the viewer."""

import pytest

from lib.errors import MissingSpacingError
from lib.frames.read import read_header
from lib.frames.spacing import Spacing, SpacingSource, pixel_spacing
from tests.builders import build_enhanced_xa, build_secondary_capture, build_xa

BARE = {
    "ImagerPixelSpacing": None,
    "EstimatedRadiographicMagnificationFactor": None,
    "DistanceSourceToDetector": None,
    "DistanceSourceToPatient": None,
}


def spacing_of(**elements: object) -> Spacing:
    return pixel_spacing(build_xa(**{**BARE, **elements}))


@pytest.mark.parametrize("calibration", ["GEOMETRY", "FIDUCIAL"])
def test_a_calibrated_pixel_spacing_wins_over_everything(calibration: str) -> None:
    spacing = spacing_of(
        PixelSpacing=[0.3, 0.4],
        PixelSpacingCalibrationType=calibration,
        ImagerPixelSpacing=[0.2, 0.2],
        EstimatedRadiographicMagnificationFactor=1.5,
    )

    assert spacing == Spacing(0.3, 0.4, SpacingSource(calibration), is_calibrated=True)


def test_magnification_shrinks_the_detector_spacing() -> None:
    spacing = spacing_of(ImagerPixelSpacing=[0.3, 0.6], EstimatedRadiographicMagnificationFactor=1.5)

    assert spacing == Spacing(pytest.approx(0.2), pytest.approx(0.4), SpacingSource.ERMF, is_calibrated=True)


@pytest.mark.parametrize("keyword", ["DistanceSourceToPatient", "DistanceSourceToEntrance"])
def test_magnification_follows_from_the_distances_where_it_is_not_stated(keyword: str) -> None:
    spacing = spacing_of(ImagerPixelSpacing=[0.3, 0.3], DistanceSourceToDetector=1200, **{keyword: 800})

    assert spacing.row_mm == pytest.approx(0.2)
    assert spacing.source == SpacingSource.ERMF


def test_a_stated_magnification_wins_over_the_distances() -> None:
    spacing = spacing_of(
        ImagerPixelSpacing=[0.3, 0.3],
        EstimatedRadiographicMagnificationFactor=1.2,
        DistanceSourceToDetector=1200,
        DistanceSourceToPatient=600,
    )

    assert spacing.row_mm == pytest.approx(0.25)


def test_a_magnification_below_one_is_not_believed() -> None:
    spacing = spacing_of(ImagerPixelSpacing=[0.3, 0.3], EstimatedRadiographicMagnificationFactor=0.8)

    assert spacing == Spacing(0.3, 0.3, SpacingSource.PROJECTION, is_calibrated=False)


def test_a_pixel_spacing_smaller_than_the_detectors_is_corrected_already() -> None:
    spacing = spacing_of(ImagerPixelSpacing=[0.3, 0.3], PixelSpacing=[0.2, 0.2])

    assert spacing == Spacing(0.2, 0.2, SpacingSource.ERMF, is_calibrated=True)


def test_equal_spacings_are_those_of_the_detector() -> None:
    spacing = spacing_of(ImagerPixelSpacing=[0.3, 0.3], PixelSpacing=[0.3, 0.3])

    assert spacing == Spacing(0.3, 0.3, SpacingSource.PROJECTION, is_calibrated=False)


def test_a_larger_pixel_spacing_is_shown_as_the_viewer_shows_it() -> None:
    spacing = spacing_of(ImagerPixelSpacing=[0.3, 0.3], PixelSpacing=[0.4, 0.4])

    assert spacing == Spacing(0.4, 0.4, SpacingSource.PROJECTION, is_calibrated=False)


def test_pixel_spacing_alone_is_used_but_not_trusted() -> None:
    assert spacing_of(PixelSpacing=[0.3, 0.3]) == Spacing(
        0.3, 0.3, SpacingSource.UNKNOWN, is_calibrated=False
    )


def test_a_run_without_spacing_is_uncalibrated() -> None:
    dataset = build_xa(**BARE)

    with pytest.raises(MissingSpacingError, match=dataset.SOPInstanceUID):
        pixel_spacing(dataset)
    assert read_header(dataset).spacing is None


@pytest.mark.parametrize("size", [[0, 0], [0.2], [-0.2, 0.2], [0.1, 0.2, 0.3]])
def test_an_impossible_spacing_is_reported_and_not_used(size: list[float]) -> None:
    header = read_header(build_xa(**{**BARE, "ImagerPixelSpacing": size}))

    assert header.spacing is None
    assert "ImagerPixelSpacing (0018,1164)" in header.problems[0]


def test_enhanced_objects_keep_the_detector_spacing_in_a_functional_group() -> None:
    assert pixel_spacing(build_enhanced_xa()) == Spacing(
        0.2, 0.2, SpacingSource.PROJECTION, is_calibrated=False
    )


def test_the_detectors_spacing_says_nothing_about_a_secondary_capture() -> None:
    header = read_header(build_secondary_capture(ImagerPixelSpacing=[0.3, 0.3]))

    assert header.spacing is None
    assert "Secondary Capture" in header.problems[-1]


def test_the_pixel_spacing_of_a_secondary_capture_is_used() -> None:
    capture = build_secondary_capture(ImagerPixelSpacing=[0.3, 0.3], PixelSpacing=[0.2, 0.2])

    assert pixel_spacing(capture) == Spacing(0.2, 0.2, SpacingSource.UNKNOWN, is_calibrated=False)
