"""Things in the ink that may be letters, and the rows that they stand in."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from lib.privacy.pixels.stills import Still

Numbers = NDArray[np.int64]
HEIGHTS_PX: Final = (5, 64)
LEAST_AREA_PX: Final = 6
LEAST_FILL: Final = 0.08
WIDEST: Final = 2.2
"""Times its height; what is wider may be letters that touch, and is cut."""

MOST_GLYPHS: Final = 1500
"""With more things in the ink it is noise that stands out."""

FEWEST_IN_ROW: Final = 3
MOST_TALLER: Final = 2.0
"""Height by height of two neighbours in a row."""

MOST_UNLIKE: Final = 2.2
"""Contrast by contrast, or stroke by stroke."""

WIDEST_GAP: Final = 1.25
"""Heights of the taller neighbour."""


@dataclass(frozen=True, eq=False)
class Glyphs:
    """N things that may be letters.

    Attributes:
        top: (N,) first row.
        left: (N,) first column.
        bottom: (N,) row below.
        right: (N,) column behind.
        contrast: (N,) how far they stand out, mean of their pixels.
        stroke: (N,) width of the broadest stroke in pixels.
        numbers: (H, W), 1 + index where a glyph is, else 0.
    """

    top: Numbers
    left: Numbers
    bottom: Numbers
    right: Numbers
    contrast: NDArray[np.float64]
    stroke: NDArray[np.float64]
    numbers: Numbers

    def __len__(self) -> int:
        return len(self.top)


def find_glyphs(ink: NDArray[np.bool_], high: Still) -> Glyphs:
    """Return the connected things in the ink that have the size of letters.

    Args:
        ink: (H, W), where something stands out.
        high: (H, W), how far.
    """
    ink = _parted(ink)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    left, top, width, height, area = stats.T.astype(np.int64)
    shortest, tallest = HEIGHTS_PX
    is_letter = (height >= shortest) & (height <= tallest) & (width <= 3 * height + 4)
    is_letter &= (area >= LEAST_AREA_PX) & (area > LEAST_FILL * width * height) & (np.arange(count) > 0)
    keep = np.flatnonzero(is_letter)
    if len(keep) > MOST_GLYPHS:
        keep = keep[:0]
    total = np.bincount(labels.ravel(), high.ravel(), count)
    thick = np.zeros(count)
    np.maximum.at(thick, labels[ink], cv2.distanceTransform(ink.astype(np.uint8), cv2.DIST_L2, 3)[ink])
    table = np.zeros(count, np.int64)
    table[keep] = np.arange(1, len(keep) + 1)
    return Glyphs(
        top[keep],
        left[keep],
        (top + height)[keep],
        (left + width)[keep],
        (total / np.maximum(area, 1))[keep],
        2 * thick[keep],
        table[labels],
    )


def rows_of(glyphs: Glyphs) -> list[Numbers]:
    """Return the indices of the glyphs of each row: neighbours of like height, stroke and contrast."""
    if len(glyphs) < FEWEST_IN_ROW:
        return []
    first, second = _candidates(glyphs)
    is_like = _stand_in_a_row(glyphs, first, second)
    is_like &= _ratio(glyphs.contrast, first, second) < MOST_UNLIKE
    is_like &= _ratio(glyphs.stroke + 0.5, first, second) < MOST_UNLIKE
    first, second = first[is_like], second[is_like]
    graph = coo_matrix((np.ones(len(first)), (first, second)), shape=(len(glyphs), len(glyphs)))
    n_rows, number = connected_components(graph, directed=False)
    sizes = np.bincount(number, minlength=n_rows)
    return [np.flatnonzero(number == row) for row in np.flatnonzero(sizes >= FEWEST_IN_ROW)]


def _candidates(glyphs: Glyphs) -> tuple[Numbers, Numbers]:
    """Return all pairs of glyphs of which the second begins behind the first, and near enough."""
    order = np.argsort(glyphs.left, kind="stable")
    reach = glyphs.right + MOST_TALLER * WIDEST_GAP * (glyphs.bottom - glyphs.top)
    end = np.searchsorted(glyphs.left[order], reach[order], side="right")
    place = np.arange(len(order))
    count = np.maximum(end - place - 1, 0)
    first = np.repeat(place, count)
    second = first + 1 + np.arange(len(first)) - np.repeat(np.cumsum(count) - count, count)
    return order[first], order[second]


def _stand_in_a_row(glyphs: Glyphs, first: Numbers, second: Numbers) -> NDArray[np.bool_]:
    """Tell which pairs are of like height and stand beside each other."""
    height = (glyphs.bottom - glyphs.top).astype(np.float64)
    tall, low = np.maximum(height[first], height[second]), np.minimum(height[first], height[second])
    overlap = np.minimum(glyphs.bottom[first], glyphs.bottom[second])
    overlap = overlap - np.maximum(glyphs.top[first], glyphs.top[second])
    gap = glyphs.left[second] - np.minimum(glyphs.right[first], glyphs.right[second])
    is_beside = (gap < WIDEST_GAP * tall) & (gap > -0.4 * low)
    return np.asarray((overlap > 0.6 * low) & (tall < MOST_TALLER * low) & is_beside)


def _ratio(values: NDArray[np.float64], first: Numbers, second: Numbers) -> NDArray[np.float64]:
    """Return the larger value of each pair by the smaller."""
    larger, smaller = np.maximum(values[first], values[second]), np.minimum(values[first], values[second])
    return np.asarray(larger / np.maximum(smaller, 1e-6), np.float64)


def _parted(ink: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Cut long things into pieces about as wide as they are high."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    shortest, tallest = HEIGHTS_PX
    is_long = (stats[:, 3] >= shortest) & (stats[:, 3] <= tallest) & (stats[:, 2] > WIDEST * stats[:, 3])
    cut = ink.copy()
    for left, top, width, height, _ in stats[1:][is_long[1:]]:
        n_parts = round(width / (0.9 * height))
        columns = left + np.linspace(0, width, n_parts + 1).astype(int)[1:-1]
        cut[top : top + height, columns] = False
    return cut
