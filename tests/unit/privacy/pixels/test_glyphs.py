import numpy as np

from lib.privacy.pixels.glyphs import Glyphs, rows_of


def glyphs(boxes: list[tuple[int, int, int, int]], contrast: list[float] | None = None) -> Glyphs:
    top, left, bottom, right = np.array(boxes, np.int64).T
    strength = np.array(contrast or [50.0] * len(boxes))
    return Glyphs(top, left, bottom, right, strength, np.full(len(boxes), 2.0), np.zeros((1, 1), np.int64))


def rows(found: Glyphs) -> list[list[int]]:
    return sorted(row.tolist() for row in rows_of(found))


def test_neighbours_of_like_height_are_a_row_in_whatever_order_they_come() -> None:
    boxes = [(10, 40, 20, 47), (10, 20, 20, 27), (11, 30, 21, 37), (50, 20, 60, 27), (50, 60, 60, 67)]

    assert rows(glyphs(boxes)) == [[0, 1, 2]]


def test_a_neighbour_twice_as_high_may_stand_further_off() -> None:
    assert rows(glyphs([(10, 20, 20, 27), (9, 40, 20, 47), (6, 61, 20, 70)])) == [[0, 1, 2]]
    assert rows(glyphs([(10, 20, 20, 27), (9, 48, 20, 55), (6, 61, 20, 70)])) == []


def test_ink_of_another_strength_is_no_part_of_a_row() -> None:
    boxes = [(10, 20, 20, 27), (10, 30, 20, 37), (10, 40, 20, 47)]

    assert rows(glyphs(boxes, [50.0, 60.0, 100.0])) == [[0, 1, 2]]
    assert rows(glyphs(boxes, [20.0, 60.0, 140.0])) == []


def test_two_things_are_no_row() -> None:
    assert rows(glyphs([(10, 20, 20, 27), (10, 30, 20, 37)])) == []
