from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from lib.phantom.imaging.detector import Detector, draw_detector, expose
from lib.phantom.imaging.view import View

VIEW = View(0, 0, 1000, 750, 0.3, 128, 128)
IDEAL = Detector(
    quanta=1000.0,
    scatter_fraction=0.0,
    scatter_sigma_px=40.0,
    glare=0.0,
    blur_sigma_px=0.05,
    noise_sigma_px=0.05,
    electronic_noise=0.0,
    vignetting=0.0,
)


def flat(depth: float = 2.0) -> NDArray[np.float32]:
    return np.full((128, 128), depth, np.float32)


def tube() -> NDArray[np.float32]:
    depth = flat()
    depth[:, 60:68] += 0.5
    return depth


def filmed(depth: NDArray[np.float32], detector: Detector, seed: int = 0) -> NDArray[np.float32]:
    return expose(depth, detector, np.random.default_rng(seed))


def contrast(picture: NDArray[np.float32]) -> float:
    return float(np.log(picture[:, 20:50].mean() / picture[:, 62:66].mean()))


def test_a_seed_gives_the_same_detector_and_the_same_noise() -> None:
    first, second = (draw_detector(VIEW, False, np.random.default_rng(5)) for _ in range(2))

    assert first == second
    assert np.array_equal(filmed(tube(), first), filmed(tube(), second))
    assert not np.array_equal(filmed(tube(), first), filmed(tube(), first, seed=1))


def test_exposure_control_keeps_the_count_whatever_lies_in_the_beam() -> None:
    thin, thick = filmed(flat(1.0), IDEAL), filmed(flat(9.0), IDEAL)

    assert thin.mean() == pytest.approx(1000, rel=0.01)
    assert thick.mean() == pytest.approx(1000, rel=0.01)


@pytest.mark.parametrize("quanta", [100.0, 4000.0])
def test_noise_is_the_square_root_of_the_count(quanta: float) -> None:
    picture = filmed(flat(), replace(IDEAL, quanta=quanta))

    assert picture.std() == pytest.approx(np.sqrt(quanta), rel=0.03)


def test_beer_and_lambert_rule_the_contrast() -> None:
    assert contrast(filmed(tube(), replace(IDEAL, quanta=1e6))) == pytest.approx(0.5, abs=0.01)


def test_scatter_and_glare_take_contrast_and_leave_the_count() -> None:
    veiled = filmed(tube(), replace(IDEAL, quanta=1e6, scatter_fraction=0.4, glare=0.1))
    clear = filmed(tube(), replace(IDEAL, quanta=1e6))

    assert 0.2 < contrast(veiled) < 0.35
    assert veiled.mean() == pytest.approx(clear.mean(), rel=0.01)


def test_blur_before_the_screen_makes_neighbours_alike() -> None:
    def likeness(sigma_px: float) -> float:
        noise = filmed(flat(), replace(IDEAL, noise_sigma_px=sigma_px)) - 1000
        return float((noise[:, 1:] * noise[:, :-1]).mean() / noise.var())

    assert abs(likeness(0.05)) < 0.03
    assert likeness(0.8) > 0.4


def test_the_electronic_noise_is_not_the_noise_of_the_quanta_again() -> None:
    noise = filmed(flat(), replace(IDEAL, quanta=100.0, electronic_noise=10.0)) - 100

    assert noise.std() == pytest.approx(np.sqrt(200), rel=0.03)


def test_an_intensifier_is_darker_in_its_corners() -> None:
    picture = filmed(flat(), replace(IDEAL, quanta=1e6, vignetting=0.3))

    assert picture[:5, :5].mean() == pytest.approx(0.7e6, rel=0.03)
    assert picture[60:68, 60:68].mean() == pytest.approx(1e6, rel=0.01)


def test_subtracted_runs_are_filmed_with_more_quanta() -> None:
    native, subtracted = (
        np.median([draw_detector(VIEW, dsa, np.random.default_rng(seed)).quanta for seed in range(50)])
        for dsa in (False, True)
    )

    assert subtracted > 2 * native
