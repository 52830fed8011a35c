"""Which frames show the heart at the end of diastole, when it is widest and lies still longest."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from lib.arrays import Frames
from lib.errors.measure_run import NoHeartbeatError
from lib.frames.ecg import Ecg
from lib.measure.centre_line import CentreLine
from lib.measure.contrast import filling
from lib.measure.phase_ecg import r_wave_frames
from lib.measure.phase_fit import Beat, fit_beat
from lib.measure.phase_motion import motion_of_frames, motion_of_lines
from lib.measure.through_run import known_times

LEAST_EXPLAINED: Final = 0.55
"""Share of the motion that has to be explained by a beat; where no heart beats it was below 0.4."""

LEAST_BEATS: Final = 1.5
"""A shorter run shows no beat twice, and anything fits once."""


@dataclass(frozen=True)
class Phase:
    """The end-diastolic frame.

    Attributes:
        t: The frame to measure in, from 0: of all beats the one whose vessels are filled best.
        frames: The end-diastolic frame of every beat.
        method: Where it comes from.
        words: The same as a sentence for people.
    """

    t: int
    frames: tuple[int, ...]
    method: Literal["ECG", "motion"]
    words: str


def end_diastolic(
    frames: Frames,
    times_ms: Sequence[float] | None = None,
    ecg: Ecg | None = None,
    lines: Sequence[CentreLine | None] | None = None,
    contrast: Sequence[float] | None = None,
) -> Phase:
    """Return the end-diastolic frame, by the ECG where there is one, otherwise by motion.

    Args:
        frames: (T, H, W) in [0, 1], vessels dark.
        times_ms: Start of each frame; None or all 0 where the header does not say.
        ecg: Stored with the run, `RunHeader.carm.ecg`.
        lines: A vessel through the run, as `follow` returns it: then the motion is not sought again.
        contrast: (T,) how full the vessels are; found in the frames where it is None.

    Raises:
        NoHeartbeatError: There is no ECG and nothing that moves as a heart does.
    """
    times = known_times(times_ms, len(frames))
    full = filling(frames) if contrast is None else np.asarray(contrast, np.float64)
    found = r_wave_frames(ecg, len(frames), times)
    if found:
        t = _fullest(found, full)
        words = f"Frame {t + 1} is end-diastolic: it lies at an R wave of the run's ECG ({len(found)} beats)."
        return Phase(t, found, "ECG", words)
    return _by_motion(frames, times, lines, full)


def _by_motion(
    frames: Frames,
    times: NDArray[np.float64] | None,
    lines: Sequence[CentreLine | None] | None,
    full: NDArray[np.float64],
) -> Phase:
    motion = motion_of_frames(frames, full) if lines is None else motion_of_lines(lines)
    clock = np.arange(len(frames), dtype=np.float64) if times is None else times / 1000
    beat = fit_beat(motion, clock, is_seconds=times is not None)
    _check(beat, motion, clock)
    found = beat.onsets(clock)
    t = _fullest(found, full)
    rate = "" if times is None else f", {60 / beat.period:.0f} a minute"
    words = (
        f"Frame {t + 1} is end-diastolic: the run has no ECG, but its vessels move in beats{rate}, and "
        "this is the last frame before one begins."
    )
    return Phase(t, found, "motion", words)


def _check(beat: Beat, motion: NDArray[np.float64], clock: NDArray[np.float64]) -> None:
    seen = clock[np.isfinite(motion).all(axis=1)]
    if not len(seen) or (seen[-1] - seen[0]) / beat.period < LEAST_BEATS:
        raise NoHeartbeatError("the vessels are seen for less than two beats")
    if beat.explained < LEAST_EXPLAINED:
        raise NoHeartbeatError("there is no ECG, and nothing moves in the rhythm of a heart")


def _fullest(found: tuple[int, ...], full: NDArray[np.float64]) -> int:
    return max(found, key=lambda t: float(full[t]))
