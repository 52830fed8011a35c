"""How contrast medium passes the measured stretch, as far as the run shows it."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lib.errors import FluoroError
from lib.measure.contrast import vessel_area_px
from lib.measure.flow import Arrival, DensityCurve, arrival, places_along, time_density
from lib.measure.flow_timi import TimiCount, timi_frame_count
from lib.measure.follow import Followed
from lib.measure.material import Material

N_PLACES: Final = 5
"""Places along the stretch; enough to see the front pass."""


@dataclass(frozen=True, eq=False)
class FlowCourse:
    """Flow along the stretch.

    Attributes:
        curves: Contrast over time at places from the line's beginning to its end.
        arrivals: When it came to each; None where that is not to be seen.
        timi: Frames from the first place to the last at 30 a second; None where it cannot be counted.
        area_px: (T,) pixels of all vessels in each frame; None where only one frame's are known.
        remarks: Why something is missing, in sentences.
    """

    curves: tuple[DensityCurve, ...]
    arrivals: tuple[Arrival | None, ...]
    timi: TimiCount | None
    area_px: NDArray[np.int64] | None
    remarks: tuple[str, ...]


def flow_of(material: Material, followed: Followed, radius_px: float) -> FlowCourse:
    """Return the flow along a line that was followed; what cannot be seen becomes a remark."""
    remarks: list[str] = []
    curves = time_density(material.frames, places_along(followed, radius_px, N_PLACES), material.times_ms)
    arrivals = tuple(_arrival(curve, remarks) for curve in curves)
    timi = None
    try:
        timi = timi_frame_count(curves[0], curves[-1])
    except FluoroError as error:
        remarks.append(str(error))
    area = None if material.masks is None else vessel_area_px(material.masks)
    return FlowCourse(curves, arrivals, timi, area, tuple(dict.fromkeys(remarks)))


def _arrival(curve: DensityCurve, remarks: list[str]) -> Arrival | None:
    try:
        return arrival(curve)
    except FluoroError as error:
        remarks.append(str(error))
        return None
