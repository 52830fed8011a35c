"""Masks that we drew by hand on the real files, as lines with a width; the files themselves are not ours."""

import numpy as np
from numpy.typing import NDArray
from skimage.draw import polygon

CATHETER_FRAMES = (0, 4, 8, 11)
"""t of `xa_cine_12f_jpeg_lossless_malformed.dcm` on which the line below was drawn and compared."""

CATHETER_WIDTH_PX = 11.0
CATHETER_LINE = (
    (37.0, 155.0),
    (70.0, 156.5),
    (130.0, 160.2),
    (190.0, 166.2),
    (250.0, 173.2),
    (310.0, 180.8),
    (370.0, 187.5),
    (430.0, 193.0),
    (450.0, 194.5),
)
"""(y, x) along the catheter in the aorta; it lies still within a pixel."""


def catheter_mask() -> NDArray[np.bool_]:
    """Return (512, 512): the catheter of the run with 12 frames."""
    line = np.array(CATHETER_LINE)
    half = CATHETER_WIDTH_PX / 2
    rows, columns = polygon(
        np.concatenate([line[:, 0], line[::-1, 0]]),
        np.concatenate([line[:, 1] - half, line[::-1, 1] + half]),
    )
    mask = np.zeros((512, 512), np.bool_)
    mask[rows, columns] = True
    return mask
