"""How alike the two sides of a place on a line are: where a vessel gives way to something else.

A catheter that ends in an ostium, or a wire that a branch runs into, makes one line with the vessel. What
tells them apart is their width, their contrast, and how sure the network is of them.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from lib.interaction.branch_graph import BranchGraph
from lib.interaction.vessel_map import VesselMap, along

WIDTH_RATIO: Final = 2.3
DEPTH_RATIO: Final = 2.3
ODDS_RATIO: Final = 12.0
"""Ratios of widths, of depths and of the odds that the evidence gives, each of which alone is a change."""

BLUR_PX: Final = 0.5
"""What a blurred wall adds to a radius."""

SURE: Final = 0.98
"""Evidence above which more is no news."""

NO_DEPTH: Final = 1e-3
"""Depth, as attenuation, of what cannot be seen."""

SIDE_PX: Final = 20
"""How many line pixels to either side are compared."""

LEAST_PX: Final = 6
"""How many it takes at the least."""

Traits = NDArray[np.float64]
"""(n, 3) of each line pixel: logarithms of width, depth and odds; a step of 1 is a change."""


def traits_of(graph: BranchGraph, seen: VesselMap) -> Traits:
    """Return what the lines of a lumen, (H, W), look like on the same frame."""
    lines = np.zeros_like(graph.lumen)
    lines[graph.pixels.rows, graph.pixels.columns] = True
    likely = np.clip(graph.pixels.take(along(seen.evidence, lines)), 1.0 - SURE, SURE)
    depth = graph.pixels.take(along(seen.depth, lines))
    # Where hardly anything can be seen, ratios of depths mean nothing.
    least = max(float(np.percentile(depth, 5)), NO_DEPTH)
    ratios = (graph.radius + BLUR_PX, np.maximum(depth, least), likely / (1.0 - likely))
    changes = np.log([WIDTH_RATIO, DEPTH_RATIO, ODDS_RATIO])
    return np.asarray(np.log(np.stack(ratios, axis=1), dtype=np.float64) / changes, np.float64)


def change_along(traits: Traits, way: list[int], first: int) -> int | None:
    """Return the place in a way of line pixels, from `first` on, where something else begins.

    None where the way looks alike to its end.
    """
    sums = np.concatenate([np.zeros((1, traits.shape[1])), np.cumsum(traits[way], axis=0)])
    places = np.arange(max(first, LEAST_PX), len(way) - LEAST_PX + 1)
    begins, ends = np.maximum(places - SIDE_PX, 0), np.minimum(places + SIDE_PX, len(way))
    before = (sums[places] - sums[begins]) / (places - begins)[:, np.newaxis]
    after = (sums[ends] - sums[places]) / (ends - places)[:, np.newaxis]
    change = np.linalg.norm(after - before, axis=1)
    changed = np.flatnonzero(change > 1.0)
    if not len(changed):
        return None
    step = change[changed[0] : changed[0] + SIDE_PX]
    return int(places[changed[0] + step.argmax()])
