"""Livewire: the way along a vessel between points that a person clicks.

Paper: Mortensen and Barrett 1998, "Interactive segmentation with intelligent scissors",
doi:10.1006/gmip.1998.0480, with the cost of a vessel's axis instead of an edge.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from skimage.graph import route_through_array

from lib.interaction.prompts import Point
from lib.ridges.filter import Image

Line: TypeAlias = NDArray[np.int64]
"""(N, 2), y and x of pixels that touch each other, in the order of the way."""

HALF_DEPTH: Final = 0.05
"""A dark line of this share of the frame's contrast costs half of what a step off every line does."""


def livewire(depth: Image, points: Sequence[Point], adherence: float) -> Line:
    """Return the cheapest way through all points, in their order.

    Args:
        depth: (H, W), how deep each pixel lies in a dark line; see `dark_lines`.
        points: Two or more, (y, x), inside the frame.
        adherence: How much dearer than a step on a vessel's axis, which costs 1, one off every vessel
            is. With 0 the way is straight.
    """
    cost = 1.0 + adherence / (1.0 + (depth.astype(np.float64) / HALF_DEPTH) ** 2)
    pixels = [(round(y), round(x)) for y, x in points]
    way = [pixels[0]]
    for start, end in pairwise(pixels):
        way += route_through_array(cost, start, end, fully_connected=True, geometric=True)[0][1:]
    return np.array(way, np.int64)
