"""What a click on a branch means: take it, drop it, or move its wall."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.interaction.branch_encoding import BranchEncoding
from lib.interaction.branch_graph import BranchGraph, branch_graph
from lib.interaction.growing import branch_at
from lib.interaction.likeness import traits_of
from lib.interaction.paths import lumen_around, way_to
from lib.interaction.pruning import without_branch
from lib.interaction.shells import with_wall_in, with_wall_out
from lib.interaction.vessel_map import VesselMap

BESIDE_PX: Final = 3.0
"""A click so near to the mask means its wall, unless another vessel runs there."""

OWN_PX: Final = 3.0
"""How far from the mask the line of another vessel lies at the least."""

OFF_LINE_PX: Final = 3.0
"""How far from a branch's wall a click on it may lie."""

WEAK: Final = 0.3
"""Evidence below which a line is nothing to rely on: a click takes its way to the mask and no branch."""

HOLE_PX: Final = 150
"""Area of the largest gap in a mask that a click fills; larger ones lie between vessels."""

WIDE_PX: Final = 2.5
"""Radius from which a vessel is wide enough for a click to be beside its centre line."""

NEAR_WALL: Final = 0.5
"""A click less deep than this share of the radius is near the wall."""

Place = tuple[int, int]


def with_point(encoding: BranchEncoding, mask: NDArray[np.bool_], at: Place) -> NDArray[np.bool_]:
    """Return (h, w): the mask with what a positive click outside of it means."""
    hole = _hole(mask, at)
    if hole is not None:
        return mask | hole
    node = None if encoding.graph is None else _own_branch(encoding.graph, mask, at)
    is_weak = node is not None and mask.any() and encoding.evidence[node] < WEAK
    if encoding.graph is not None and node is not None and not is_weak:
        return mask | _branch(encoding, encoding.graph, mask, node)
    if mask.any() and _distance_to(mask)[at] <= BESIDE_PX:
        return with_wall_out(mask, at)
    return _with_way(encoding, mask, at)


def without_point(encoding: BranchEncoding, mask: NDArray[np.bool_], at: Place) -> NDArray[np.bool_]:
    """Return (h, w): the mask without what a negative click in it means."""
    _, part, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    left, top, width, height, _ = (int(value) for value in stats[part[at]])
    window = np.s_[max(top - 1, 0) : top + height + 1, max(left - 1, 0) : left + width + 1]
    piece = part[window] == part[at]
    inside = at[0] - window[0].start, at[1] - window[1].start
    kept = mask.copy()
    kept[window] &= ~piece | _corrected(piece, inside, encoding.seen.within(window))
    return kept


def _corrected(piece: NDArray[np.bool_], at: Place, seen: VesselMap) -> NDArray[np.bool_]:
    """Return what a negative click in it leaves of a connected piece of a mask, both (h, w)."""
    graph = branch_graph(piece)
    if graph is None:
        return np.zeros_like(piece)
    if _is_near_wall(graph, at):
        return with_wall_in(piece, at)
    return without_branch(graph, at, traits_of(graph, seen))


def _hole(mask: NDArray[np.bool_], at: Place) -> NDArray[np.bool_] | None:
    """Return the gap in a mask that a click lies in, if it is small and closed."""
    _, part, stats, _ = cv2.connectedComponentsWithStats((~mask).astype(np.uint8), connectivity=4)
    return part == part[at] if stats[part[at], cv2.CC_STAT_AREA] <= HOLE_PX else None


def _own_branch(graph: BranchGraph, mask: NDArray[np.bool_], at: Place) -> int | None:
    """Return the line pixel of the branch outside the mask that a click lies on, or nearly."""
    rows, columns = graph.pixels.rows, graph.pixels.columns
    away = np.hypot(rows - at[0], columns - at[1]) - graph.radius
    if mask.any():
        away[_distance_to(mask)[rows, columns] < OWN_PX] = np.inf
    node = int(away.argmin())
    return node if away[node] <= OFF_LINE_PX else None


def _branch(
    encoding: BranchEncoding, graph: BranchGraph, mask: NDArray[np.bool_], node: int
) -> NDArray[np.bool_]:
    """Return (h, w): the branch of a line pixel, with a way to the mask where it hangs on nothing."""
    nodes = branch_at(graph, encoding.evidence, graph.pixels.take(mask), node)
    branch = graph.lumen_of(nodes)
    touching = cv2.dilate(branch.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    if not mask.any() or (touching & mask).any():
        return branch
    rows, columns = graph.pixels.rows[nodes], graph.pixels.columns[nodes]
    nearest = int(_distance_to(mask)[rows, columns].argmin())
    way = way_to(mask, encoding.seen.evidence, (int(rows[nearest]), int(columns[nearest])))
    return branch | lumen_around(way, encoding.seen)


def _with_way(encoding: BranchEncoding, mask: NDArray[np.bool_], at: Place) -> NDArray[np.bool_]:
    """Return (h, w): the mask with the cheapest way from a click to it, where it is near."""
    return mask | lumen_around(way_to(mask, encoding.seen.evidence, at), encoding.seen)


def _is_near_wall(graph: BranchGraph, at: Place) -> bool:
    """Tell whether a click in a mask lies beside the centre line of a wide vessel."""
    radius = float(graph.radius[graph.nearest[at]])
    return radius >= WIDE_PX and radius - float(graph.away[at]) < NEAR_WALL * radius


def _distance_to(mask: NDArray[np.bool_]) -> NDArray[np.float32]:
    return np.asarray(cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 5), np.float32)
