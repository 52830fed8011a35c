"""Vessel graphs of simulated coronary arteries against the lines that they were made from."""

from functools import lru_cache

import numpy as np
import pytest
from scipy.spatial import cKDTree

from lib.measure.graph import VesselGraph, vessel_graph
from tests.phantom_lines import Filmed, filmed

SEEDS = (7101, 7113)
ON_LINE_PX = 1.5


@lru_cache
def scene(seed: int) -> tuple[Filmed, VesselGraph]:
    """Return a simulated moment and its graph."""
    truth = filmed(seed)
    return truth, vessel_graph(truth.mask)


def branch_at(graph: VesselGraph, yx: np.ndarray) -> int | None:
    """Return the branch whose line runs through a place."""
    away = [branch.line.distance_px(yx) for branch in graph.branches]
    return int(np.argmin(away)) if min(away) < ON_LINE_PX else None


@pytest.mark.parametrize("seed", SEEDS)
def test_lines_are_the_true_middles_where_vessels_lie_alone(seed: int) -> None:
    truth, graph = scene(seed)
    found = np.concatenate([branch.line.yx for branch in graph.branches])
    normals = np.concatenate([branch.line.normals for branch in graph.branches])

    away, nearest = cKDTree(truth.yx).query(found)

    across = np.abs(((truth.yx[nearest] - found) * normals).sum(axis=1))
    alone = truth.is_alone[nearest] & (away < 3)
    assert alone.sum() > 200
    assert np.median(across[alone]) < 0.2
    assert across[alone].mean() < 0.3


@pytest.mark.parametrize("seed", SEEDS)
def test_radii_are_the_true_ones_where_vessels_lie_alone(seed: int) -> None:
    truth, graph = scene(seed)
    found = np.concatenate([branch.line.yx for branch in graph.branches])
    radius = np.concatenate([branch.radius_px for branch in graph.branches])

    away, nearest = cKDTree(truth.yx).query(found)

    alone = truth.is_alone[nearest] & (away < 1)
    assert abs(np.median(radius[alone] - truth.radius[nearest[alone]])) < 0.25


def test_vessels_over_each_other_are_told_apart_or_flagged() -> None:
    told_apart = flagged = mistaken = 0

    for seed in SEEDS:
        truth, graph = scene(seed)
        for one, other in truth.crossings():
            branches = [branch_at(graph, place) for place in (*one, *other)]
            if None in branches:
                continue
            flags = {flag for number in branches for flag in graph.branches[number or 0].flags}
            if branches[0] == branches[1] and branches[2] == branches[3] and branches[0] != branches[2]:
                told_apart += 1
            elif "loop" in flags:
                flagged += 1
            else:
                mistaken += 1

    assert told_apart >= 2
    assert flagged + mistaken == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_called_a_crossing_where_one_vessel_lies_alone(seed: int) -> None:
    truth, graph = scene(seed)
    alone = truth.yx[truth.is_alone]
    crossings = [node.yx for node in graph.nodes if node.kind == "crossing"]

    lonely = [yx for yx in crossings if np.linalg.norm(alone - yx, axis=1).min() < 1]

    assert len(lonely) <= 0.15 * len(crossings)
