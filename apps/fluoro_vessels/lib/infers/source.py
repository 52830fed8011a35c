"""The image of an infer request as a cine: a cached run, or a volume that a client sent."""

from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lib.arrays import Frames, from_volume, shape_text
from lib.datastore.volumes import read_volume
from lib.errors import LabelFileError
from lib.frames.carm import CArm
from lib.frames.cine import Cine, RunHeader
from lib.frames.read import read_cine
from lib.frames.timing import Timing

VOLUME_SUFFIXES: Final = (".nii.gz", ".nii", ".nrrd")
DARK_AND_BRIGHT: Final = (0.5, 99.5)
"""Percentiles of a volume that become 0 and 1."""


def open_cine(image: Path) -> Cine:
    """Return the cine that an image file holds.

    The cache keeps a run's DICOM file beside its volume; that file is read, because it has the
    spacing and every bit. A volume without one, as a client uploads it, is taken as it is.
    """
    name = image.name
    suffix = next((end for end in VOLUME_SUFFIXES if name.endswith(end)), "")
    if not suffix:
        return read_cine(image)
    dicom = image.with_name(name.removesuffix(suffix) + ".dcm")
    return read_cine(dicom) if dicom.exists() else _cine_of_volume(image)


def _cine_of_volume(image: Path) -> Cine:
    volume, _ = read_volume(image)
    if volume.ndim == 2:
        volume = volume[:, :, np.newaxis]
    if volume.ndim != 3:
        raise LabelFileError(
            f"The image has shape {shape_text(volume)}. Send a run as a volume of X x Y x frames."
        )
    frames = _stretch(from_volume(volume))
    n_frames, rows, columns = frames.shape
    timing = Timing(
        frame_times_ms=tuple(float(t) for t in range(n_frames)), source="", frames_per_second=None
    )
    return Cine(header=_nameless(n_frames, rows, columns, timing), frames=frames)


def _nameless(n_frames: int, rows: int, columns: int, timing: Timing) -> RunHeader:
    """Return a header that knows the shape and nothing else."""
    return RunHeader(
        study_instance_uid="",
        series_instance_uid="",
        sop_instance_uid="",
        sop_class_uid="",
        modality="",
        n_frames=n_frames,
        rows=rows,
        columns=columns,
        spacing=None,
        timing=timing,
        carm=CArm(),
        problems=(),
    )


def _stretch(values: NDArray[Any]) -> Frames:
    """Map robust darkest and brightest values of (T, H, W) to 0 and 1."""
    low, high = np.percentile(values, DARK_AND_BRIGHT)
    stretched = (values.astype(np.float32) - low) / max(float(high - low), 1e-6)
    return np.ascontiguousarray(np.clip(stretched, 0.0, 1.0), dtype=np.float32)
