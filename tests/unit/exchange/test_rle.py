"""COCO's run lengths, exactly as the reference library writes them."""

import numpy as np
import pytest
from numpy.typing import NDArray

from lib.errors import DataSetError
from lib.exchange.rle import compress, decompress, mask_of, run_lengths


def test_lengths_go_down_the_columns_and_begin_with_zeros() -> None:
    mask = np.array([[1, 0], [1, 1]], bool)

    assert run_lengths(mask) == [0, 2, 1, 1]


def test_the_text_is_that_of_pycocotools() -> None:
    # What pycocotools 2.0.11 writes for these masks.
    lines = np.zeros((5, 7), bool)
    lines[1, 2] = lines[4, :] = lines[0:3, 5] = True
    noise = np.random.default_rng(0).random((9, 8)) > 0.5

    assert compress(run_lengths(lines)) == "4140M0102003MM30"
    assert compress(run_lengths(noise)) == "041M31MO020N034MO2MN100002120MNO10O1"


@pytest.mark.parametrize("share", [0.0, 0.02, 0.5, 0.98, 1.0])
def test_every_mask_comes_back_bit_for_bit(share: float) -> None:
    random = np.random.default_rng(3)
    for rows, columns in ((1, 1), (1, 90), (90, 1), (37, 53), (300, 200)):
        mask: NDArray[np.bool_] = random.random((rows, columns)) < share

        assert np.array_equal(mask_of(decompress(compress(run_lengths(mask))), mask.shape), mask)


@pytest.mark.parametrize("lengths", [[3], [2, -1, 3], [1.0, 3], [5]])
def test_lengths_of_another_shape_are_refused(lengths: list[int]) -> None:
    with pytest.raises(DataSetError, match="do not fill 2 x 2 pixels"):
        mask_of(lengths, (2, 2))


@pytest.mark.parametrize("text", ["4\n", "é", "o"])
def test_a_text_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(DataSetError, match="a text of run lengths"):
        decompress(text)
