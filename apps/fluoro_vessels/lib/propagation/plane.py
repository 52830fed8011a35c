"""Pictures that trackers calculate with, at native and at half size."""

from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Plane: TypeAlias = NDArray[np.float32]
"""(H, W), or at half size ((H + 1) // 2, (W + 1) // 2), float32."""


def halved(image: NDArray[Any]) -> Plane:
    """Return an image at half of its size, every new pixel the mean of four."""
    size = ((image.shape[1] + 1) // 2, (image.shape[0] + 1) // 2)
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.float32)
