"""Our own tracker on drawn trees that move, fill and empty."""

import numpy as np
import pytest

from lib.errors import CancelledError
from lib.propagation.flow_tracker import FlowTracker
from lib.propagation.propagate import Propagated, propagate
from tests.moving_tree import TRUNK, TWIG, dice, drawn, moving_run, sees

SWAY = [(round(6 * np.sin(t)), round(5 * np.cos(t))) for t in range(9)]
FULL = [1.0] * 9


def test_a_tree_that_moves_by_several_pixels_a_frame_is_followed() -> None:
    frames, tree, _ = moving_run(SWAY, FULL)

    result = propagate(frames, {4: tree[4]}, FlowTracker(sees(tree)))

    assert min(dice(mask, truth) for mask, truth in zip(result.masks, tree, strict=True)) > 0.85
    assert np.mean([dice(tree[4], truth) for truth in tree]) < 0.75


def test_nothing_is_drawn_before_contrast_medium_comes_and_after_it_has_gone() -> None:
    frames, tree, _ = moving_run(SWAY, [0, 0, 0, 1, 1, 1, 1, 0, 0])

    result = propagate(frames, {4: tree[4]}, FlowTracker(sees(tree)))

    assert not result.masks[[0, 1, 2, 7, 8]].any()
    assert result.masks[3].any()


def test_a_false_finding_of_the_network_on_an_empty_vessel_is_not_drawn() -> None:
    frames, tree, _ = moving_run([(0, 0)] * 9, [0, 0, 0, 1, 1, 1, 1, 0, 0])
    finds = tree.copy()
    finds[0, 80:110] |= tree[4, 80:110]

    result = propagate(frames, {4: tree[4]}, FlowTracker(sees(finds)))

    assert not result.masks[0].any()


def test_a_branch_that_fills_later_than_the_trunk_appears_when_it_is_filled() -> None:
    late = [0, 0, 0, 0, 0, 0, 1, 1, 1]
    frames, tree, twig = moving_run(SWAY, FULL, late)
    own = twig & ~np.stack([drawn(TRUNK, shift, 9) for shift in SWAY])

    result = propagate(frames, {7: tree[7]}, FlowTracker(sees(tree)))

    beyond = np.stack([drawn(TWIG, shift) & ~drawn(TRUNK, shift, 15) for shift in SWAY])
    assert (result.masks[:5] & beyond[:5]).sum() < 0.1 * beyond[:5].sum()
    assert (result.masks[8] & own[8]).sum() > 0.8 * own[8].sum()


def test_one_named_branch_is_followed_without_its_neighbours() -> None:
    frames, tree, _ = moving_run(SWAY, FULL)
    twig = np.stack([drawn(TWIG, shift) & ~drawn(TRUNK, shift) for shift in SWAY])
    trunk = np.stack([drawn(TRUNK, shift) for shift in SWAY])

    result = propagate(frames, {4: twig[4]}, FlowTracker(sees(tree)))

    assert min(dice(mask, truth) for mask, truth in zip(result.masks, twig, strict=True)) > 0.75
    assert (result.masks & trunk).sum() < 0.1 * twig.sum()


def test_a_catheter_beside_the_vessel_is_not_taken_for_it() -> None:
    frames, tree, _ = moving_run(SWAY, FULL)
    catheter = drawn(((5, 30), (60, 40), (120, 45)), (0, 0), 5)
    finds = tree | catheter

    result = propagate(frames, {4: tree[4]}, FlowTracker(sees(finds)))

    beside = catheter & ~tree.any(axis=0)
    assert (result.masks & beside).sum() < 0.02 * beside.sum() * len(frames)


def test_a_gap_in_what_the_network_sees_is_bridged_where_contrast_medium_is() -> None:
    frames, tree, _ = moving_run([(0, 0)] * 9, [0, 0, *FULL[2:]])
    finds = tree.astype(np.float32)
    finds[6, 86:93] *= 0.25

    result = propagate(frames, {4: tree[4]}, FlowTracker(sees(finds)))

    gap = tree[6, 88:92]
    assert (result.masks[6, 88:92] & gap).sum() > 0.5 * gap.sum()


def test_a_frame_whose_evidence_is_poor_is_less_sure() -> None:
    frames, tree, _ = moving_run([(0, 0)] * 9, FULL)
    random = np.random.default_rng(3)
    holes = tree.copy()
    holes[6] &= random.random(tree[6].shape) < 0.45

    result = propagate(frames, {4: tree[4]}, FlowTracker(sees(holes)))

    assert result.confidence[6] < result.confidence[5]
    assert ((result.confidence >= 0) & (result.confidence <= 1)).all()


def test_a_second_key_mends_what_the_first_one_lost() -> None:
    frames, tree, _ = moving_run(SWAY, FULL)
    partly = tree.copy()
    partly[0, 70:] = False
    tracker = FlowTracker(sees(tree))

    once = propagate(frames, {0: partly[0]}, tracker)
    again = propagate(frames, {0: partly[0], 8: tree[8]}, tracker)

    assert mean_dice(again, tree, (6, 7)) > mean_dice(once, tree, (6, 7)) + 0.1


def test_cancelling_stops_the_network_at_once() -> None:
    frames, tree, _ = moving_run(SWAY, FULL)
    asked: list[None] = []

    def cancelled() -> bool:
        asked.append(None)
        return len(asked) > 2

    with pytest.raises(CancelledError):
        propagate(frames, {4: tree[4]}, FlowTracker(sees(tree)), is_cancelled=cancelled)

    assert len(asked) < 6


def mean_dice(result: Propagated, truth: np.ndarray, times: tuple[int, ...]) -> float:
    return float(np.mean([dice(result.masks[t], truth[t]) for t in times]))
