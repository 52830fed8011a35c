"""A beat in a motion: a pulse that comes again and again, on top of breath and table.

In systole the heart contracts and widens again in less than half of a beat, then it rests. So the pulse
tells the end of diastole from the end of systole, which a sine of the same rate could not.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

PERIODS_S: Final = (0.35, 1.6)
PERIODS_FRAMES: Final = (4.0, 40.0)
"""Shortest and longest beat; in frames where the times are unknown."""

PERIOD_STEP: Final = 1.015
PHASES: Final = 32
WIDTHS: Final = (0.36, 0.42, 0.48)
"""Share of a beat that the pulse lasts."""

SLOWEST: Final = 0.45
"""Everything slower than so many turns a second is breath or table; a frame stands for 1/15 s if unknown."""

FRAMES_A_SECOND: Final = 15.0

CHOSEN: Final = 4
"""Numbers of a pulse that are chosen to fit: period, onset, width and height."""

PER_BEAT: Final = 2.5
"""A beat is at least so many frames long."""


@dataclass(frozen=True)
class Beat:
    """A pulse fitted to a motion; times in the unit of the clock.

    Attributes:
        period: Length of a beat.
        onset: When a contraction begins.
        explained: Share of the motion, without its slow part, that the pulse explains; less what any pulse
            would explain in so few frames.
    """

    period: float
    onset: float
    explained: float

    def onsets(self, clock: NDArray[np.float64]) -> tuple[int, ...]:
        """Return t of the last frame before each contraction."""
        first = np.ceil((clock[0] - self.onset) / self.period)
        last = np.floor((clock[-1] - self.onset) / self.period)
        moments = self.onset + self.period * np.arange(first, last + 1)
        tolerance = 0.25 * float(np.median(np.diff(clock)))
        found = {int(np.searchsorted(clock, moment + tolerance, side="right")) - 1 for moment in moments}
        return tuple(sorted(t for t in found if t >= 0)) or (0,)


def fit_beat(motion: NDArray[np.float64], clock: NDArray[np.float64], *, is_seconds: bool) -> Beat:
    """Return the beat that explains most of a motion.

    Args:
        motion: (T, C) positions, in pixels; NaN where nothing was seen.
        clock: (T,) times of the frames in seconds, or frame numbers.
        is_seconds: Whether it is seconds.
    """
    known = np.isfinite(motion).all(axis=1)
    if np.count_nonzero(known) < 5:
        return Beat(1.0, 0.0, 0.0)
    when = clock[known]
    slow = _slow(when, is_seconds=is_seconds)
    left = _without(slow, motion[known] - motion[known].mean(axis=0))
    candidates = _candidates(when, is_seconds=is_seconds)
    pulses = _without(slow, _pulses(when, candidates).T)
    size = np.sum(pulses**2, axis=0)
    gained = np.sum((pulses.T @ left) ** 2, axis=1) / np.maximum(size, 1e-9)
    gained[size < 0.02 * len(when)] = 0
    best = int(np.argmax(gained))
    period, onset, _ = candidates[best]
    share = float(gained[best] / max(np.sum(left**2), 1e-9))
    free = len(when) - slow.shape[1] - 1
    by_chance = free / max(free - CHOSEN, 0.5)
    return Beat(float(period), float(onset), max(1 - (1 - share) * by_chance, 0.0))


def _candidates(when: NDArray[np.float64], *, is_seconds: bool) -> NDArray[np.float64]:
    """Return (K, 3): period, onset and width of each pulse that is tried."""
    shortest, longest = PERIODS_S if is_seconds else PERIODS_FRAMES
    shortest = max(shortest, PER_BEAT * float(np.median(np.diff(when))))
    count = max(int(np.log(longest / shortest) / np.log(PERIOD_STEP)), 1)
    periods = shortest * PERIOD_STEP ** np.arange(count)
    phases = np.arange(PHASES) / PHASES
    grid = np.stack(np.meshgrid(periods, phases, np.array(WIDTHS), indexing="ij"), axis=-1).reshape(-1, 3)
    grid[:, 1] = when[0] + grid[:, 1] * grid[:, 0]
    return np.asarray(grid, np.float64)


def _pulses(when: NDArray[np.float64], candidates: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (K, N) pulses: they rise and fall within their width, then they rest at 0."""
    period, onset, width = (candidates[:, column, np.newaxis] for column in range(3))
    phase = np.mod((when - onset) / period, 1.0)
    return np.where(phase < width, np.sin(np.pi * np.minimum(phase / width, 1.0)) ** 2, 0.0)


def _slow(when: NDArray[np.float64], *, is_seconds: bool) -> NDArray[np.float64]:
    """Return (N, D), an orthonormal basis of everything slower than `SLOWEST`."""
    length = float(when[-1] - when[0])
    seconds = length if is_seconds else length / FRAMES_A_SECOND
    count = min(int(2 * seconds * SLOWEST), len(when) // 4)
    along = (when - when[0]) / max(length, 1e-9)
    basis = np.stack([along, *(np.cos(np.pi * n * along) for n in range(count + 1))], axis=1)
    return np.asarray(np.linalg.qr(basis)[0])


def _without(basis: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(values - basis @ (basis.T @ values))
