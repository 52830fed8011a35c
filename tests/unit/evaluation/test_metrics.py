import numpy as np
import pytest

from lib.evaluation.metrics import overlap_of, score_frame


def rectangle(top: int, left: int, height: int = 10, width: int = 40, side: int = 80) -> np.ndarray:
    mask = np.zeros((side, side), bool)
    mask[top : top + height, left : left + width] = True
    return mask


def test_a_mask_agrees_fully_with_itself() -> None:
    score = score_frame(rectangle(20, 20), rectangle(20, 20))

    assert (score.overlap.dice, score.overlap.precision, score.overlap.recall) == (1.0, 1.0, 1.0)
    assert (score.cldice, score.hd95_px, score.surface_dice_2px) == (1.0, 0.0, 1.0)
    assert not score.is_empty


def test_two_empty_masks_agree_fully_and_are_marked() -> None:
    empty = np.zeros((30, 40), bool)

    score = score_frame(empty, empty)

    assert score.is_empty
    assert (score.overlap.dice, score.cldice, score.hd95_px, score.surface_dice_2px) == (1.0, 1.0, 0.0, 1.0)


@pytest.mark.parametrize("is_result_empty", [True, False])
def test_one_empty_mask_scores_zero_and_the_diagonal(is_result_empty: bool) -> None:
    empty, full = np.zeros((30, 40), bool), np.ones((30, 40), bool)

    score = score_frame(empty, full) if is_result_empty else score_frame(full, empty)

    assert not score.is_empty
    assert (score.overlap.dice, score.overlap.precision, score.overlap.recall) == (0.0, 0.0, 0.0)
    assert (score.cldice, score.hd95_px, score.surface_dice_2px) == (0.0, 50.0, 0.0)


def test_precision_is_of_the_result_and_recall_of_the_truth() -> None:
    overlap = overlap_of(rectangle(20, 20, width=40), rectangle(20, 20, width=10))

    assert overlap.precision == pytest.approx(0.25)
    assert overlap.recall == pytest.approx(1.0)
    assert overlap.dice == pytest.approx(0.4)


def test_a_mask_pushed_by_five_pixels_has_its_border_five_pixels_off() -> None:
    score = score_frame(rectangle(20, 20), rectangle(25, 20))

    assert score.hd95_px == pytest.approx(5.0)


def test_a_border_two_pixels_off_still_counts_and_three_pixels_do_not() -> None:
    near, far = (score_frame(rectangle(20, 20), rectangle(20 + off, 20)) for off in (2, 3))

    assert near.surface_dice_2px == 1.0
    assert far.surface_dice_2px < 1.0


def test_distances_do_not_depend_on_where_the_masks_lie() -> None:
    inside = score_frame(rectangle(30, 20), rectangle(34, 20))
    at_edge = score_frame(rectangle(0, 0), rectangle(4, 0))

    assert at_edge == inside


def test_distance_is_large_whichever_mask_has_the_stray_piece() -> None:
    clean, stray = rectangle(10, 10), rectangle(10, 10) | rectangle(60, 10)

    assert score_frame(stray, clean).hd95_px == score_frame(clean, stray).hd95_px > 30


def test_cldice_forgives_width_and_punishes_a_missing_branch() -> None:
    thin, thick = rectangle(30, 10, height=5, width=60), rectangle(28, 10, height=9, width=60)
    branch = rectangle(30, 30, height=45, width=5)

    assert score_frame(thick, thin).cldice > 0.95 > score_frame(thick, thin).overlap.dice
    assert score_frame(thin, thin | branch).cldice < 0.85


def test_cldice_is_the_harmonic_mean_of_both_shares_of_centre_lines() -> None:
    score = score_frame(rectangle(30, 10, 1, 60), rectangle(30, 10, 1, 20))

    assert score.cldice == pytest.approx(2 * 1.0 * (20 / 60) / (1.0 + 20 / 60))
