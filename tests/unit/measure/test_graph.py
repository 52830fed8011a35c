from collections import Counter

import numpy as np
import pytest

from lib.measure.graph import VesselBranch, VesselGraph, vessel_graph
from tests.vessel_shapes import distances, middle, tubes, wave

TRUNK = ([(100.0, 20.0), (100.0, 180.0)], 6.0)
SIDE_BRANCH = ([(100.0, 90.0), (40.0, 150.0)], 3.0)


def kinds(graph: VesselGraph) -> dict[str, int]:
    """Return how many nodes of each kind a graph has."""
    return dict(Counter(node.kind for node in graph.nodes))


def longest(graph: VesselGraph) -> VesselBranch:
    """Return the longest branch."""
    return max(graph.branches, key=lambda branch: branch.line.length_px)


@pytest.mark.parametrize("radius", [1.2, 2.0, 3.5, 7.0])
def test_the_line_of_a_winding_tube_is_its_middle(radius: float) -> None:
    graph = vessel_graph(tubes((wave(), radius)))

    (branch,) = graph.branches
    off = distances(branch.line.yx[round(2 * radius) : -round(2 * radius)], middle(wave()))
    assert off.mean() < 0.2
    assert np.percentile(off, 95) < 0.5


@pytest.mark.parametrize("radius", [1.2, 2.0, 3.5, 7.0])
def test_the_radius_is_that_of_the_tube(radius: float) -> None:
    (branch,) = vessel_graph(tubes((wave(), radius))).branches

    assert len(branch.radius_px) == len(branch.line)
    assert float(branch.radius_px[10:-10].mean()) == pytest.approx(radius, abs=0.15)


def test_a_line_reaches_to_the_ends_of_its_tube() -> None:
    (branch,) = vessel_graph(tubes(TRUNK)).branches

    assert branch.line.length_px == pytest.approx(160 + 2 * 6, abs=2)


def test_a_side_branch_makes_a_bifurcation_and_three_branches() -> None:
    graph = vessel_graph(tubes(TRUNK, SIDE_BRANCH))

    assert len(graph.branches) == 3
    assert kinds(graph) == {"end": 3, "bifurcation": 1}
    fork = next(node for node in graph.nodes if node.kind == "bifurcation")
    assert np.hypot(fork.yx[0] - 100, fork.yx[1] - 93) < 6
    assert all(fork.id in (branch.start, branch.end) for branch in graph.branches)


def test_a_vessel_that_leaves_the_picture_ends_at_its_border() -> None:
    graph = vessel_graph(tubes(([(100.0, -10.0), (100.0, 120.0)], 4.0)))

    assert kinds(graph) == {"border": 1, "end": 1}
    assert min(node.yx[1] for node in graph.nodes) == pytest.approx(-0.5, abs=0.6)


@pytest.mark.parametrize("angle_deg", [25, 35, 60, 90])
def test_vessels_that_cross_go_straight_on(angle_deg: float) -> None:
    way = 80 * np.array([np.sin(np.radians(angle_deg)), np.cos(np.radians(angle_deg))])
    other = [tuple(100 - way), tuple(100 + way)]

    graph = vessel_graph(tubes((TRUNK[0], 4.0), (other, 4.0)))

    assert kinds(graph) == {"end": 4, "crossing": 1}
    assert [branch.flags for branch in graph.branches] == [("overlap",), ("overlap",)]
    for branch, truth in zip(graph.branches, _in_order(graph, TRUNK[0], other), strict=True):
        assert distances(branch.line.yx[8:-8], middle(truth)).max() < 1.5


def _in_order(graph: VesselGraph, *lines: list[tuple[float, float]]) -> list[list[tuple[float, float]]]:
    """Return for each branch the line that it is nearest to."""
    return [
        min(lines, key=lambda line: distances(branch.line.yx, middle(line)).mean())
        for branch in graph.branches
    ]


