"""About how wide a vessel is, before it is measured: from a mask, or from the darkness on its line."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from lib.arrays import Frame
from lib.measure.centre_line import CentreLine
from lib.measure.follow_snap import half_width_px
from lib.measure.wall_samples import radius_from_mask

Values = NDArray[np.float64]

LEAST_PX: Final = 0.7
LEAST_SHARE: Final = 0.3
"""A mask that covers less than this of a line says nothing about its width."""


def first_radius(frame: Frame, line: CentreLine, mask: NDArray[np.bool_] | None) -> Values:
    """Return (N,) a radius in pixels for every point of a line."""
    found = np.zeros(len(line)) if mask is None else radius_from_mask(mask, line)
    is_known = found > 0
    if is_known.mean() < LEAST_SHARE:
        return np.full(len(line), max(half_width_px(frame, line), LEAST_PX))
    every = np.arange(len(line))
    filled = np.interp(every, every[is_known], found[is_known])
    return np.asarray(np.maximum(filled, LEAST_PX))
