"""The outline of a mask along the edges of its pixels.

Contours through the centres of pixels lose half a pixel on each side, and a vessel one pixel wide has no
area left. Along the edges its outline is one pixel wide, and what fills it is the mask again, exactly.
"""

from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Polygon: TypeAlias = NDArray[np.float64]
"""(N, 2): x, y of the corners in pixels; pixel (0, 0) reaches from 0 to 1. The last joins the first."""

Corner: TypeAlias = tuple[int, int]

_RIGHT, _DOWN, _LEFT, _UP = (1, 0), (0, 1), (-1, 0), (0, -1)
_LEFT_TURN: Final = {_RIGHT: _UP, _UP: _LEFT, _LEFT: _DOWN, _DOWN: _RIGHT}


def outlines(mask: NDArray[np.bool_]) -> list[Polygon]:
    """Return the closed lines around a mask, (H, W): clockwise on the screen, around holes the other way.

    Pixels that only touch at a corner belong together, so a thin slanting vessel stays one piece.
    """
    steps = _steps(mask)
    # The uppermost corner of a line is none at which two lines touch, so there it closes.
    return [_walk(steps, start) for start in sorted(steps, key=lambda corner: corner[::-1]) if start in steps]


def area(polygon: Polygon) -> float:
    """Return what a line encloses, in pixels; below 0 for a hole."""
    x, y = polygon.T
    return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y) / 2)


def _steps(mask: NDArray[np.bool_]) -> dict[Corner, list[Corner]]:
    """Return for each corner of pixels where the outline goes from there; the mask is on its right."""
    padded = np.pad(mask, 1)
    inside = padded[1:-1, 1:-1]
    neighbours = (
        (_RIGHT, padded[:-2, 1:-1], (0, 0)),
        (_DOWN, padded[1:-1, 2:], (1, 0)),
        (_LEFT, padded[2:, 1:-1], (1, 1)),
        (_UP, padded[1:-1, :-2], (0, 1)),
    )
    steps: dict[Corner, list[Corner]] = {}
    for direction, neighbour, (dx, dy) in neighbours:
        y, x = np.nonzero(inside & ~neighbour)
        for corner in zip((x + dx).tolist(), (y + dy).tolist(), strict=True):
            steps.setdefault(corner, []).append(direction)
    return steps


def _walk(steps: dict[Corner, list[Corner]], start: Corner) -> Polygon:
    """Take one closed line out of the steps; only corners at which it turns are kept."""
    corners: list[Corner] = []
    place, before = start, (0, 0)
    while not corners or place != start:
        direction = _take(steps, place, before)
        if direction != before:
            corners.append(place)
        place, before = (place[0] + direction[0], place[1] + direction[1]), direction
    return np.array(corners, np.float64)


def _take(steps: dict[Corner, list[Corner]], place: Corner, before: Corner) -> Corner:
    """Take the next direction; where two pixels touch at a corner, the one that goes over to the other."""
    directions = steps[place]
    over = _LEFT_TURN.get(before)
    direction = over if over in directions else directions[0]
    directions.remove(direction)
    if not directions:
        del steps[place]
    return direction
