"""The look of a picture, from the vessels that its mask shows, or from one line alone."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from lib.arrays import Frame
from lib.measure.centre_line import CentreLine
from lib.measure.graph import vessel_graph
from lib.measure.wall_first import first_radius
from lib.measure.wall_look import find_look
from lib.measure.wall_profile import Look
from lib.measure.wall_samples import straighten

MOST_VESSELS: Final = 6
ROW_STEP: Final = 6
"""Points of a line from one row to the next: a look needs fewer rows than a diameter."""

SHORTEST_PX: Final = 25.0


def picture_look(frame: Frame, line: CentreLine, mask: NDArray[np.bool_] | None) -> Look:
    """Return the look of a picture.

    Args:
        frame: (H, W) in [0, 1], vessels dark.
        line: A vessel of it.
        mask: (H, W) of its vessels; the largest of them are looked at too.
    """
    lines = [line] if mask is None else [line, *largest_lines(mask)]
    return find_look(
        [
            straighten(frame, one, first_radius(frame, one, mask), mask, min(ROW_STEP, max(len(one) // 4, 1)))
            for one in lines
        ]
    )


def largest_lines(mask: NDArray[np.bool_]) -> list[CentreLine]:
    """Return the lines of the vessels with the largest areas of a mask (H, W)."""
    branches = [one for one in vessel_graph(mask).branches if one.line.length_px >= SHORTEST_PX]
    branches.sort(key=lambda one: -one.line.length_px * float(np.median(one.radius_px)))
    return [one.line for one in branches[:MOST_VESSELS]]
