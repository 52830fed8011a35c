import numpy as np
import pytest

from lib.errors.measure_graph import UnknownBranchError
from lib.measure.graph import vessel_graph
from lib.measure.graph_masks import branch_mask
from tests.vessel_shapes import tubes

ACROSS = ([(100.0, 20.0), (100.0, 180.0)], 5.0)
UP = ([(30.0, 100.0), (170.0, 100.0)], 4.0)
SIDE_BRANCH = ([(100.0, 90.0), (40.0, 150.0)], 3.0)


def overlap(one: np.ndarray, other: np.ndarray) -> float:
    """Return the Dice coefficient of two masks."""
    return float(2 * (one & other).sum() / (one.sum() + other.sum()))


def test_each_of_two_crossing_vessels_is_whole() -> None:
    mask = tubes(ACROSS, UP)
    graph = vessel_graph(mask)

    masks = [branch_mask(mask, graph, branch.id) for branch in graph.branches]

    truths = [tubes(ACROSS), tubes(UP)]
    assert sorted(max(overlap(one, truth) for truth in truths) > 0.97 for one in masks) == [True, True]
    assert (masks[0] & masks[1]).sum() > 0


def test_a_side_branch_keeps_out_of_its_trunk() -> None:
    mask = tubes(ACROSS, SIDE_BRANCH)
    graph = vessel_graph(mask)
    side = min(graph.branches, key=lambda branch: branch.line.yx[:, 0].min())

    found = branch_mask(mask, graph, side.id)

    assert overlap(found, tubes(SIDE_BRANCH)) > 0.9
    assert not found[:, :75].any()


def test_all_branches_together_are_the_mask() -> None:
    mask = tubes(ACROSS, SIDE_BRANCH)
    graph = vessel_graph(mask)

    together = np.logical_or.reduce([branch_mask(mask, graph, branch.id) for branch in graph.branches])

    assert not (together & ~mask).any()
    assert together.sum() > 0.97 * mask.sum()


@pytest.mark.parametrize("branch_id", [-1, 1])
def test_a_branch_that_is_not_there_is_refused(branch_id: int) -> None:
    mask = tubes(ACROSS)

    with pytest.raises(UnknownBranchError, match=f"have no branch {branch_id}; it has 1"):
        branch_mask(mask, vessel_graph(mask), branch_id)


def test_a_mask_without_vessels_has_no_branch() -> None:
    mask = np.zeros((50, 50), bool)

    with pytest.raises(UnknownBranchError, match="it has none"):
        branch_mask(mask, vessel_graph(mask), 0)
