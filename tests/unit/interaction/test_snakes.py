from typing import Any

import numpy as np
import pytest

from lib.interaction.snakes import Contour, Stiffness, filled, snake
from tests.vessel_runs import curve, dice, shot, tissue

VESSEL = curve(((256, 60), (256, 450)), 15)
FRAME = shot(tissue() + 0.35 * VESSEL)
ON_VESSEL = (256.0, 256.0)


def run(frame: np.ndarray = FRAME, **changes: Any) -> list[Contour]:
    settings: dict[str, Any] = {"alpha": 0.1, "beta": 0.1, "gamma": 1.0}
    stiffness = Stiffness(**{name: changes.pop(name, value) for name, value in settings.items()})
    given: dict[str, Any] = {"middle": ON_VESSEL, "radius": 15.0, "kernel_size": 5, "iterations": 60}
    return snake(frame, stiffness=stiffness, **{**given, **changes})


def area(contours: list[Contour]) -> int:
    return int(filled(contours[-1], FRAME.shape).sum())


def height(contours: list[Contour]) -> float:
    return float(np.ptp(contours[-1][:, 0]))


def test_the_circle_settles_on_the_walls_and_grows_along_the_vessel() -> None:
    contours = run()

    mask = filled(contours[-1], FRAME.shape)
    lengthwise = np.flatnonzero(mask.any(axis=1))
    truth = (
        (VESSEL > 0)
        & (np.arange(512)[:, None] >= lengthwise[0])
        & (np.arange(512)[:, None] <= lengthwise[-1])
    )
    assert height(contours) > 100
    assert dice(mask, truth) > 0.88


def test_the_evolution_begins_with_the_circle_and_has_every_iteration() -> None:
    contours = run(iterations=20)

    from_middle = np.hypot(*(contours[0] - ON_VESSEL).T)
    assert len(contours) == 21
    assert from_middle == pytest.approx(15.0, abs=0.2)


@pytest.mark.parametrize(
    ("name", "less", "more"),
    [("iterations", 20, 80), ("gamma", 0.3, 1.5), ("radius", 10.0, 40.0)],
)
def test_more_of_it_grows_further_along_the_vessel(name: str, less: float, more: float) -> None:
    assert height(run(**{name: more})) > height(run(**{name: less})) + 10


def test_more_elasticity_keeps_the_contour_short() -> None:
    assert height(run(alpha=1.0)) < height(run(alpha=0.1)) - 10


def test_more_rigidity_rounds_the_contours_ends() -> None:
    def sharpest_turn(contour: Contour) -> float:
        steps = np.diff(contour, axis=0, append=contour[:1])
        headings = np.unwrap(np.arctan2(*steps.T))
        return float(np.abs(np.diff(headings)).max())

    assert sharpest_turn(run(beta=5.0)[-1]) < sharpest_turn(run(beta=0.0)[-1])


def test_a_larger_kernel_size_smooths_what_noise_does_to_the_wall() -> None:
    noisy = shot(tissue() + 0.35 * VESSEL, noise=0.08)

    rough = filled(run(noisy, kernel_size=1, alpha=0.0, beta=0.0)[-1], FRAME.shape)
    smooth = filled(run(noisy, kernel_size=9, alpha=0.0, beta=0.0)[-1], FRAME.shape)

    assert (rough & (VESSEL == 0)).sum() > (smooth & (VESSEL == 0)).sum()


def test_the_middle_says_where_it_begins() -> None:
    high, low = run(middle=(150.0, 256.0)), run(middle=(350.0, 256.0))

    assert high[-1][:, 0].mean() < 200
    assert low[-1][:, 0].mean() > 300


def test_a_circle_over_tissue_alone_vanishes() -> None:
    contours = run(middle=(256.0, 100.0))

    assert len(contours) < 60
    assert area(contours) == 0


def test_a_contour_stays_inside_the_frame() -> None:
    to_the_border = curve(((256, -20), (256, 530)), 15)
    contours = run(shot(tissue() + 0.35 * to_the_border), middle=(5.0, 256.0), iterations=200)

    assert all(contour.min() >= 0 and contour.max() <= 511 for contour in contours)


def test_a_flat_frame_gives_no_error() -> None:
    contours = run(np.full((512, 512), 0.5, np.float32))

    assert area(contours) == 0
