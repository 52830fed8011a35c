"""Prompts on drawn trees: what they take, what they drop, and that nothing else changes."""

import numpy as np
import pytest
from numpy.typing import NDArray

from lib.errors import PointOutOfFrameError
from lib.interaction.branch_clicks import BranchClicker
from lib.interaction.clicker import Encoding
from lib.interaction.prompts import Prompt, PromptKind
from tests.unit.interaction.drawn_trees import KnowingEngine, branch, filmed

ALL = ("trunk", "left", "right")
ON_LEFT, ON_RIGHT = (90.0, 63.0), (120.0, 130.0)


def click(y: float, x: float, is_positive: bool = True) -> Prompt:
    return Prompt(PromptKind.POINT, ((y, x),), is_positive)


def encoded(*known: str, scale: int = 1) -> tuple[BranchClicker, Encoding]:
    """Return an engine that knows some branches and what it sees where all are filmed."""
    clicker = BranchClicker(KnowingEngine(branch(*known, scale=scale)))
    return clicker, clicker.encode(filmed(branch(*ALL, scale=scale)), 0)


def overlap(found: NDArray[np.bool_], wanted: NDArray[np.bool_]) -> float:
    return float((found & wanted).sum() / (found | wanted).sum())


def test_the_start_is_what_the_network_knows() -> None:
    clicker, encoding = encoded("trunk", "left")

    assert overlap(clicker.start(encoding), branch("trunk", "left")) > 0.85


def test_a_click_takes_a_branch_to_its_bifurcation_and_its_end() -> None:
    clicker, encoding = encoded(*ALL)
    before = branch("trunk", "right")

    after = clicker.answer(encoding, before, click(*ON_LEFT))

    assert overlap(after, branch(*ALL)) > 0.9
    assert not (before & ~after).any()


def test_a_click_takes_a_branch_that_the_network_never_saw() -> None:
    clicker, encoding = encoded("trunk", "right")

    after = clicker.answer(encoding, branch("trunk", "right"), click(*ON_LEFT))

    assert overlap(after, branch(*ALL)) > 0.85


def test_a_click_drops_a_branch_to_its_bifurcation() -> None:
    clicker, encoding = encoded(*ALL)

    after = clicker.answer(encoding, branch(*ALL), click(*ON_RIGHT, is_positive=False))

    assert overlap(after, branch("trunk", "left")) > 0.95
    assert not (branch("trunk", "left") & ~after).any()


def test_a_branch_that_was_dropped_comes_back() -> None:
    clicker, encoding = encoded(*ALL)
    dropped = clicker.answer(encoding, branch(*ALL), click(*ON_RIGHT, is_positive=False))

    after = clicker.answer(encoding, dropped, click(*ON_RIGHT))

    assert overlap(after, branch(*ALL)) > 0.93


def test_a_click_beside_a_thin_wall_widens_it_there_and_only_there() -> None:
    clicker, encoding = encoded(*ALL)
    thin = branch(*ALL)
    thin[:, 98:101] &= ~branch("trunk")[:, 98:101] | branch("left", "right")[:, 98:101]

    after = clicker.answer(encoding, thin, click(30, 99))

    assert after[30, 99]
    added = np.argwhere(after & ~thin)
    assert 20 < len(added) < 150
    assert np.abs(added[:, 0] - 30).max() <= 13


def test_a_click_near_the_wall_of_a_wide_vessel_narrows_it() -> None:
    clicker, encoding = encoded(*ALL)

    after = clicker.answer(encoding, branch(*ALL), click(150, 100, is_positive=False))

    assert not after[150, 100]
    assert after[150, 96]
    assert (branch(*ALL) & ~after).sum() < 120


def test_a_click_on_a_blob_drops_it_whole() -> None:
    clicker, encoding = encoded("trunk")
    blob = np.zeros((192, 192), bool)
    blob[20:32, 150:162] = True

    after = clicker.answer(encoding, branch("trunk") | blob, click(26, 156, is_positive=False))

    np.testing.assert_array_equal(after, branch("trunk"))


