"""What a candidate gains, with the interval that other patients would give."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

N_RESAMPLES: Final = 4000
LIMITS: Final = (2.5, 97.5)


@dataclass(frozen=True)
class Gain:
    """Mean Dice that a candidate gains over frames, with its 95 % interval over patients."""

    mean: float
    low: float
    high: float
    n_patients: int


def gain_of(by_patient: Mapping[str, Sequence[float]], seed: int) -> Gain:
    """Return the gain over the frames of some patients; 0 where there are none.

    Args:
        by_patient: The gains of each patient's frames, candidate less live model.
        seed: Of the resamples: sets of patients, drawn with replacement.
    """
    if not by_patient:
        return Gain(0.0, 0.0, 0.0, 0)
    n_patients = len(by_patient)
    sums = np.array([sum(gains) for gains in by_patient.values()])
    counts = np.array([len(gains) for gains in by_patient.values()])
    random = np.random.default_rng(seed)
    times = random.multinomial(n_patients, np.full(n_patients, 1 / n_patients), N_RESAMPLES)
    low, high = np.percentile((times @ sums) / (times @ counts), LIMITS)
    return Gain(float(sums.sum() / counts.sum()), float(low), float(high), n_patients)
