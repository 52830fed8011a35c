"""PNG files of frames and pictures; they hold pixels and nothing else, no text and no patient data."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.arrays import Frame, Picture

COMPRESSION = 3
"""zlib level; higher ones take several times as long for a few per cent."""


def frame_png(frame: Frame) -> bytes:
    """Return a frame, (H, W) in [0, 1], as an 8-bit grey PNG."""
    return _encoded(to_grey(frame))


def picture_png(picture: Picture) -> bytes:
    """Return an RGB picture, (H, W, 3) uint8, as a PNG."""
    return _encoded(cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))


def to_grey(frame: Frame) -> NDArray[np.uint8]:
    """Return a frame as (H, W) uint8; what lies outside [0, 1] is clipped."""
    return (np.clip(np.nan_to_num(frame), 0.0, 1.0) * 255.0 + 0.5).astype(np.uint8)


def _encoded(image: NDArray[Any]) -> bytes:
    _, data = cv2.imencode(".png", image, [cv2.IMWRITE_PNG_COMPRESSION, COMPRESSION])
    return bytes(data)
