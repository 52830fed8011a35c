"""The quality of drawn vessels whose contrast, noise, blur and surroundings are known."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from lib.arrays import Frame
from lib.errors.measure_run import MasksOfRunError, NoVesselInMaskError
from lib.measure.centre_line import CentreLine
from lib.measure.quality import FrameQuality, frame_quality, run_quality

SIDE, RADIUS = 160, 6.0
LINE = CentreLine.of([(80.0, 30.0), (80.0, 130.0)])


def mask(crossing: bool = False) -> NDArray[np.bool_]:
    """Return a straight vessel, perhaps with another one across it."""
    y, x = np.mgrid[:SIDE, :SIDE]
    straight = np.abs(y - 80) <= RADIUS
    return straight | (np.abs(x - 80) <= 20) if crossing else straight


def frame(contrast: float = 0.4, noise: float = 0.01, blur_px: float = 0.8, smear_px: int = 1) -> Frame:
    """Return a round vessel across the picture, so much darker in its middle."""
    y, x = np.mgrid[: 4 * SIDE, : 4 * SIDE] / 4 - 0.375
    way = np.sqrt(np.clip(1 - ((y - 80) / RADIUS) ** 2, 0, None))
    fine = 0.75 + 0.0005 * (x - 80) - contrast * way
    clean = cv2.resize(fine, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    seen = cv2.GaussianBlur(clean, (0, 0), blur_px)
    seen = cv2.blur(seen, (1, smear_px)) if smear_px > 1 else seen
    return (seen + np.random.default_rng(2).normal(0, noise, seen.shape)).astype(np.float32)


def quality(image: Frame, crossing: bool = False, line: CentreLine | None = LINE) -> FrameQuality:
    """Return the quality of the stretch."""
    return frame_quality(image, mask(crossing), line, np.ones((SIDE, SIDE), bool))


def test_contrast_is_the_darkness_of_the_vessel_over_its_sides() -> None:
    assert quality(frame(0.4)).contrast == pytest.approx(0.37, abs=0.04)
    assert quality(frame(0.2)).contrast == pytest.approx(0.19, abs=0.03)


@pytest.mark.parametrize("noise", [0.005, 0.02, 0.05])
def test_noise_is_the_standard_deviation_that_was_added(noise: float) -> None:
    assert quality(frame(noise=noise)).noise == pytest.approx(noise, rel=0.15)


@pytest.mark.parametrize("blur_px", [0.6, 1.0, 1.5, 2.5])
def test_blur_is_that_of_the_walls_and_not_the_width_of_the_vessel(blur_px: float) -> None:
    assert quality(frame(blur_px=blur_px)).blur_px == pytest.approx(blur_px, rel=0.3)


def test_motion_across_the_vessel_counts_as_blur() -> None:
    still, moved = quality(frame()), quality(frame(smear_px=9))

    assert still.blur_px is not None
    assert moved.blur_px is not None
    assert moved.blur_px == pytest.approx(9 / np.sqrt(12), rel=0.35)
    assert moved.score < 0.8 * still.score


def test_a_vessel_that_is_hardly_there_has_no_walls_to_judge() -> None:
    assert quality(frame(contrast=0.02)).blur_px is None


def test_another_vessel_across_the_stretch_is_overlap() -> None:
    assert quality(frame()).overlap == 0
    assert quality(frame(), crossing=True).overlap == pytest.approx(0.4, abs=0.05)


def test_a_stretch_at_the_collimator_is_cut() -> None:
    field = np.ones((SIDE, SIDE), bool)
    field[:, 120:] = False

    found = frame_quality(frame(), mask(), LINE, field)

    assert found.is_cut
    assert found.collimation == pytest.approx(0.13, abs=0.03)
    assert not quality(frame()).is_cut


def test_the_collimator_is_found_in_the_frame() -> None:
    image = frame()
    image[:, 120:] = 0

    assert frame_quality(image, mask(), LINE).is_cut


def test_a_frame_without_a_site_is_judged_by_all_its_vessels() -> None:
    found = quality(frame(), line=None)

    assert (found.overlap, found.is_cut, found.blur_px) == (0, False, None)
    assert found.contrast == pytest.approx(quality(frame()).contrast, abs=0.05)


def test_more_noise_less_contrast_and_overlap_lower_the_score() -> None:
    best = quality(frame()).score

    assert quality(frame(noise=0.05)).score < best
    assert quality(frame(contrast=0.15)).score < best
    assert quality(frame(), crossing=True).score < best


def test_a_run_tells_its_best_frame_and_leaves_out_those_without_a_site() -> None:
    frames = np.stack([frame(0.1), frame(0.3), frame(0.4), frame(0.2)])
    lines = [None, LINE, LINE, LINE]

    found = run_quality(frames, np.stack([mask()] * 4), lines)

    assert found.frames[0] is None
    assert found.best == 2
    assert 0 < found.score < 1


def test_an_empty_mask_has_no_quality() -> None:
    with pytest.raises(NoVesselInMaskError, match="Segment the frame"):
        frame_quality(frame(), np.zeros((SIDE, SIDE), bool), LINE)
    with pytest.raises(NoVesselInMaskError):
        run_quality(frame()[None], np.zeros((1, SIDE, SIDE), bool))


def test_a_mask_of_another_size_is_refused() -> None:
    with pytest.raises(MasksOfRunError):
        frame_quality(frame(), mask()[:80], LINE)
