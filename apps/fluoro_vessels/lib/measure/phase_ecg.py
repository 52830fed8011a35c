"""R waves of the ECG beside a run, as frames."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter
from scipy.signal import find_peaks

from lib.frames.ecg import Ecg

FEWEST_SAMPLES: Final = 50
USUAL_HZ: Final = 200.0
"""Sampling rate where neither the ECG nor the run says how long it lasts."""

REST_S: Final = 0.3
"""No beat follows another so soon."""

BASELINE_S: Final = 0.25
"""What is slower than this is no R wave: a median over so much is subtracted."""

HIGH: Final = 0.5
"""An R wave is at least so high, as a share of the highest ones."""


def r_wave_frames(ecg: Ecg | None, n_frames: int, times_ms: NDArray[np.float64] | None) -> tuple[int, ...]:
    """Return t of the frames at R waves: as the header names them, else found in the samples.

    Args:
        ecg: Stored with the run; None gives no frames.
        n_frames: Frames of the run, which the samples span.
        times_ms: (T,) start of each frame; None where unknown.
    """
    if ecg is None:
        return ()
    if ecg.r_wave_frames:
        return tuple(sorted(set(ecg.r_wave_frames)))
    if len(ecg.samples) < FEWEST_SAMPLES:
        return ()
    samples = np.asarray(ecg.samples, np.float64)
    shares = _peaks(samples, _sampling_hz(ecg, times_ms)) / (len(samples) - 1)
    if times_ms is None:
        return tuple(sorted({round(share * (n_frames - 1)) for share in shares}))
    wanted = times_ms[0] + shares * (times_ms[-1] - times_ms[0])
    return tuple(sorted({int(np.argmin(np.abs(times_ms - moment))) for moment in wanted}))


def _sampling_hz(ecg: Ecg, times_ms: NDArray[np.float64] | None) -> float:
    if ecg.sampling_hz is not None:
        return ecg.sampling_hz
    if times_ms is None:
        return USUAL_HZ
    return len(ecg.samples) / max(float(times_ms[-1] - times_ms[0]) / 1000, 1e-3)


def _peaks(samples: NDArray[np.float64], hz: float) -> NDArray[np.float64]:
    """Return the indices of R waves, upright or turned over: the steepest spikes."""
    level = samples - median_filter(samples, size=max(int(BASELINE_S * hz) | 1, 3), mode="nearest")
    top, bottom = np.percentile(level, [99.5, 0.5])
    spikes = level if top >= -bottom else -level
    highest = float(np.percentile(spikes, 99.5))
    if highest <= 0:
        return np.zeros(0)
    found, _ = find_peaks(spikes, height=HIGH * highest, distance=max(int(REST_S * hz), 1))
    return np.asarray(found, np.float64)