@pytest.mark.parametrize("angle_deg", [45, 65])
def test_opposite_side_branches_that_lean_forward_are_no_crossing(angle_deg: float) -> None:
    dy, dx = 70 * np.sin(np.radians(angle_deg)), 70 * np.cos(np.radians(angle_deg))
    up, down = [(100.0, 90.0), (100 - dy, 90 + dx)], [(100.0, 90.0), (100 + dy, 90 + dx)]

    graph = vessel_graph(tubes(TRUNK, (up, 3.0), (down, 3.0)))

    assert "crossing" not in kinds(graph)
    assert len(graph.branches) >= 4


def test_a_ring_that_nothing_explains_is_flagged() -> None:
    turn = np.linspace(0, 2 * np.pi, 100)
    ring = list(zip(100 + 40 * np.sin(turn), 100 + 40 * np.cos(turn), strict=True))

    graph = vessel_graph(tubes((ring, 3.0), ([(100.0, 140.0), (100.0, 190.0)], 3.0)))

    flags = {branch.flags for branch in graph.branches}
    assert flags == {("loop",), ()}
    assert "1 of 2 branches form rings" in graph.problems[0]


def test_both_ways_around_a_ring_are_flagged() -> None:
    turn = np.linspace(0, 2 * np.pi, 100)
    ring = list(zip(100 + 40 * np.sin(turn), 100 + 40 * np.cos(turn), strict=True))
    left, right = [(100.0, 15.0), (100.0, 60.0)], [(100.0, 140.0), (100.0, 185.0)]

    graph = vessel_graph(tubes((ring, 3.0), (left, 3.0), (right, 3.0)))

    assert sorted(branch.flags for branch in graph.branches) == [(), (), ("loop",), ("loop",)]


def test_a_vessel_that_crosses_itself_is_one_branch() -> None:
    turn = np.linspace(-0.75 * np.pi, 0.75 * np.pi, 100)
    bow = [(100 + 40 * np.sin(a), 130 + 40 * np.cos(a)) for a in turn]
    way = [(50.0, 20.0), *bow[::-1], (150.0, 20.0)]

    graph = vessel_graph(tubes((way, 3.5)))

    assert kinds(graph) == {"end": 2, "crossing": 1}
    assert len(graph.branches) == 1


def test_two_vessels_that_part_slowly_are_flagged_and_a_plain_bifurcation_is_not() -> None:
    slow = [(100.0, 60.0), (70.0, 180.0)]
    narrow = vessel_graph(tubes(([(100.0, 20.0), (100.0, 180.0)], 4.0), (slow, 3.5)))
    plain = vessel_graph(tubes(TRUNK, SIDE_BRANCH))

    assert all("crowded" in branch.flags for branch in narrow.branches)
    assert "Look where each goes on." in narrow.problems[0]
    assert not any(branch.flags for branch in plain.branches)


def test_bumps_of_the_wall_are_no_branches() -> None:
    mask = tubes(TRUNK)
    mask[92:95, 60:62] = mask[106:109, 120:123] = True

    assert len(vessel_graph(mask).branches) == 1


def test_pinholes_make_no_rings() -> None:
    mask = tubes(TRUNK)
    mask[100:102, 70:73] = False

    graph = vessel_graph(mask)

    assert len(graph.branches) == 1
    assert not graph.problems


def test_vessels_apart_have_branches_of_their_own() -> None:
    graph = vessel_graph(tubes(TRUNK, ([(30.0, 20.0), (30.0, 120.0)], 2.0)))

    assert len(graph.branches) == 2
    assert longest(graph).line.length_px == pytest.approx(172, abs=2)


@pytest.mark.parametrize("value", [False, True])
def test_a_mask_without_vessels_has_an_empty_graph(value: bool) -> None:
    graph = vessel_graph(np.full((64, 48), value))

    assert graph.shape == (64, 48)
    assert graph.branches == ()
