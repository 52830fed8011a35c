"""The ECG that some systems store with a run."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from pydicom.dataset import Dataset
from pydicom.waveforms.numpy_handler import multiplex_array

from lib.frames.values import MALFORMED, Values

CURVE_GROUPS: Final = range(0x5000, 0x5020, 2)
CURVE_TYPES: Final = {0: "<u2", 1: "<i2", 2: "<f4", 3: "<f8", 4: "<i4"}
"""Data Value Representation (50xx,0103)."""


@dataclass(frozen=True)
class Ecg:
    """One ECG channel beside a run.

    Attributes:
        samples: Values in the recorder's units; they span the run.
        sampling_hz: Rate, where the header states one in hertz.
        r_wave_frames: t of the frames with an R wave.
    """

    samples: tuple[float, ...]
    sampling_hz: float | None
    r_wave_frames: tuple[int, ...]


def read_ecg(values: Values, n_frames: int) -> Ecg | None:
    """Return the first ECG, from a waveform or from a curve; None when there is none.

    DICOM:
        Waveform Sequence (5400,0100); Curve Data (50xx,3000), retired, PS3.3-2004 C.10.2; R Wave Pointer
        (0028,6040), PS3.3 C.7.6.5, frame numbers from 1.
    """
    pointers = values.numbers("RWavePointer")
    r_waves = tuple(int(number) - 1 for number in pointers if 1 <= number <= n_frames)
    if len(r_waves) != len(pointers):
        values.note(
            f"RWavePointer (0028,6040) names frames beyond the {n_frames} of the run; they were left out."
        )
    samples, sampling_hz = _from_waveform(values) or _from_curves(values) or ((), None)
    return Ecg(samples, sampling_hz, r_waves) if samples or r_waves else None


def _from_waveform(values: Values) -> tuple[tuple[float, ...], float | None] | None:
    groups = values.items("WaveformSequence")
    if not groups:
        return None
    try:
        channels = multiplex_array(values.dataset, 0, as_raw=True)
    except MALFORMED:
        values.note("WaveformSequence (5400,0100) cannot be read; it was ignored.")
        return None
    return tuple(channels[:, 0].astype(float).tolist()), groups[0].positive("SamplingFrequency")


def _from_curves(values: Values) -> tuple[tuple[float, ...], None] | None:
    """Return the curve whose type is ECG; its time axis is left alone, vendors fill it in as they please."""
    for group in CURVE_GROUPS:
        if str(_curve_value(values.dataset, group, 0x0020)).strip() != "ECG":
            continue
        data = _curve_value(values.dataset, group, 0x3000)
        representation = _curve_value(values.dataset, group, 0x0103)
        if isinstance(data, bytes) and isinstance(representation, int) and representation in CURVE_TYPES:
            dtype = np.dtype(CURVE_TYPES[representation])
            samples = np.frombuffer(data[: len(data) // dtype.itemsize * dtype.itemsize], dtype)
            return tuple(samples.astype(float).tolist()), None
        values.note(f"Curve Data ({group:04X},3000) cannot be read; the ECG was ignored.")
    return None


def _curve_value(dataset: Dataset, group: int, element: int) -> object:
    try:
        return dataset[group, element].value
    except MALFORMED:
        return None
