"""Tidying a mask."""

import numpy as np
import pytest
from numpy.typing import NDArray

from lib.interaction.clean_up import CleanUp, clean_up


@pytest.fixture
def mask() -> NDArray[np.bool_]:
    """A ring of 5 x 5 with a hole of 9, a bar of 4 pixels, and a speck of 1."""
    mask = np.zeros((20, 20), bool)
    mask[2:7, 2:7] = True
    mask[3:6, 3:6] = False
    mask[10, 10:14] = True
    mask[15, 15] = True
    return mask


def test_nothing_is_tidied_where_nobody_asks(mask: NDArray[np.bool_]) -> None:
    assert np.array_equal(clean_up(mask, CleanUp(), [(10.0, 10.0)]), mask)


def test_the_part_that_was_clicked_stays_alone(mask: NDArray[np.bool_]) -> None:
    tidied = clean_up(mask, CleanUp(only_clicked=True), [(9.6, 12.4)])

    assert np.argwhere(tidied).tolist() == [[10, x] for x in range(10, 14)]


def test_all_parts_that_were_clicked_stay(mask: NDArray[np.bool_]) -> None:
    tidied = clean_up(mask, CleanUp(only_clicked=True), [(10.0, 10.0), (15.0, 15.0)])

    assert tidied.sum() == 5


def test_all_parts_stay_where_no_part_was_clicked(mask: NDArray[np.bool_]) -> None:
    assert np.array_equal(clean_up(mask, CleanUp(only_clicked=True), [(0.0, 0.0)]), mask)


def test_small_parts_are_left_out_unless_they_were_clicked(mask: NDArray[np.bool_]) -> None:
    rules = CleanUp(min_area_px=4)

    assert not clean_up(mask, rules)[15, 15]
    assert clean_up(mask, rules)[10, 10]
    assert clean_up(mask, rules, [(15.0, 15.0)])[15, 15]


@pytest.mark.parametrize(("most_px", "is_filled"), [(8, False), (9, True)])
def test_holes_up_to_a_size_are_filled(mask: NDArray[np.bool_], most_px: int, is_filled: bool) -> None:
    tidied = clean_up(mask, CleanUp(fill_holes_px=most_px))

    assert tidied[3:6, 3:6].all() == is_filled
    assert tidied.sum() == mask.sum() + 9 * is_filled


def test_what_reaches_the_border_is_no_hole() -> None:
    mask = np.ones((6, 6), bool)
    mask[0:2, 2] = False

    assert np.array_equal(clean_up(mask, CleanUp(fill_holes_px=30)), mask)


def test_touching_by_a_corner_is_one_part_and_leaves_no_way_into_a_hole() -> None:
    mask = np.zeros((5, 5), bool)
    for y, x in ((1, 2), (2, 1), (2, 3), (3, 2)):
        mask[y, x] = True

    tidied = clean_up(mask, CleanUp(only_clicked=True, fill_holes_px=1), [(1.0, 2.0)])

    assert tidied.sum() == 5
