"""How sure the network is that a pixel is vessel, as colours over the frame."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.arrays import Frame, Picture
from lib.pictures.png import to_grey

LEAST: Final = 0.05
"""Below this probability the frame stays as it is."""

STRENGTH: Final = 0.65
"""Share of the colour where the network is certain."""

BAR_PX: Final = 14


def heat_map(frame: Frame, probability: NDArray[np.float32]) -> Picture:
    """Return a frame with probabilities as colours, dark violet for little and yellow for certain.

    Args:
        frame: (H, W) in [0, 1].
        probability: (h, w) in [0, 1]; enlarged to the frame where it is smaller.
    """
    rows, columns = frame.shape
    fitted = cv2.resize(np.asarray(probability, np.float32), (columns, rows), interpolation=cv2.INTER_LINEAR)
    fitted = np.clip(fitted, 0.0, 1.0)
    grey = np.repeat(to_grey(frame)[:, :, np.newaxis], 3, axis=2).astype(np.float32)
    share = np.where(fitted >= LEAST, STRENGTH * np.sqrt(fitted), 0.0)[:, :, np.newaxis]
    picture = (1 - share) * grey + share * _colors(fitted)
    picture[:, columns - BAR_PX :] = _colors(np.linspace(1, 0, rows, dtype=np.float32)[:, np.newaxis])
    return np.clip(picture + 0.5, 0, 255).astype(np.uint8)


def _colors(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return (..., 3) RGB of values in [0, 1]; a column of values is spread over the bar's width."""
    wide = np.repeat(values, BAR_PX, axis=1) if values.shape[1] == 1 else values
    levels = (wide * 255 + 0.5).astype(np.uint8)
    colored = cv2.applyColorMap(levels, cv2.COLORMAP_INFERNO)
    return np.asarray(cv2.cvtColor(colored, cv2.COLOR_BGR2RGB), np.float32)
