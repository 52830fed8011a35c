"""Volumes on disk: what its tests share."""

from pathlib import Path
from typing import Any

import numpy as np
import SimpleITK as sitk  # noqa: N813
from numpy.typing import NDArray

from lib.frames.spacing import Spacing, SpacingSource

SPACING = Spacing(row_mm=0.3, column_mm=0.2, source=SpacingSource.ERMF, is_calibrated=True)
SHAPE = (7, 5, 3)


def some_label(dtype: Any = np.uint8) -> NDArray[Any]:
    """Return (X, Y, F) in which every sample tells its place, with values 0 to 6."""
    return (np.arange(np.prod(SHAPE)).reshape(SHAPE) % 7).astype(dtype)


def some_run() -> NDArray[np.float32]:
    return np.random.default_rng(3).random(SHAPE, dtype=np.float32)


def geometry(path: Path) -> tuple[Any, ...]:
    image = sitk.ReadImage(str(path))
    return image.GetSize(), image.GetOrigin(), tuple(np.round(image.GetSpacing(), 6)), image.GetDirection()
