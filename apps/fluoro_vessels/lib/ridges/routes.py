"""Ways along the centre lines of one frame, from the border of the picture to where the tree is thickest."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import dijkstra

from lib.arrays import ScalarT
from lib.ridges.filter import Image

NEIGHBOURS = ((0, 1), (1, 0), (1, 1), (1, -1))


@dataclass(frozen=True)
class LinePixels:
    """Line pixels of a frame as a graph; its nodes are numbered in reading order."""

    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    steps: csr_matrix

    def take(self, image: NDArray[ScalarT]) -> NDArray[ScalarT]:
        """Return the values of an image at the nodes."""
        return np.asarray(image[self.rows, self.columns], image.dtype)


def line_pixels(lines: NDArray[np.bool_]) -> LinePixels:
    """Turn lines, (H, W) bool, into a graph; neighbours are joined by a step of 1 or the diagonal."""
    rows, columns = np.nonzero(lines)
    number = np.full((lines.shape[0] + 2, lines.shape[1] + 2), -1)
    number[rows + 1, columns + 1] = np.arange(len(rows))
    starts, ends, lengths = [], [], []
    for dy, dx in NEIGHBOURS:
        other = number[rows + 1 + dy, columns + 1 + dx]
        start = np.flatnonzero(other >= 0)
        starts.append(start)
        ends.append(other[start])
        lengths.append(np.full(len(start), np.hypot(dy, dx)))
    matrix = coo_matrix(
        (np.concatenate(lengths), (np.concatenate(starts), np.concatenate(ends))),
        shape=(len(rows), len(rows)),
    )
    return LinePixels(rows, columns, matrix.tocsr())


def routes_from_border(
    pixels: LinePixels, to_border: Image, reach: float, thickness: Image
) -> Iterator[NDArray[np.int64]]:
    """Yield the nodes of each way from the border to the thickest place of the lines.

    Args:
        pixels: The lines.
        to_border: (H, W) distance to the border of the picture.
        reach: How near to the border a way has to begin.
        thickness: (H, W) how much contrast a line holds.
    """
    root = int(pixels.take(cv2.blur(thickness, (13, 13))).argmax())
    distance, before = dijkstra(pixels.steps, directed=False, indices=root, return_predecessors=True)
    border = pixels.take(to_border)
    begins = np.flatnonzero((border < reach) & np.isfinite(distance))
    taken = np.zeros(len(border), bool)
    for begin in begins[np.argsort(border[begins] - 1e-3 * distance[begins])]:
        if taken[begin]:
            continue
        route = _back(before, begin, root)
        if not taken[route[:8]].any():
            yield route
        taken[route] = True


def _back(before: NDArray[np.int32], begin: int, root: int) -> NDArray[np.int64]:
    route = [begin]
    while route[-1] != root:
        route.append(before[route[-1]])
    return np.array(route)
