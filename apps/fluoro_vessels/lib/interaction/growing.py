"""Which line pixels a click adds: the branch that it lies on, back to the mask and on to its end."""

from itertools import chain
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lib.interaction.branch_graph import BranchGraph, Nodes, Ways, ways_from, weighted

FLOOR: Final = 0.05
"""Evidence that even an empty pixel has: a way through it is at most 20 times as dear."""

TAIL_SHARE: Final = 0.9
"""A branch goes on while its evidence, on balance, is more than this share of that at the click."""

JUMP_SHARE: Final = 0.5
"""A branch ends where its radius falls to this share within a few pixels: what goes on is a twig of it."""

BEFORE_PX: Final = 20
AFTER_PX: Final = 10
"""Lengths along the branch over which the two radii are averaged."""

BLUR_PX: Final = 0.5
"""What a blurred wall adds to a radius."""


def branch_at(
    graph: BranchGraph, evidence: NDArray[np.float64], is_inside: NDArray[np.bool_], node: int
) -> Nodes:
    """Return the line pixels of the branch that a line pixel lies on.

    Where a way leads to the mask, the branch goes from its bifurcation to its end; where none does,
    from one end to the other.

    Args:
        graph: Over-complete.
        evidence: (n,) of each line pixel, in [0, 1].
        is_inside: (n,) whether a line pixel lies in the mask.
        node: Outside the mask.
    """
    steps = weighted(graph.pixels.steps, 1.0 / (evidence + FLOOR))
    tail = evidence - TAIL_SHARE * evidence[node]
    sources = np.flatnonzero(is_inside)
    if len(sources):
        ways = ways_from(steps, sources)
        if np.isfinite(ways.distance[node]):
            back = ways.back_from(node)[:-1]
            onward = [_until_jump(graph, [node, *way]) for way in _onward(ways, node, tail, most=1)]
            return np.array([*back, *chain.from_iterable(onward)], np.int64)
    ways = ways_from(steps, np.array([node]))
    both = [_until_jump(graph, [node, *way]) for way in _onward(ways, node, tail, most=2)]
    return np.array([node, *chain.from_iterable(both)], np.int64)


def _until_jump(graph: BranchGraph, way: list[int]) -> list[int]:
    """Return a way as far as its radius does not fall at once."""
    radius = graph.radius[way] + BLUR_PX
    sums = np.concatenate([[0.0], np.cumsum(radius, dtype=np.float64)])
    for end in range(AFTER_PX // 2, len(way) - AFTER_PX + 1):
        begin = max(end - BEFORE_PX, 0)
        before, after = (
            (sums[end] - sums[begin]) / (end - begin),
            (sums[end + AFTER_PX] - sums[end]) / AFTER_PX,
        )
        if after < JUMP_SHARE * before:
            return way[:end]
    return way


def _onward(ways: Ways, node: int, gain: NDArray[np.float64], most: int) -> list[list[int]]:
    """Return the line pixels of the best ways on from one, at most so many, each as far as it gains."""
    best = [0.0] * len(gain)
    next_one = [-1] * len(gain)
    firsts: list[tuple[float, int]] = []
    before, gains = ways.before.tolist(), gain.tolist()
    for one in reversed(ways.outward()):
        past = before[one]
        ahead = best[one] + gains[one]
        if past < 0 or ahead <= 0:
            continue
        if past == node:
            firsts.append((ahead, one))
        elif ahead > best[past]:
            best[past], next_one[past] = ahead, one
    return [_followed(first, next_one) for _, first in sorted(firsts, reverse=True)[:most]]


def _followed(first: int, next_one: list[int]) -> list[int]:
    way = [first]
    while next_one[way[-1]] >= 0:
        way.append(next_one[way[-1]])
    return way
