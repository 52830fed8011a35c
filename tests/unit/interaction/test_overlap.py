"""Who gets a pixel that two labels want: one row of pixels shows it all."""

import numpy as np
import pytest
from numpy.typing import NDArray

from lib.interaction.overlap import Overlap, combine

OURS, OTHER = 1, 2


def row(text: str) -> NDArray[np.uint8]:
    """Return '.12' as the label map [[0, 1, 2]]."""
    return np.array([[0 if letter == "." else int(letter) for letter in text]], np.uint8)


@pytest.mark.parametrize(
    ("overlap", "after"),
    [
        (Overlap.REPLACE, "..1111"),
        (Overlap.ADD, "111122"),
        (Overlap.SUBTRACT, "11..22"),
    ],
)
def test_the_rule_says_who_gets_a_pixel(overlap: Overlap, after: str) -> None:
    before, mask = row("111.22"), row("..1111") > 0

    assert combine(before, mask, OURS, overlap).tolist() == row(after).tolist()


def test_the_label_map_that_was_given_stays_as_it_is() -> None:
    before = row("111.22")

    combine(before, row("..1111") > 0, OURS, Overlap.REPLACE)

    assert before.tolist() == row("111.22").tolist()


def test_replacing_by_nothing_takes_the_label_away_and_leaves_others() -> None:
    assert combine(row("1.2"), row("...") > 0, OURS, Overlap.REPLACE).tolist() == row("..2").tolist()
