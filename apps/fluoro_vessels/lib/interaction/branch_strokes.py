"""Boxes and scribbles on a vessel tree: they take or drop what lies inside, or along them."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.interaction.branch_encoding import BranchEncoding
from lib.interaction.branch_graph import branch_graph
from lib.interaction.paths import lumen_around

FOLLOWED_PX: Final = 4.0
"""A stroke follows a branch whose wall it keeps so near to."""

Place = tuple[int, int]


def box_of(corners: tuple[Place, Place], shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Return (h, w), true between two opposite corners, both included."""
    inside = np.zeros(shape, bool)
    (top, bottom), (left, right) = (sorted(pair) for pair in zip(*corners, strict=True))
    inside[top : bottom + 1, left : right + 1] = True
    return inside


def line_of(points: tuple[Place, ...], shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Return (h, w), true on the pixels of a stroke."""
    drawn = np.zeros(shape, np.uint8)
    cv2.polylines(drawn, [np.array([(x, y) for y, x in points], np.int32)], isClosed=False, color=1)
    return np.asarray(drawn > 0)


def with_box(encoding: BranchEncoding, mask: NDArray[np.bool_], box: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return (h, w): the mask with all that might be vessel inside a box."""
    return mask | (encoding.seen.lumen & box)


def with_stroke(
    encoding: BranchEncoding, mask: NDArray[np.bool_], stroke: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return (h, w): the mask with the branches along a stroke, and with the stroke where there is none."""
    followed = np.zeros_like(mask)
    if encoding.graph is not None:
        nodes = np.flatnonzero(encoding.graph.pixels.take(_distance_to(stroke)) <= FOLLOWED_PX)
        followed = encoding.graph.lumen_of(nodes)
    alone = stroke & (_distance_to(followed) > FOLLOWED_PX if followed.any() else True)
    found = mask | followed | stroke
    if alone.any():
        found |= lumen_around([(int(y), int(x)) for y, x in np.argwhere(alone)], encoding.seen)
    return found


def without_stroke(mask: NDArray[np.bool_], stroke: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return (h, w): the mask without the parts of its branches that a stroke runs along."""
    graph = branch_graph(mask)
    if graph is None:
        return mask & ~stroke
    is_near = graph.pixels.take(_distance_to(stroke)) <= FOLLOWED_PX
    followed = graph.lumen_of(np.flatnonzero(is_near))
    return mask & ~(followed & ~graph.reach_of(np.flatnonzero(~is_near))) & ~stroke


def _distance_to(pixels: NDArray[np.bool_]) -> NDArray[np.float32]:
    return np.asarray(cv2.distanceTransform((~pixels).astype(np.uint8), cv2.DIST_L2, 5), np.float32)
