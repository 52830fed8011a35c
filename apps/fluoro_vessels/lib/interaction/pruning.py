"""Which part of a mask a click drops: the branch that it lies on, and what hangs on nothing else.

The click parts the mask in sides. The heaviest one holds the rest of the tree: of it only the way back to
the branch's own bifurcation goes, and only if that is short. A branch also ends where its line goes on
as something else, as from a catheter into a vessel.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from lib.interaction.branch_graph import BranchGraph, ways_from
from lib.interaction.likeness import Traits, change_along

TWIG_SHARE: Final = 0.35
"""What has less than this share of the area ahead and of that behind is a twig, and no bifurcation."""

BRANCH_RADII: Final = 5.0
"""Area in squared radii from which a line beside is a branch of its own, however large the rest is."""

SPUR_RADII: Final = 2.5
"""Area in squared radii up to which a line beside is only a bulge of the wall."""

BACK_SHARE: Final = 1.25
"""A bifurcation counts if the way back to it is at most so many times as long as the way on."""

BACK_RADII: Final = 1.5
"""A way back of so many radii is always short."""

HANGING_SHARE: Final = 1.0
"""What hangs on a branch alone goes with it where it is at most so many times as large."""

REST_SHARE: Final = 0.1
"""The largest thing that is left goes only where it is at most so many times as large: crumbs."""

BLOB_RADII: Final = 3.0
"""A piece whose lines are shorter than so many of its radii has no branches."""

ACROSS_PX: Final = 10
"""How many line pixels on the other side of the click tell what a branch looks like."""


def without_branch(graph: BranchGraph, at: tuple[int, int], traits: Traits) -> NDArray[np.bool_]:
    """Return (H, W): a connected lumen without the branch under a click.

    Args:
        graph: Of the lumen.
        at: (y, x) of the click.
        traits: What the line pixels look like.
    """
    if graph.n_nodes < BLOB_RADII * float(graph.radius.max()):
        return np.zeros_like(graph.lumen)
    tree = _tree(graph, int(graph.nearest[at]))
    is_dropped = _with_hanging(graph, tree.branch(traits), np.array(tree.area))
    kept, dropped = np.flatnonzero(~is_dropped), np.flatnonzero(is_dropped)
    if not len(kept):
        return np.zeros_like(graph.lumen)
    return graph.lumen & ~(graph.lumen_of(dropped) & ~graph.reach_of(kept))


def _with_hanging(graph: BranchGraph, branch: list[int], area: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return (n,), true on a branch and on what small things hold to the rest by it alone."""
    is_dropped = np.zeros(graph.n_nodes, bool)
    is_dropped[branch] = True
    rest = np.flatnonzero(~is_dropped)
    if not len(rest):
        return is_dropped
    n_parts, part = connected_components(graph.pixels.steps[rest][:, rest], directed=False)
    areas = np.bincount(part, area[rest], minlength=n_parts)
    most = np.full(n_parts, HANGING_SHARE * float(area[branch].sum()))
    most[areas.argmax()] *= REST_SHARE / HANGING_SHARE
    is_dropped[rest] = (areas <= most)[part]
    return is_dropped


@dataclass(frozen=True)
class _Tree:
    """A graph as a tree that grows from a click; plain lists, because loops go node by node.

    Attributes:
        click: The line pixel under the click.
        children: Of each line pixel, the one with most beyond it first.
        area: Pixels that belong to each.
        beyond: The same summed over all that hangs on it, itself included.
        radius: Distance to the wall.
        distance: Way from the click.
    """

    click: int
    children: list[list[int]]
    area: list[float]
    beyond: list[float]
    radius: list[float]
    distance: list[float]

    def branch(self, traits: Traits) -> list[int]:
        """Return the line pixels of the branch under the click."""
        ways = [self._way(side) for side in self.children[self.click]]
        if not ways:
            return [self.click]
        back, onward = ways[0], ways[1:]
        ends = [self._alike(way, back, traits) for way in onward]
        reach = max((self.distance[way[-1]] for way in ends if way), default=0.0)
        begin = self._alike(back, onward[0] if onward else [], traits)
        radius = self.radius[self.click]
        if begin and self.distance[begin[-1]] > BACK_SHARE * reach + BACK_RADII * radius:
            begin = [one for one in begin if self.distance[one] <= radius]
        return [self.click, *chain.from_iterable(ends), *begin]

    def _alike(self, way: list[int], other: Sequence[int], traits: Traits) -> list[int]:
        """Return a way as far as it looks as it does at the click, and as another way does there."""
        across = [*reversed(other[:ACROSS_PX]), self.click]
        end = change_along(traits, [*across, *way], len(across))
        return way if end is None else way[: end - len(across)]

    def _way(self, side: int) -> list[int]:
        """Return the line pixels from the click to the next bifurcation on a side, or to its end."""
        way = [side]
        while (ahead := self.children[way[-1]]) and not self._forks(way[-1], ahead[0]):
            way.append(ahead[0])
        return way

    def _forks(self, node: int, child: int) -> bool:
        """Tell whether something leaves a line pixel that is no mere twig beside its heaviest child."""
        beside = self.beyond[node] - self.area[node] - self.beyond[child]
        behind = self.beyond[self.click] - self.beyond[node]
        square = self.radius[node] ** 2
        needed = min(TWIG_SHARE * min(self.beyond[child], behind), BRANCH_RADII * square)
        return beside > max(needed, SPUR_RADII * square)


def _tree(graph: BranchGraph, click: int) -> _Tree:
    ways = ways_from(graph.pixels.steps, np.array([click], np.int64))
    before, area = ways.before.tolist(), graph.areas().tolist()
    beyond: list[float] = list(area)
    children: list[list[int]] = [[] for _ in before]
    for one in reversed(ways.outward()):
        past = before[one]
        if past >= 0:
            beyond[past] += beyond[one]
            children[past].append(one)
    for some in children:
        some.sort(key=lambda one: -beyond[one])
    return _Tree(click, children, area, beyond, graph.radius.tolist(), ways.distance.tolist())
