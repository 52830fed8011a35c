import numpy as np
import pytest

from lib.errors.measure_values import LineOutsideFrameError, NoWallsError
from lib.measure.centre_line import CentreLine
from lib.measure.diameter import diameters
from lib.measure.wall_look import usual_look
from tests.filmed_tubes import PIXEL_MM, filmed, measured


@pytest.mark.parametrize("diameter_mm", [0.7, 1.4, 3.0])
def test_a_straight_tube_is_as_wide_as_it_is(diameter_mm: float) -> None:
    error_mm = (measured(diameter_mm).diameter_px - filmed(diameter_mm).diameter_px) * PIXEL_MM

    assert abs(error_mm.mean()) < 0.05
    assert error_mm.std() < 0.07


def test_a_tube_is_measured_without_a_mask() -> None:
    tube = filmed(2.5)

    profile = diameters(tube.frame, tube.line, blur_px=0.85)

    assert abs((profile.diameter_px - tube.diameter_px).mean()) * PIXEL_MM < 0.1


def test_a_mask_that_is_too_wide_does_not_make_the_vessel_wider() -> None:
    tube = filmed(3.0)
    grown = np.asarray(np.hypot(*np.meshgrid(np.arange(-2, 3), np.arange(-2, 3))) <= 2)
    wide = _dilated(tube.mask, grown)

    profile = diameters(tube.frame, tube.line, wide, look=usual_look(0.85))

    assert abs(np.median(profile.diameter_px) - tube.diameter_px) < 1.0


def test_both_walls_lie_across_the_line_a_diameter_apart() -> None:
    profile = measured(3.0)

    apart = profile.left_yx - profile.right_yx
    assert np.allclose(np.linalg.norm(apart, axis=1), profile.diameter_px)
    assert np.allclose((apart * profile.line.tangents).sum(axis=1), 0, atol=1e-6)


def test_a_line_beside_the_middle_finds_the_same_walls() -> None:
    tube = filmed(3.0)
    beside = CentreLine(tube.line.yx + 1.0 * tube.line.normals)

    profile = diameters(tube.frame, beside, tube.mask, blur_px=0.85)

    assert abs(np.median(profile.diameter_px) - tube.diameter_px) < 0.6
    middle = (profile.left_yx + profile.right_yx) / 2
    assert np.median(np.linalg.norm(middle - tube.line.yx, axis=1)) < 0.5


def test_a_clear_vessel_is_trusted_and_a_noisy_one_less() -> None:
    clear, noisy = filmed(1.4), filmed(1.4, quanta=60.0)

    sure = diameters(clear.frame, clear.line, clear.mask, blur_px=0.85).confidence
    unsure = diameters(noisy.frame, noisy.line, noisy.mask, blur_px=0.85).confidence

    assert np.median(sure) > 0.7
    assert np.median(unsure) < np.median(sure) - 0.1


def test_contrast_alone_sees_the_area_that_a_neck_loses() -> None:
    profile = measured(3.0, narrowing=0.5)

    assert profile.densitometric is not None
    middle = len(profile.line) // 2
    assert profile.densitometric[middle - 3 : middle + 4].mean() == pytest.approx(0.25, abs=0.1)


def test_an_empty_frame_has_no_walls() -> None:
    noise = np.random.default_rng(1).normal(0.6, 0.05, (100, 100)).astype(np.float32)

    with pytest.raises(NoWallsError, match="No vessel walls"):
        diameters(noise, CentreLine.of([(50.0, 20.0), (50.0, 80.0)]), blur_px=0.9)


def test_a_line_that_leaves_the_picture_is_refused() -> None:
    tube = filmed(3.0)

    with pytest.raises(LineOutsideFrameError, match="outside the picture"):
        diameters(tube.frame, CentreLine.of([(90.0, 120.0), (90.0, 260.0)]), tube.mask)


def _dilated(mask: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    from scipy.ndimage import binary_dilation

    return np.asarray(binary_dilation(mask, kernel))
