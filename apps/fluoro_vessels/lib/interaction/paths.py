"""The cheapest way from a click to the mask where no branch is known, and the lumen around it."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.graph import MCP_Geometric

from lib.interaction.vessel_map import VesselMap, along

REACH_PX: Final = 64
"""How far from the click the way may lead, in rows and in columns."""

FLOOR: Final = 0.03
"""Evidence that even an empty pixel has."""

HALF_DEPTH: Final = 0.5
"""Depth at the wall as a share of that on the axis: where a blurred edge is steepest."""

WIDEST_RADIUS_PX: Final = 4.0
THINNEST_RADIUS_PX: Final = 1.0


def way_to(
    goal: NDArray[np.bool_], evidence: NDArray[np.float32], at: tuple[int, int]
) -> list[tuple[int, int]]:
    """Return the pixels (y, x) of the cheapest way from a click to a goal, (H, W).

    Where no goal is near, the click alone is the way.
    """
    rows, columns = (slice(max(place - REACH_PX, 0), place + REACH_PX + 1) for place in at)
    top, left = rows.start, columns.start
    targets = np.argwhere(goal[rows, columns])
    if not len(targets):
        return [at]
    paths = MCP_Geometric(1.0 / (evidence[rows, columns].astype(np.float64) + FLOOR))
    costs, _ = paths.find_costs([(at[0] - top, at[1] - left)], targets, find_all_ends=False)
    reached = costs[tuple(targets.T)]
    way = paths.traceback(tuple(targets[int(np.argmin(reached))]))
    return [(int(y) + top, int(x) + left) for y, x in way]


def lumen_around(way: list[tuple[int, int]], seen: VesselMap) -> NDArray[np.bool_]:
    """Return (H, W): the pixels around a way about as deep as it, at the least those beside it."""
    found = np.zeros(seen.evidence.shape, bool)
    margin = round(WIDEST_RADIUS_PX) + 1
    places = np.array(way)
    low, high = np.maximum(places.min(axis=0) - margin, 0), places.max(axis=0) + margin + 1
    window = np.s_[low[0] : high[0], low[1] : high[1]]
    line = np.zeros(found[window].shape, np.uint8)
    line[tuple((places - low).T)] = 1
    depth = seen.depth[window]
    away, nearest = cv2.distanceTransformWithLabels(1 - line, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    axis = np.zeros(int(nearest.max()) + 1, np.float32)
    axis[nearest[line > 0]] = along(depth, line > 0)[line > 0]
    is_deep = (depth > HALF_DEPTH * axis[nearest]) & (axis[nearest] > 0) & (away <= WIDEST_RADIUS_PX)
    _, part = cv2.connectedComponents((is_deep | (line > 0)).astype(np.uint8), connectivity=4)
    found[window] = (is_deep & np.isin(part, part[line > 0])) | (away <= THINNEST_RADIUS_PX)
    return found
