"""One value through a run: what is odd, what is smooth, and how far frames that are neighbours agree."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lib.errors.measure_run import CurveLengthError, NoValueInRunError

NEAR_FRAMES: Final = 3
"""A value is compared with the measured ones of so many frames before and after it."""

ODD: Final = 3.5
"""A value is odd if it is so many times as far from its neighbours' line as they usually are."""

LEAST_ODD_SHARE: Final = 0.08
"""What differs by less of the median is never odd: so much a vessel itself changes, and so does a pixel."""

WIDTH_MS: Final = 80.0
WIDTH_FRAMES: Final = 1.5
"""Standard deviation of the weights in time by which values are smoothed; frames where times are unknown."""

GAP: Final = 2.5
"""Nothing is drawn farther from a measured value than so many widths."""

TO_SD: Final = 1.4826
"""Standard deviations of a normal distribution in one median absolute deviation."""


@dataclass(frozen=True)
class Spread:
    """How much a value changes through the run, outliers left out.

    Attributes:
        n: Frames that count.
        median: Of their values.
        low: Their 5th percentile.
        high: Their 95th percentile.
        sd: Standard deviation of the values around the smooth curve: what the method adds.
        neighbours_percent: Median difference of neighbouring frames, in % of their mean; None without two.
    """

    n: int
    median: float
    low: float
    high: float
    sd: float
    neighbours_percent: float | None


@dataclass(frozen=True, eq=False)
class SiteCurve:
    """One value of a site in all T frames.

    Attributes:
        values: (T,) as they were measured, NaN where the site was not.
        is_outlier: (T,) bool, values that their neighbours in time contradict.
        smoothed: (T,) the course without outliers, NaN far from any value.
        times_ms: (T,) when the frames were taken; None where the header does not say, then it is smoothed
            over frames.
        spread: How much the value changes.
    """

    values: NDArray[np.float64]
    is_outlier: NDArray[np.bool_]
    smoothed: NDArray[np.float64]
    times_ms: NDArray[np.float64] | None
    spread: Spread


def site_curve(values: Sequence[float | None], times_ms: Sequence[float] | None = None) -> SiteCurve:
    """Return the curve of a value that was measured frame by frame.

    Args:
        values: One for each frame, in any unit; None or NaN where it was not measured.
        times_ms: Start of each frame; None or all 0 where the header does not say.

    Raises:
        CurveLengthError: There are not as many times as values.
        NoValueInRunError: No frame has a value.
    """
    measured = np.array([np.nan if value is None else value for value in values], np.float64)
    times = known_times(times_ms, len(measured))
    clock = np.arange(len(measured), dtype=np.float64) if times is None else times
    if not np.isfinite(measured).any():
        raise NoValueInRunError
    odd = _outliers(measured, clock)
    kept = np.where(odd, np.nan, measured)
    smooth = _smoothed(kept, clock, WIDTH_FRAMES if times is None else _width_ms(times))
    return SiteCurve(measured, odd, smooth, times, _spread(kept, smooth))


def known_times(times_ms: Sequence[float] | None, n_frames: int) -> NDArray[np.float64] | None:
    """Return (T,) the times of the frames; None where they are unknown, which a header says by zeros.

    Raises:
        CurveLengthError: There are not as many times as frames.
    """
    if times_ms is None:
        return None
    if len(times_ms) != n_frames:
        raise CurveLengthError(n_frames, len(times_ms))
    times = np.asarray(times_ms, np.float64)
    return times if n_frames > 1 and times[-1] > times[0] else None


def _width_ms(times: NDArray[np.float64]) -> float:
    """Return the smoothing in time: frames that are far apart are smoothed at least a little."""
    return max(WIDTH_MS, 0.75 * float(np.median(np.diff(times))))


def _outliers(values: NDArray[np.float64], clock: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which values lie off the line through their neighbours in time.

    A line by medians through the neighbours follows a rise or a fall, and one odd neighbour cannot bend it.
    """
    known = np.flatnonzero(np.isfinite(values))
    odd = np.zeros(len(values), np.bool_)
    if len(known) < 2 * NEAR_FRAMES:
        return odd
    off = np.array([values[t] - _expected(values, clock, known, t) for t in known])
    usual = TO_SD * float(np.median(np.abs(off)))
    least = LEAST_ODD_SHARE * abs(float(np.median(values[known])))
    odd[known] = np.abs(off) > max(ODD * usual, least)
    return odd


def _expected(
    values: NDArray[np.float64], clock: NDArray[np.float64], known: NDArray[np.int64], t: int
) -> float:
    """Return what the neighbours of a value let expect: a line of median slopes (Theil and Sen)."""
    at = int(np.searchsorted(known, t))
    near = np.concatenate([known[max(at - NEAR_FRAMES, 0) : at], known[at + 1 : at + 1 + NEAR_FRAMES]])
    x, y = clock[near] - clock[t], values[near]
    first, second = np.triu_indices(len(near), 1)
    slope = float(np.median((y[second] - y[first]) / np.maximum(x[second] - x[first], 1e-9)))
    return float(np.median(y - slope * x))


def _smoothed(values: NDArray[np.float64], clock: NDArray[np.float64], width: float) -> NDArray[np.float64]:
    """Fit a line around each moment, near values weighing most: ends are not pulled to the middle.

    Paper: Cleveland 1979, locally weighted regression, doi:10.1080/01621459.1979.10481038.
    """
    known = np.isfinite(values)
    if not known.any():
        return np.full(len(values), np.nan)
    away = clock[known][np.newaxis] - clock[:, np.newaxis]
    weights = np.exp(-0.5 * (away / width) ** 2)
    sums = [np.sum(weights * away**power, axis=1) for power in (0, 1, 2)]
    moments = [np.sum(weights * away**power * values[known], axis=1) for power in (0, 1)]
    ridge = 0.02 * width**2 * sums[0]
    spread = sums[0] * (sums[2] + ridge) - sums[1] ** 2
    with np.errstate(invalid="ignore", divide="ignore"):
        smooth = ((sums[2] + ridge) * moments[0] - sums[1] * moments[1]) / spread
    return np.where(np.abs(away).min(axis=1) <= GAP * width, smooth, np.nan)


def _spread(values: NDArray[np.float64], smooth: NDArray[np.float64]) -> Spread:
    known = np.isfinite(values)
    kept = values[known]
    pairs = np.stack([values[:-1], values[1:]], axis=1)
    pairs = pairs[np.isfinite(pairs).all(axis=1)]
    changes = 100 * np.abs(pairs[:, 1] - pairs[:, 0]) / np.maximum(np.abs(pairs.mean(axis=1)), 1e-9)
    low, median, high = np.percentile(kept, [5, 50, 95])
    return Spread(
        n=len(kept),
        median=float(median),
        low=float(low),
        high=float(high),
        sd=float(np.sqrt(np.mean((kept - smooth[known]) ** 2))),
        neighbours_percent=float(np.median(changes)) if len(changes) else None,
    )
