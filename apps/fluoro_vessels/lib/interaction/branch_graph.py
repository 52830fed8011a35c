"""Lumens as a graph: line pixels, their neighbours, and which line pixel every lumen pixel belongs to."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import dijkstra
from skimage.morphology import skeletonize

from lib.ridges.filter import Image
from lib.ridges.routes import LinePixels, line_pixels

WALL_PX: Final = 0.5
"""How far behind the wall a pixel may lie; the lumen's own outline is finer than its centre line."""

Nodes = NDArray[np.int64]
"""(k,) numbers of line pixels."""


@dataclass(frozen=True)
class BranchGraph:
    """The n line pixels of a lumen.

    Attributes:
        pixels: Where they are, and the lengths of the steps between neighbours.
        lumen: (H, W) bool; what the lines are the middle of.
        nearest: (H, W) int32; the line pixel nearest to each pixel of the frame.
        away: (H, W) distance to it, in pixels.
        radius: (n,) distance of each line pixel to the wall.
    """

    pixels: LinePixels
    lumen: NDArray[np.bool_]
    nearest: NDArray[np.int32]
    away: Image
    radius: NDArray[np.float32]

    @property
    def n_nodes(self) -> int:
        """Number of line pixels."""
        return len(self.radius)

    @property
    def nbytes(self) -> int:
        """Memory that it holds."""
        arrays = (self.lumen, self.nearest, self.away, self.pixels.rows, self.pixels.columns)
        return sum(array.nbytes for array in arrays) + 16 * int(self.pixels.steps.nnz)

    def lumen_of(self, nodes: Nodes) -> NDArray[np.bool_]:
        """Return (H, W): the lumen as far as it belongs to some line pixels."""
        chosen = np.zeros(self.n_nodes, bool)
        chosen[nodes] = True
        return np.asarray(self.lumen & chosen[self.nearest], bool)

    def reach_of(self, nodes: Nodes) -> NDArray[np.bool_]:
        """Return (H, W): the lumen within the walls of some line pixels, whatever else is nearer."""
        off = np.ones(self.lumen.shape, np.uint8)
        rows, columns = self.pixels.rows[nodes], self.pixels.columns[nodes]
        off[rows, columns] = 0
        away, nearest = cv2.distanceTransformWithLabels(off, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
        radius = np.zeros(int(nearest.max()) + 1, np.float32)
        radius[nearest[rows, columns]] = self.radius[nodes]
        return np.asarray(self.lumen & (away <= radius[nearest] + WALL_PX), bool)

    def areas(self) -> NDArray[np.float64]:
        """Return (n,): how many pixels of the lumen belong to each line pixel."""
        return np.bincount(self.nearest[self.lumen], minlength=self.n_nodes).astype(np.float64)


@dataclass(frozen=True)
class Ways:
    """Shortest ways through a graph from some line pixels outward.

    Attributes:
        distance: (n,) length of the way; infinite where none leads.
        before: (n,) the line pixel before on it; below 0 at its beginning.
    """

    distance: NDArray[np.float64]
    before: NDArray[np.int32]

    def back_from(self, node: int) -> list[int]:
        """Return the way back from a line pixel, itself first, to where it begins."""
        way = [node]
        while self.before[way[-1]] >= 0:
            way.append(int(self.before[way[-1]]))
        return way

    def outward(self) -> list[int]:
        """Return the line pixels that ways lead to, the nearest first."""
        order = np.argsort(self.distance, kind="stable")
        return [int(node) for node in order[: int(np.isfinite(self.distance).sum())]]


def branch_graph(lumen: NDArray[np.bool_]) -> BranchGraph | None:
    """Return the graph of a lumen, (H, W); none where it is empty."""
    lines = np.asarray(skeletonize(lumen), bool)
    if not lines.any():
        return None
    pixels = line_pixels(lines)
    wall = cv2.distanceTransform(np.pad(lumen, 1).astype(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    away, labels = cv2.distanceTransformWithLabels(
        (~lines).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    place = np.zeros(int(labels.max()) + 1, np.int32)
    place[labels[lines]] = np.arange(len(pixels.rows), dtype=np.int32)
    return BranchGraph(pixels, lumen, place[labels], away, pixels.take(wall.astype(np.float32)))


def weighted(steps: csr_matrix, cost: NDArray[np.float64]) -> csr_matrix:
    """Return the steps of a graph with their lengths times the mean cost, (n,), of their two ends."""
    both = steps.tocoo()
    data = both.data * (cost[both.row] + cost[both.col]) / 2
    return coo_matrix((data, (both.row, both.col)), shape=both.shape).tocsr()


def ways_from(steps: csr_matrix, sources: Nodes) -> Ways:
    """Return the shortest ways from the nearest of some line pixels."""
    distance, before, _ = dijkstra(
        steps, directed=False, indices=sources, return_predecessors=True, min_only=True
    )
    return Ways(np.asarray(distance, np.float64), np.asarray(before, np.int32))
