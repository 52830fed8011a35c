"""Moves a vessel's wall where a click lies beside it: out to a click in the lumen, in from one outside of it.

A click goes to the middle of what is wrong, so the wall moves by twice the distance between them.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

HALF_LENGTH_PX: Final = 12
"""How far along the vessel the wall moves, to either side of the click."""

FARTHEST_PX: Final = 4.0
"""By how much a click moves a wall at most."""


def with_wall_out(mask: NDArray[np.bool_], at: tuple[int, int]) -> NDArray[np.bool_]:
    """Return (H, W): the mask, wider at a click just outside of it."""
    window = _window(mask.shape, at)
    moved = mask.copy()
    moved[window] |= _shell(~mask[window], _inside(at, window))
    return moved


def with_wall_in(mask: NDArray[np.bool_], at: tuple[int, int]) -> NDArray[np.bool_]:
    """Return (H, W): the mask, narrower at a click just inside of it."""
    window = _window(mask.shape, at)
    moved = mask.copy()
    moved[window] &= ~_shell(mask[window], _inside(at, window))
    return moved


def _shell(side: NDArray[np.bool_], at: tuple[int, int]) -> NDArray[np.bool_]:
    """Return the pixels on one side of a wall that a click at its half depth means."""
    depth = cv2.distanceTransform(side.astype(np.uint8), cv2.DIST_L2, 5)
    reach = min(2.0 * float(depth[at]) - 0.5, FARTHEST_PX)
    rows, columns = np.ogrid[: side.shape[0], : side.shape[1]]
    near = np.hypot(rows - at[0], columns - at[1]) <= HALF_LENGTH_PX
    shell = side & (depth <= max(reach, float(depth[at]))) & near
    _, part = cv2.connectedComponents(shell.astype(np.uint8), connectivity=4)
    return np.asarray(part == part[at], bool)


def _window(shape: tuple[int, ...], at: tuple[int, int]) -> tuple[slice, slice]:
    """Return what lies around a click, with a margin in which the wall is found."""
    reach = HALF_LENGTH_PX + round(FARTHEST_PX) + 1
    rows, columns = (
        slice(max(place - reach, 0), min(place + reach + 1, side))
        for place, side in zip(at, shape, strict=True)
    )
    return rows, columns


def _inside(at: tuple[int, int], window: tuple[slice, slice]) -> tuple[int, int]:
    return at[0] - window[0].start, at[1] - window[1].start
