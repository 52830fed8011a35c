"""The centre lines of a mask as trees: every line pixel belongs to one branch, and every branch has a parent.

A tree grows from the place where its lines are thickest, along the shortest ways. Where ways part, the one
that still leads along most vessel (length times radius) continues the branch, and the others begin new ones;
so a branch runs on through its own side branches to its end. Crossings that projection makes close loops;
the ways around a loop meet halfway and end there.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components, dijkstra
from skimage.morphology import skeletonize

from lib.ridges.routes import LinePixels, line_pixels

ALONG_PX: Final = 9
"""Length over which radii are averaged."""

WIDEST_PERCENT: Final = 95.0
"""Percentile of the radii that is the trunk's; the very widest place may be two vessels that cross."""


@dataclass(frozen=True)
class Branches:
    """The branches of one mask, with n line pixels and m branches; parents stand before their children.

    Attributes:
        pixels: The line pixels.
        to_wall: (n,) distance of each line pixel to the wall, in pixels.
        branch: (n,) number of each line pixel's branch, from 0.
        parent: (m,) number of each branch's parent; -1 where a tree begins.
        tree: (m,) number of each branch's tree.
        radius: (m,) mean radius of each branch in pixels.
        size: (m,) length times radius, summed along each branch.
        trunk_radius: Radius of the widest vessels of the mask.
    """

    pixels: LinePixels
    to_wall: NDArray[np.float32]
    branch: NDArray[np.int64]
    parent: NDArray[np.int64]
    tree: NDArray[np.int64]
    radius: NDArray[np.float64]
    size: NDArray[np.float64]
    trunk_radius: float


def branches_of(mask: NDArray[np.bool_]) -> Branches:
    """Return the branches of a mask, (H, W), that is not empty."""
    lines = np.asarray(skeletonize(mask), bool)
    wall = _distance_to_wall(mask)
    pixels = line_pixels(lines)
    radius = pixels.take(_along(wall, lines)).astype(np.float64)
    _, tree = connected_components(pixels.steps, directed=False)
    distance, before = _grow(pixels, tree, radius)
    step = np.where(before >= 0, distance - distance[np.maximum(before, 0)], 0.0)
    branch, parent = _branch(distance, before, step * radius)
    length = np.bincount(branch, step)
    size = np.asarray(np.bincount(branch, step * radius), np.float64)
    first = np.unique(branch, return_index=True)[1]
    mean_radius = np.where(length > 0, size / np.maximum(length, 1e-9), radius[first])
    trunk_radius = float(np.percentile(radius, WIDEST_PERCENT))
    trees = tree[first].astype(np.int64)
    return Branches(pixels, pixels.take(wall), branch, parent, trees, mean_radius, size, trunk_radius)


def _distance_to_wall(mask: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return (H, W): distance to the nearest pixel outside; the edge of the picture is outside too."""
    padded = np.pad(mask, 1).astype(np.uint8)
    distance = cv2.distanceTransform(padded, cv2.DIST_L2, 5)
    return np.asarray(distance[1:-1, 1:-1], np.float32)


def _along(wall: NDArray[np.float32], lines: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Average the distance to the wall over the line pixels nearby."""
    weight = lines.astype(np.float32)
    size = (ALONG_PX, ALONG_PX)
    total = cv2.blur(wall * weight, size)
    return np.asarray(total / np.maximum(cv2.blur(weight, size), 1e-6), np.float32)


def _grow(
    pixels: LinePixels, tree: NDArray[np.int32], radius: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """Return (n,): the way to the tree's thickest pixel, and the pixel before on it, below 0 at its end."""
    order = np.lexsort((-radius, tree))
    roots = order[np.unique(tree[order], return_index=True)[1]]
    distance, before, _ = dijkstra(
        pixels.steps, directed=False, indices=roots, return_predecessors=True, min_only=True
    )
    return distance, before


def _branch(
    distance: NDArray[np.float64], before: NDArray[np.int32], size: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return each pixel's branch, (n,), and each branch's parent, (m,)."""
    # Plain lists: the loops go pixel by pixel, and scalars of numpy are slow.
    outward = np.argsort(distance, kind="stable").tolist()
    previous = before.tolist()
    next_one = _heaviest_next(outward, previous, size.tolist())
    branch = [-1] * len(outward)
    parent: list[int] = []
    for node in outward:
        past = previous[node]
        if past >= 0 and next_one[past] == node:
            branch[node] = branch[past]
        else:
            branch[node] = len(parent)
            parent.append(branch[past] if past >= 0 else -1)
    return np.array(branch, np.int64), np.array(parent, np.int64)


def _heaviest_next(outward: list[int], previous: list[int], size: list[float]) -> list[int]:
    """Return for each pixel the next one on the way along most vessel; -1 at an end."""
    ahead = [0.0] * len(outward)
    next_one = [-1] * len(outward)
    for node in reversed(outward):
        past, weight = previous[node], ahead[node] + size[node]
        if past >= 0 and (next_one[past] < 0 or weight > ahead[past]):
            ahead[past], next_one[past] = weight, node
    return next_one
