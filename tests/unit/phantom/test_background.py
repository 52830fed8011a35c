"""The background in motion."""

from dataclasses import replace

import numpy as np
import pytest

from lib.phantom.anatomy.background import WIDEST_MARGIN, Background, margin_for
from lib.phantom.imaging.view import View
from lib.phantom.model import Anatomy, Layer
from lib.phantom.physiology.motion import Motion

SIZE = 64
VIEW = View(0.0, 0.0, 1000.0, 1000.0, 1.0, SIZE, SIZE)
"""At the isocentre a pixel is 1 mm."""

STILL = Motion(1.0, 0.0, 0.0, 0.0, 0.0, 0.25, 0.0, 0.0, (0.0, 0.0), (0.0, 0.0, 0.0), 1.0)
TABLE = replace(STILL, table_mm_s=(8.0, 0.0))
"""To the patient's left, which is the picture's right."""


def stripes(margin_px: int) -> Anatomy:
    """Columns that all differ, numbered from the left border of the picture."""
    row = np.arange(-margin_px, SIZE + margin_px, dtype=np.float32)
    return Anatomy((Layer(np.tile(row, (SIZE + 2 * margin_px, 1)), "still"),))


def test_who_lies_still_needs_no_margin() -> None:
    assert margin_for(VIEW, STILL, [0.0, 1.0]) == 0


def test_the_margin_is_as_wide_as_the_way() -> None:
    assert margin_for(VIEW, TABLE, [0.0, 0.5, 1.0]) == pytest.approx(8, abs=1)


def test_the_margin_has_an_end() -> None:
    assert margin_for(VIEW, TABLE, [1000.0]) == int(WIDEST_MARGIN * SIZE)


def test_what_comes_into_the_picture_was_not_in_it_before() -> None:
    background = Background(stripes(margin_px=8), VIEW, TABLE, margin_px=8)

    moved = background.at(1.0)

    np.testing.assert_allclose(moved[30], np.arange(SIZE) - 8, atol=0.05)


def test_a_heart_that_shrinks_leaves_no_gap() -> None:
    beating = replace(STILL, squeeze=0.2, descent_mm=10.0)
    times = np.linspace(0, 1, 20)
    margin_px = margin_for(VIEW, beating, times)
    anatomy = Anatomy((Layer(np.ones((SIZE + 2 * margin_px,) * 2, np.float32), "heart"),))

    depths = [Background(anatomy, VIEW, beating, margin_px).at(time) for time in times]

    assert margin_px > 3
    assert all(depth.min() > 0.999 for depth in depths)
