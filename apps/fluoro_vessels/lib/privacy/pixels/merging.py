"""Rectangles that overlap or lie on one line become one."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from lib.privacy.pixels.report import Region

ON_ONE_LINE: Final = 0.7
"""Share of the higher of two regions that both have in common where they are parts of one line."""

BRIDGED: Final = 4.0
"""Heights of a line between two parts of it: what is between is written where the ground has its value."""


def touches(one: Region, other: Region, reach: float = 0.0) -> bool:
    """Tell whether two regions overlap, or lie within so many pixels of each other."""
    apart_y = max(one.top, other.top) - min(one.bottom, other.bottom)
    apart_x = max(one.left, other.left) - min(one.right, other.right)
    return max(apart_y, apart_x) < reach


def merged(regions: Sequence[Region]) -> tuple[Region, ...]:
    """Return the regions, those that overlap on the same line made one."""
    rest = sorted(regions)
    done: list[Region] = []
    while rest:
        region = rest.pop(0)
        near = [other for other in rest if _is_one(region, other)]
        if not near:
            done.append(region)
            continue
        rest = [other for other in rest if other not in near]
        rest.insert(0, _around([region, *near]))
    return tuple(done)


def _is_one(one: Region, other: Region) -> bool:
    overlap = min(one.bottom, other.bottom) - max(one.top, other.top)
    low, tall = sorted((one.height, other.height))
    gap = max(one.left, other.left) - min(one.right, other.right)
    return (overlap > 0.5 * low and gap < low) or (overlap > ON_ONE_LINE * tall and gap < BRIDGED * low)


def _around(regions: Sequence[Region]) -> Region:
    return replace(
        regions[0],
        top=min(one.top for one in regions),
        left=min(one.left for one in regions),
        bottom=max(one.bottom for one in regions),
        right=max(one.right for one in regions),
    )
