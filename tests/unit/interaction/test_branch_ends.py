"""Where a dropped branch ends: what holds the rest of a tree stays, however alike a false end is."""

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.interaction.branch_clicks import BranchClicker
from lib.interaction.likeness import change_along
from lib.interaction.prompts import Prompt, PromptKind
from tests.unit.interaction.drawn_trees import SIDE, KnowingEngine, filmed


def line(begin: tuple[int, int], end: tuple[int, int], width: int) -> NDArray[np.bool_]:
    """Return (SIDE, SIDE), true on a line from (y, x) to (y, x)."""
    drawn = np.zeros((SIDE, SIDE), np.uint8)
    cv2.line(drawn, begin[::-1], end[::-1], 1, width)
    return drawn > 0


def without(mask: NDArray[np.bool_], at: tuple[int, int], frame: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return a mask, of which the network knows all, after a negative click at (y, x)."""
    clicker = BranchClicker(KnowingEngine(mask))
    prompt = Prompt(PromptKind.POINT, ((float(at[0]), float(at[1])),), is_positive=False)
    return clicker.answer(clicker.encode(frame, 0), mask, prompt)


def test_a_click_near_an_end_leaves_the_long_way_to_the_bifurcation() -> None:
    vessel = line((10, 96), (180, 96), 9) | line((100, 96), (100, 180), 5)

    after = without(vessel, (170, 96), filmed(vessel))

    assert not after[171:].any()
    assert after[:150].sum() == vessel[:150].sum()


def test_a_click_on_a_thick_catheter_leaves_the_thin_vessel_that_it_ends_in() -> None:
    catheter, vessel = line((10, 96), (90, 96), 15), line((90, 96), (180, 96), 3)

    after = without(catheter | vessel, (60, 96), filmed(catheter | vessel))

    assert after[100:].sum() == vessel[100:].sum()
    assert (after & catheter)[:80].sum() < 0.05 * catheter[:80].sum()


def test_a_click_on_a_dark_wire_leaves_the_pale_vessel_that_goes_on() -> None:
    wire, vessel = line((10, 96), (90, 96), 5), line((90, 96), (180, 96), 5)
    pale = 0.8 - 0.2 * (0.8 - filmed(wire | vessel))

    after = without(wire | vessel, (60, 96), np.where(vessel & ~wire, pale, filmed(wire | vessel)))

    assert after[105:].sum() == vessel[105:].sum()
    assert not after[20:80].any()


def test_a_click_on_a_wire_leaves_the_branch_that_it_crosses() -> None:
    wire, vessel = line((10, 60), (180, 120), 4), line((120, 20), (120, 180), 5)

    after = without(wire | vessel, (60, 78), filmed(wire | vessel))

    assert (after & vessel).sum() > 0.95 * vessel.sum()
    assert (after & wire)[:100].sum() < 0.05 * wire[:100].sum()


def test_a_click_on_a_bridge_leaves_what_it_joins() -> None:
    left, right = line((10, 40), (180, 40), 7), line((10, 150), (180, 150), 7)
    bridge = line((100, 40), (100, 150), 3)

    after = without(left | right | bridge, (100, 90), filmed(left | right | bridge))

    np.testing.assert_array_equal(after & (left | right), left | right)
    assert not after[:, 58:132].any()


def test_a_click_on_one_arm_of_a_loop_leaves_the_other() -> None:
    trunk, loop = line((10, 96), (180, 96), 9), np.zeros((SIDE, SIDE), np.uint8)
    cv2.ellipse(loop, (96, 96), (60, 40), 0, -90, 90, 1, 4)

    after = without(trunk | (loop > 0), (96, 156), filmed(trunk | (loop > 0)))

    np.testing.assert_array_equal(after & trunk, trunk)
    assert not after[:, 110:].any()


def test_a_way_that_changes_its_looks_ends_there() -> None:
    traits = np.zeros((60, 3))
    traits[40:, 1] = 1.5

    assert change_along(traits, list(range(60)), 10) == 40
    assert change_along(traits[:40], list(range(40)), 10) is None
    assert change_along(traits, [3, 4], 1) is None