def test_a_click_in_a_hole_fills_it() -> None:
    clicker, encoding = encoded("trunk")
    holed = branch("trunk")
    holed[100:103, 95:98] = False

    np.testing.assert_array_equal(clicker.answer(encoding, holed, click(101, 96)), branch("trunk"))


def test_a_click_where_all_is_as_asked_changes_nothing() -> None:
    clicker, encoding = encoded(*ALL)
    mask = branch(*ALL)

    np.testing.assert_array_equal(clicker.answer(encoding, mask, click(100, 96)), mask)
    np.testing.assert_array_equal(clicker.answer(encoding, mask, click(20, 20, is_positive=False)), mask)


def test_a_click_on_an_empty_mask_takes_the_whole_branch() -> None:
    clicker, encoding = encoded(*ALL)

    after = clicker.answer(encoding, np.zeros((192, 192), bool), click(*ON_LEFT))

    assert (after & branch("left")).sum() > 0.9 * branch("left").sum()


def test_a_box_takes_and_clears_what_lies_inside() -> None:
    clicker, encoding = encoded(*ALL)
    corners = ((62.0, 20.0), (130.0, 88.0))

    taken = clicker.answer(encoding, branch("trunk"), Prompt(PromptKind.BOX, corners))
    cleared = clicker.answer(encoding, branch(*ALL), Prompt(PromptKind.BOX, corners, is_positive=False))

    inside = np.zeros((192, 192), bool)
    inside[62:131, 20:89] = True
    assert overlap(taken & inside, branch("left") & inside) > 0.8
    np.testing.assert_array_equal(cleared, branch(*ALL) & ~inside)


def test_a_scribble_takes_and_drops_the_branch_that_it_follows() -> None:
    clicker, encoding = encoded(*ALL)
    stroke = ((68.0, 88.0), (90.0, 63.0), (119.0, 31.0))

    taken = clicker.answer(encoding, branch("trunk", "right"), Prompt(PromptKind.SCRIBBLE, stroke))
    dropped = clicker.answer(encoding, branch(*ALL), Prompt(PromptKind.SCRIBBLE, stroke, is_positive=False))

    assert overlap(taken, branch(*ALL)) > 0.9
    assert overlap(dropped, branch("trunk", "right")) > 0.9


def test_the_clicked_pixel_is_always_as_asked() -> None:
    clicker, encoding = encoded("trunk", "left")
    random = np.random.default_rng(1)
    mask = clicker.start(encoding)

    for y, x in random.integers(0, 192, size=(60, 2)).tolist():
        is_positive = not mask[y, x]
        mask = clicker.answer(encoding, mask, click(y, x, is_positive))
        assert mask[y, x] == is_positive


def test_the_same_prompts_give_the_same_mask_and_leave_the_one_before() -> None:
    clicker, encoding = encoded(*ALL)
    before = branch("trunk")
    kept = before.copy()

    first, second = (clicker.answer(encoding, before, click(*ON_LEFT)) for _ in range(2))

    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(before, kept)


def test_a_large_frame_is_answered_in_its_own_resolution() -> None:
    clicker, encoding = encoded(*ALL, scale=5)
    before = branch("trunk", "right", scale=5)

    after = clicker.answer(encoding, before, click(5 * 90, 5 * 63))
    back = clicker.answer(encoding, after, click(5 * 90, 5 * 63, is_positive=False))

    assert after.shape == (960, 960)
    assert overlap(after, branch(*ALL, scale=5)) > 0.9
    assert not (before & ~after).any()
    assert overlap(back, before) > 0.97


def test_a_point_outside_the_frame_is_refused() -> None:
    clicker, encoding = encoded("trunk")

    with pytest.raises(PointOutOfFrameError):
        clicker.answer(encoding, branch("trunk"), click(10, 500))


def test_an_empty_frame_can_be_clicked() -> None:
    clicker = BranchClicker(KnowingEngine(np.zeros((96, 96), bool)))
    encoding = clicker.encode(np.full((1, 96, 96), 0.5, np.float32), 0)

    after = clicker.answer(encoding, clicker.start(encoding), click(40, 40))

    assert after[40, 40]
    assert 1 <= after.sum() < 60
