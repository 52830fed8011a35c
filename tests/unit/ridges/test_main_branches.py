from pathlib import Path

import cv2
import numpy as np
import pytest

from lib.ridges.main_branches import main_branches

TRUNK = (((40, 60), (150, 100), (330, 120), (470, 150)), 18)
MAIN = (((150, 100), (190, 260), (260, 420)), 12)
DIAGONAL = (((330, 120), (390, 260), (440, 380)), 10)
TWIG = (((190, 260), (240, 280)), 3)
BLOB = (((40, 320), (60, 480)), 14)
STUMP = (((190, 260), (250, 280)), 8)


def drawn(*lines: tuple[tuple[tuple[int, int], ...], int], side: int = 512) -> np.ndarray:
    """Return a mask of lines, given in x, y of a picture of 512, with their widths."""
    canvas = np.zeros((side, side), np.uint8)
    for points, width in lines:
        corners = (np.array(points) * side / 512).round().astype(np.int32).reshape(-1, 1, 2)
        cv2.polylines(canvas, [corners], isClosed=False, color=1, thickness=max(round(width * side / 512), 1))
    return canvas.astype(bool)


def recall(found: np.ndarray, wanted: np.ndarray) -> float:
    return (found & wanted).sum() / wanted.sum()


@pytest.mark.parametrize("side", [256, 512, 1024])
def test_main_branches_stay_to_their_ends_and_twigs_go(side: int) -> None:
    main = drawn(TRUNK, MAIN, DIAGONAL, side=side)
    twig = drawn(TWIG, side=side) & ~main

    found = main_branches(main | twig)

    assert recall(found, main) > 0.97
    assert recall(found, twig) < 0.25


def test_false_blobs_beside_the_tree_go() -> None:
    tree, blob = drawn(TRUNK, MAIN, DIAGONAL), drawn(BLOB)

    found = main_branches(tree | blob)

    assert not (found & blob).any()
    assert recall(found, tree) > 0.97


def test_a_short_branch_goes_though_it_is_wide() -> None:
    main = drawn(TRUNK, MAIN, DIAGONAL)
    stump = drawn(STUMP) & ~main

    assert recall(main_branches(main | stump), stump) < 0.25


def test_two_trees_of_one_size_both_stay() -> None:
    left, right = drawn((((60, 40), (80, 470)), 12)), drawn((((400, 40), (420, 470)), 12))

    found = main_branches(left | right)

    assert min(recall(found, left), recall(found, right)) > 0.93


def test_a_wide_trunk_is_not_bitten_where_a_twig_leaves_it() -> None:
    trunk = drawn(TRUNK)
    found = main_branches(trunk | drawn((((250, 110), (255, 170)), 4)))

    assert recall(found, trunk) > 0.98


def test_what_is_found_lies_inside_the_mask() -> None:
    mask = np.random.default_rng(0).random((128, 128)) < 0.4

    assert not (main_branches(mask) & ~mask).any()


@pytest.mark.parametrize("shape", [(1, 1), (16, 16), (64, 300)])
def test_empty_and_full_masks_are_no_harm(shape: tuple[int, int]) -> None:
    assert not main_branches(np.zeros(shape, bool)).any()
    assert main_branches(np.ones(shape, bool)).shape == shape


def test_main_branches_that_people_drew_are_kept(shared_data: Path) -> None:
    files = sorted((shared_data / "ica_main_branches").glob("*_mask.png"))
    masks = [cv2.imread(str(file), cv2.IMREAD_GRAYSCALE) > 127 for file in files[::12]]

    shares = [recall(main_branches(mask), mask) for mask in masks]

    assert np.mean(shares) > 0.85
