"""The vessels of one frame as a graph: branches between bifurcations and ends, each with a centre line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.measure.centre_line import CentreLine
from lib.measure.graph_crossings import uncrossed
from lib.measure.graph_crowds import crowded_pieces
from lib.measure.graph_prune import pruned
from lib.measure.graph_rings import ring_pieces
from lib.measure.graph_walls import Wall, Walls, wall_distance
from lib.measure.graph_web import Arm, Piece, Web, web_of

NodeKind: TypeAlias = Literal["end", "bifurcation", "crossing", "border"]


@dataclass(frozen=True)
class Node:
    """Where branches begin, end, part or lie over each other.

    Attributes:
        id: Its place in the graph's nodes.
        yx: y and x in pixels.
        kind: An end inside the picture, a bifurcation, a crossing that projection makes, or an end at the
            border of the picture.
    """

    id: int
    yx: tuple[float, float]
    kind: NodeKind


@dataclass(frozen=True, eq=False)
class VesselBranch:
    """A vessel from one bifurcation or end to the next, straight on over crossings.

    Attributes:
        id: Its place in the graph's branches.
        start: Node where its line begins.
        end: Node where it ends.
        line: Its centre line.
        radius_px: (N,) half the mask's width across the line.
        flags: "overlap" where it lies on another vessel for a while, "loop" where it is part of a ring that
            could not be resolved, "crowded" where it leads to a place at which others may lie over it.
    """

    id: int
    start: int
    end: int
    line: CentreLine
    radius_px: NDArray[np.float64]
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class VesselGraph:
    """Branches and nodes of one mask.

    Attributes:
        shape: (H, W) of the mask.
        nodes: All nodes; a crossing lies on two branches, and is neither's end.
        branches: All branches.
        problems: What could not be resolved, in sentences.
    """

    shape: tuple[int, int]
    nodes: tuple[Node, ...]
    branches: tuple[VesselBranch, ...]
    problems: tuple[str, ...] = ()


BORDER_PX: Final = 2.5
"""An end so near to the border of the picture is no end of the vessel."""

HOLE_PX: Final = 12
"""Area of the largest gap that is a fault of the mask; vessels do not run around so little."""


def vessel_graph(mask: NDArray[np.bool_]) -> VesselGraph:
    """Return the graph of a mask.

    Args:
        mask: (H, W) bool; all vessels of one frame. An empty one has an empty graph.
    """
    filled = _without_pinholes(mask)
    wall = wall_distance(filled)
    web = uncrossed(pruned(web_of(filled), wall), wall)
    flags = _flags(web, wall)
    arms = web.arms()
    used = sorted(arms)
    number = {joint: place for place, joint in enumerate(used)}
    walls = Walls(filled, wall)
    branches = tuple(
        _branch(place, _to_its_ends(piece, arms, walls), number, walls, flags[place])
        for place, piece in enumerate(web.pieces)
    )
    nodes = _nodes(web, used, branches, mask.shape)
    return VesselGraph((mask.shape[0], mask.shape[1]), nodes, branches, _problems(branches))


def _without_pinholes(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    _, part, stats, _ = cv2.connectedComponentsWithStats((~mask).astype(np.uint8), connectivity=4)
    small = stats[:, cv2.CC_STAT_AREA] <= HOLE_PX
    return np.asarray(mask | (small[part] & ~mask), bool)


def _to_its_ends(piece: Piece, arms: Mapping[int, Sequence[Arm]], walls: Walls) -> Piece:
    """Return a piece whose free ends are where the mask ends; a skeleton stops short of it."""
    path = piece.path
    if len(arms[piece.end]) == 1:
        path = walls.reaching(path)
    if len(arms[piece.start]) == 1:
        path = walls.reaching(path[::-1])[::-1]
    return replace(piece, path=path)


def _flags(web: Web, wall: Wall) -> list[tuple[str, ...]]:
    """Return what is doubtful about each piece."""
    crowded = crowded_pieces(web, wall)
    return [
        ("overlap",) * piece.overlaps + ("loop",) * in_ring + ("crowded",) * (number in crowded)
        for number, (piece, in_ring) in enumerate(zip(web.pieces, ring_pieces(web), strict=True))
    ]


def _branch(
    number: int, piece: Piece, nodes: Mapping[int, int], walls: Walls, flags: tuple[str, ...]
) -> VesselBranch:
    """Return a branch with its line in the middle between the walls."""
    line, radius = walls.centred(CentreLine.of(piece.path), piece.overlaps)
    return VesselBranch(number, nodes[piece.start], nodes[piece.end], line, radius, flags)


def _nodes(
    web: Web, used: list[int], branches: tuple[VesselBranch, ...], shape: tuple[int, ...]
) -> tuple[Node, ...]:
    """Return the nodes, and behind them the crossings; ends lie where their branch's line ends."""
    places = {joint: web.joints[joint] for joint in used}
    n_arms = {joint: len(met) for joint, met in web.arms().items()}
    for branch in branches:
        for node, place in ((branch.start, 0), (branch.end, -1)):
            if n_arms[used[node]] == 1:
                places[used[node]] = branch.line.yx[place]
    kinds = [_kind(n_arms[joint], places[joint], shape) for joint in used]
    found = list(zip((places[joint] for joint in used), kinds, strict=True))
    found += [(web.joints[joint], "crossing") for joint in web.crossings]
    return tuple(Node(number, (float(yx[0]), float(yx[1])), kind) for number, (yx, kind) in enumerate(found))


def _kind(n_arms: int, yx: NDArray[np.float64], shape: tuple[int, ...]) -> NodeKind:
    if n_arms > 2:
        return "bifurcation"
    to_border = min(yx.min(), shape[0] - 1 - yx[0], shape[1] - 1 - yx[1])
    return "border" if to_border < BORDER_PX else "end"


def _problems(branches: tuple[VesselBranch, ...]) -> tuple[str, ...]:
    n_rings = sum("loop" in branch.flags for branch in branches)
    n_crowded = sum("crowded" in branch.flags and "loop" not in branch.flags for branch in branches)
    found = []
    if n_rings:
        found.append(
            f"{n_rings} of {len(branches)} branches form rings: vessels lie over each other there, and where "
            "each goes on is not certain. Set points along the vessel that you mean, or draw its mask alone."
        )
    if n_crowded:
        found.append(
            f"{n_crowded} of {len(branches)} branches lead to a place where vessels part or lie over each "
            "other, which the mask does not tell. Look where each goes on."
        )
    return tuple(found)
