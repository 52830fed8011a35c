"""The pixels of one branch, as a mask that can become a label of its own."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.errors.measure_graph import UnknownBranchError
from lib.measure.centre_line import STEP_PX
from lib.measure.graph import VesselBranch, VesselGraph

WALL_PX: Final = 0.75
"""How far behind the wall a pixel may lie; a mask's own staircase is that deep."""

EVEN_PX: Final = 6.0
"""Length over which the least radius counts, so that the mouth of a side branch stays outside."""


def branch_mask(mask: NDArray[np.bool_], graph: VesselGraph, branch_id: int) -> NDArray[np.bool_]:
    """Return the pixels of a mask that belong to one branch of its graph.

    Where it passes over another vessel or leaves it, what lies within its own walls is its own too.

    Args:
        mask: (H, W) bool; what the graph was made of.
        graph: The graph.
        branch_id: The branch.

    Returns:
        (H, W) bool.

    Raises:
        UnknownBranchError: The graph has no such branch.
    """
    if not 0 <= branch_id < len(graph.branches):
        raise UnknownBranchError(branch_id, len(graph.branches))
    branch = graph.branches[branch_id]
    radius = _own_radius(branch) + WALL_PX
    low = np.maximum(np.floor((branch.line.yx - radius[:, None]).min(axis=0)).astype(int), 0)
    high = np.ceil((branch.line.yx + radius[:, None]).max(axis=0)).astype(int) + 1
    window = np.s_[low[0] : high[0], low[1] : high[1]]
    found = np.zeros(mask.shape, bool)
    found[window] = mask[window] & _within(branch, radius, low, mask[window].shape)
    return found


def _own_radius(branch: VesselBranch) -> NDArray[np.float64]:
    """Return (N,) radii without short wide places."""
    size = min(2 * round(EVEN_PX / STEP_PX / 2) + 1, (len(branch.line) - 1) | 1)
    column = branch.radius_px.astype(np.float32)[:, None]
    opened = cv2.morphologyEx(column, cv2.MORPH_OPEN, np.ones((size, 1), np.uint8))
    return np.asarray(opened[:, 0], np.float64)


def _within(
    branch: VesselBranch, radius: NDArray[np.float64], origin: NDArray[np.int64], shape: tuple[int, ...]
) -> NDArray[np.bool_]:
    """Return (h, w): what lies no further from a sample of the line than the wall does there."""
    off = np.ones(shape, np.uint8)
    places = np.clip(np.rint(branch.line.yx).astype(int) - origin, 0, np.array(shape) - 1)
    off[tuple(places.T)] = 0
    _, nearest = cv2.distanceTransformWithLabels(off, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    sample = np.zeros(int(nearest.max()) + 1, np.int64)
    sample[nearest[tuple(places.T)]] = np.arange(len(places))
    chosen = sample[nearest]
    grid = np.moveaxis(np.indices(shape), 0, -1) + origin
    away = np.linalg.norm(grid - branch.line.yx[chosen], axis=-1)
    return np.asarray(away <= radius[chosen])
