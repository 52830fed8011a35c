import cv2
import numpy as np
import pytest

from lib.ridges.branches import branches_of


def drawn(*lines: tuple[tuple[int, int], tuple[int, int], int], side: int = 200) -> np.ndarray:
    """Return a mask of straight lines: from x, y to x, y, and a width."""
    canvas = np.zeros((side, side), np.uint8)
    for begin, end, width in lines:
        cv2.line(canvas, begin, end, 1, width)
    return canvas.astype(bool)


TRUNK = ((20, 100), (180, 100), 11)
SIDE_BRANCH = ((100, 100), (160, 40), 5)


def test_a_trunk_runs_on_through_its_side_branch() -> None:
    branches = branches_of(drawn(TRUNK, SIDE_BRANCH))

    lengths = np.sort(np.bincount(branches.branch))[::-1]
    assert lengths[:3].sum() > 0.85 * len(branches.branch)
    assert branches.trunk_radius == pytest.approx(6.0, abs=1.1)


def test_at_a_fork_the_branch_goes_on_along_most_vessel() -> None:
    fork = drawn(((20, 100), (100, 100), 9), ((100, 100), (185, 150), 7), ((100, 100), (125, 80), 5))

    branches = branches_of(fork)

    along = branches.branch == branches.size.argmax()
    assert branches.pixels.columns[along].max() > 175


def test_parents_stand_before_their_children() -> None:
    branches = branches_of(drawn(TRUNK, SIDE_BRANCH, ((130, 70), (130, 20), 3)))

    assert (branches.parent < np.arange(len(branches.parent))).all()
    assert (branches.parent == -1).sum() == 1


def test_each_piece_of_a_mask_is_a_tree() -> None:
    branches = branches_of(drawn(TRUNK, ((20, 20), (80, 20), 5)))

    assert branches.tree.max() == 1
    assert (branches.parent == -1).sum() == 2


def test_the_radius_of_a_branch_is_half_its_width() -> None:
    mask = np.zeros((200, 200), bool)
    mask[94:107, 20:180] = True

    branches = branches_of(mask)

    assert branches.radius[branches.size.argmax()] == pytest.approx(7.0, abs=0.7)


def test_a_loop_is_no_harm() -> None:
    ring = np.zeros((200, 200), np.uint8)
    cv2.circle(ring, (100, 100), 60, 1, 7)

    branches = branches_of(ring.astype(bool))

    assert np.isfinite(branches.radius).all()
    assert len(branches.branch) == len(branches.pixels.rows)


def test_a_single_pixel_is_a_branch() -> None:
    mask = np.zeros((9, 9), bool)
    mask[4, 4] = True

    branches = branches_of(mask)

    assert branches.branch.tolist() == [0]
    assert branches.radius[0] > 0
