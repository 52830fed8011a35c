"""Which of the lines of a frame are vessels: those in large connected trees, and deep enough."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lib.ridges.filter import Image
from lib.ridges.skeleton import Skeleton, group_lines


@dataclass(frozen=True)
class Rule:
    """Thresholds for lines; depths are in the unit of the attenuation.

    Attributes:
        low: What may belong to a line at all.
        high: Mean depth that a segment needs.
        tree_share: Share of the largest connected group's summed depth that a group needs.
        shortest_px: Length that a connected group of vessels needs.
    """

    low: float
    high: float
    tree_share: float
    shortest_px: float


def vessel_segments(skeleton: Skeleton, depth: Image, rule: Rule) -> NDArray[np.bool_]:
    """Return (n + 1,) bool: the segments that are vessels (or a catheter that joins them)."""
    in_tree = _in_large_group(skeleton, skeleton.lines, depth, rule.tree_share)
    chosen = in_tree & (skeleton.mean(depth) > rule.high)
    chosen[0] = False
    lengths = np.ones_like(depth)
    group, sizes = group_lines(skeleton.lines_of(chosen), lengths)
    return chosen & (skeleton.mean(sizes[group]) >= rule.shortest_px)


def _in_large_group(
    skeleton: Skeleton, lines: NDArray[np.bool_], depth: Image, share: float
) -> NDArray[np.bool_]:
    group, scores = group_lines(lines, depth)
    return skeleton.mean(scores[group]) > share * max(float(scores.max()), 1e-9)
