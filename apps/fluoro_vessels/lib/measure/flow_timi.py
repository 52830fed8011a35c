"""The TIMI frame count: how many frames, at 30 a second, contrast medium needs from one place to another."""

from dataclasses import dataclass
from typing import Final

from lib.errors.measure_run import NoArrivalError, NoFrameTimesError
from lib.measure.flow import Arrival, DensityCurve, arrival

FRAMES_PER_SECOND: Final = 30.0
"""Rate of cine film, in which the count is told."""

LAD_LENGTH: Final = 1.7
"""The left anterior descending artery is so much longer than the two others; its count is divided by it."""


@dataclass(frozen=True)
class TimiCount:
    """A frame count and how it came about.

    Attributes:
        frames: At 30 frames a second, as a fraction.
        corrected: The same, divided by 1.7 for the left anterior descending artery.
        frames_of_run: As many of the run itself.
        frames_per_second: Of the run between the two arrivals.
        resolution: Frames at 30 a second that one frame of the run stands for: no count is more exact.
        words: The same as a sentence.
    """

    frames: float
    corrected: float
    frames_of_run: float
    frames_per_second: float
    resolution: float
    words: str


def timi_frame_count(first: DensityCurve, last: DensityCurve, *, is_lad: bool = False) -> TimiCount:
    """Return the count from a place at the vessel's origin to its distal landmark.

    A person counts from the frame in which contrast medium fills the origin to the one in which it enters
    the landmark; here it is the time between half of the rise at both.

    Paper: Gibson et al. 1996, TIMI frame count, doi:10.1161/01.CIR.93.5.879.

    Args:
        first: Curve at the origin.
        last: Curve at the distal landmark.
        is_lad: Whether it is the left anterior descending artery.

    Raises:
        NoFrameTimesError: The run does not say when its frames were taken.
        NoArrivalError: One of the places does not show contrast medium coming, or the far one is first.
    """
    begin, end = arrival(first), arrival(last)
    if begin.time_ms is None or end.time_ms is None or first.times_ms is None:
        raise NoFrameTimesError("the TIMI frame count")
    rate = 1000 * (len(first.times_ms) - 1) / float(first.times_ms[-1] - first.times_ms[0])
    _check_order(begin, end, last.place.name)
    count = max((end.time_ms - begin.time_ms) / 1000 * FRAMES_PER_SECOND, 0.0)
    corrected = count / LAD_LENGTH if is_lad else count
    resolution = FRAMES_PER_SECOND / rate
    return TimiCount(
        frames=count,
        corrected=corrected,
        frames_of_run=max(end.frame - begin.frame, 0.0),
        frames_per_second=rate,
        resolution=resolution,
        words=_words(count, corrected, rate, resolution, is_lad=is_lad),
    )


def _check_order(begin: Arrival, end: Arrival, name: str) -> None:
    """Refuse a far place that is filled more than a frame before the near one."""
    if end.frame < begin.frame - 1:
        raise NoArrivalError(name, "it is filled before the origin of the vessel")


def _words(count: float, corrected: float, rate: float, resolution: float, *, is_lad: bool) -> str:
    lad = f", corrected for the LAD's length {corrected:.0f}" if is_lad else ""
    return (
        f"The TIMI frame count is {count:.0f} at 30 frames a second{lad}; the run has {rate:.1f} frames a "
        f"second, so it is exact to about {max(resolution, 1):.0f}."
    )
