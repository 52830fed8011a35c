"""Tells a catheter from the vessel that it fills.

A catheter comes from the border of the picture, keeps its width and its darkness, and ends
where it enters a vessel: there both jump. A vessel that leaves the picture widens step by step
on the way back to its trunk. Before contrast arrives a run shows the catheter alone.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter

from lib.ridges.filter import Image
from lib.ridges.routes import line_pixels, routes_from_border

REACH_PX: Final = 12.0
"""How near to the border of the picture a catheter has to begin; pixels of about 0.55 mm, as all here."""

SHORTEST_PX: Final = 18
JUMP: Final = 1.6
"""How much more contrast per length the vessel holds than the catheter in it."""

JUMP_PX: Final = 20
"""Length after the jump over which the vessel has to stay that strong."""

UNEVENNESS: Final = 0.3
"""Greatest coefficient of variation of a catheter's width, and of its depth."""

WIDTHS_PX: Final = (1.8, 7.0)


def catheter_lines(
    lines: NDArray[np.bool_], width: Image, depth: Image, to_border: Image
) -> NDArray[np.bool_]:
    """Return the line pixels that belong to a catheter or wire from the border.

    Args:
        lines: (H, W) centre lines of vessels and catheter together.
        width: (H, W) width in pixels at the centre lines.
        depth: (H, W) depth of the lines.
        to_border: (H, W) distance to the border of the picture.
    """
    found = np.zeros_like(lines)
    if np.count_nonzero(lines) < 2 * SHORTEST_PX:
        return found
    pixels = line_pixels(lines)
    widths, depths = pixels.take(width), pixels.take(depth)
    thickness = (width * depth * lines).astype(np.float32)
    for route in routes_from_border(pixels, to_border, REACH_PX, thickness):
        end = _end_of_catheter(widths[route], depths[route])
        found[pixels.rows[route[:end]], pixels.columns[route[:end]]] = True
    return found


def _end_of_catheter(widths: NDArray[np.float32], depths: NDArray[np.float32]) -> int:
    """Return where the first jump of a route is, if all before it is even; else 0."""
    contrast = _smooth(widths * depths)
    for end in range(SHORTEST_PX, len(contrast) - 5):
        before = np.median(contrast[1:end])
        near, far = contrast[end : end + JUMP_PX // 2], contrast[end : end + JUMP_PX]
        if min(np.median(near), np.median(far)) >= JUMP * before:
            return end if _is_even(_smooth(widths)[1:end], _smooth(depths)[1:end]) else 0
    return 0


def _is_even(widths: NDArray[np.float32], depths: NDArray[np.float32]) -> bool:
    if not WIDTHS_PX[0] <= np.median(widths) <= WIDTHS_PX[1]:
        return False
    return all(values.std() < UNEVENNESS * values.mean() for values in (widths, depths))


def _smooth(values: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(median_filter(values, 9, mode="nearest"))
