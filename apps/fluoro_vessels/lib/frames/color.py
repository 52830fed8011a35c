"""Colour secondary captures become grey."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32)
"""Weights of red, green and blue; ITU-R BT.601, which DICOM's YBR_FULL uses too."""


def to_grey(pixels: NDArray[Any], photometric: str) -> NDArray[Any]:
    """Return the luminance of (H, W, 3) pixels as (H, W) of the same type.

    The rule for colour: Y of a YBR image, else 0.299 R + 0.587 G + 0.114 B. A grey picture saved as colour
    comes back exactly; coloured annotations become a grey of their brightness.

    DICOM:
        PS3.3 C.7.6.3.1.2.
    """
    if photometric.startswith("YBR_"):
        return np.ascontiguousarray(pixels[..., 0])
    if photometric != "RGB":
        raise ValueError(f"{photometric} has no rule for its luminance")
    grey: NDArray[Any] = np.rint(pixels @ LUMINANCE)
    return grey.astype(pixels.dtype)
