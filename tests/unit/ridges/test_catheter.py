import numpy as np
import pytest

from lib.ridges.catheter import catheter_lines
from lib.ridges.filter import Image

SHAPE = (120, 160)


def one_line(width: Image, depth: Image) -> np.ndarray:
    """Return what of a straight line from the left border is taken for a catheter."""
    lines = np.zeros(SHAPE, bool)
    lines[60, 2:150] = True
    rows = np.arange(SHAPE[0])[:, None], np.arange(SHAPE[1])[None, :]
    to_border = np.minimum.reduce(np.broadcast_arrays(rows[0], rows[1], 119 - rows[0], 159 - rows[1]))
    on_all_rows = (np.broadcast_to(values, SHAPE).astype(np.float32) for values in (width, depth))
    return catheter_lines(lines, *on_all_rows, (to_border + 1).astype(np.float32))


def jump(before: float, after: float) -> Image:
    return np.where(np.arange(SHAPE[1]) < 70, before, after).astype(np.float32)


def test_an_even_line_from_the_border_that_jumps_is_a_catheter_up_to_the_jump() -> None:
    found = one_line(jump(4.0, 8.0), jump(0.1, 0.2))

    columns = np.flatnonzero(found[60])
    assert columns.min() == 2
    assert columns.max() == pytest.approx(68, abs=6)


def test_a_vessel_that_widens_step_by_step_is_none() -> None:
    slope = np.linspace(2.0, 9.0, SHAPE[1], dtype=np.float32)

    assert not one_line(slope, np.full(SHAPE[1], 0.2, np.float32)).any()


def test_an_even_vessel_without_a_jump_is_none() -> None:
    assert not one_line(jump(5.0, 5.0), jump(0.2, 0.2)).any()


def test_what_is_wider_than_a_catheter_is_none() -> None:
    assert not one_line(jump(9.0, 20.0), jump(0.1, 0.2)).any()


def test_lines_far_from_the_border_are_none() -> None:
    lines = np.zeros(SHAPE, bool)
    lines[60, 30:140] = True
    same = np.broadcast_to(jump(4.0, 8.0), SHAPE).astype(np.float32)

    assert not catheter_lines(lines, same, same, np.full(SHAPE, 30.0, np.float32)).any()


def test_a_frame_without_lines_has_no_catheter() -> None:
    empty = np.zeros(SHAPE, np.float32)

    assert not catheter_lines(empty > 0, empty, empty, empty).any()
