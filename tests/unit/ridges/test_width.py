import numpy as np
import pytest

from lib.ridges.filter import halve
from lib.ridges.skeleton import trace
from lib.ridges.width import line_widths, lumen, paint
from tests.vessel_runs import curve

STRAIGHT = ((40, 256), (470, 256))


def drawn_lumen(width: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the lumen and its skeleton of a round tube."""
    fine = 0.3 * curve(STRAIGHT, width)
    coarse = halve(fine)
    near = coarse > 0.05
    return lumen(fine, coarse, trace(near), near, widest_px=17), near


@pytest.mark.parametrize("width", [6, 10, 16, 22])
def test_a_tube_comes_out_as_wide_as_it_is(width: int) -> None:
    found, _ = drawn_lumen(width)

    assert abs(int(found[:, 256].sum()) - width) <= 0.15 * width + 1


def test_the_width_along_the_axis_is_that_of_the_lumen() -> None:
    found, near = drawn_lumen(16)

    widths = line_widths(found, near.shape)

    assert widths[128, 128] == pytest.approx(found[:, 256].sum() / 2, abs=1.0)


def test_painting_drops_lines_of_class_nothing() -> None:
    found, near = drawn_lumen(10)
    skeleton = trace(near)

    assert paint(found, skeleton, skeleton.lines.astype(np.uint8) * 2).max() == 2
    assert paint(found, skeleton, np.zeros(near.shape, np.uint8)).max() == 0


def test_specks_go_and_pinholes_are_filled() -> None:
    found, near = drawn_lumen(16)
    skeleton = trace(near)
    found[256, 200] = False
    found[30, 30] = True

    painted = paint(found, skeleton, skeleton.lines.astype(np.uint8))

    assert painted[256, 200] == 1
    assert painted[30, 30] == 0
