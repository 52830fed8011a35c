"""Who gets a pixel that two labels want."""

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


class Overlap(StrEnum):
    """What becomes of a label's pixels, and of other labels below them."""

    REPLACE = "replace"
    """The label becomes exactly the mask, and takes its pixels from other labels."""
    ADD = "add"
    """The mask is added to the label where no other label is."""
    SUBTRACT = "subtract"
    """The mask's pixels are taken from the label; other labels stay."""


def combine(
    label_map: NDArray[np.uint8], mask: NDArray[np.bool_], index: int, overlap: Overlap
) -> NDArray[np.uint8]:
    """Return a frame's label map after a mask was laid on it; the one given stays as it is.

    Args:
        label_map: (H, W), indices of the label table, 0 for background.
        mask: (H, W).
        index: The label that the mask is about, 1 to 255.
        overlap: The rule.

    Returns:
        (H, W), indices of the label table.
    """
    is_label = label_map == index
    match overlap:
        case Overlap.REPLACE:
            cleared, drawn = is_label & ~mask, mask
        case Overlap.ADD:
            cleared, drawn = np.zeros_like(mask), mask & (label_map == 0)
        case Overlap.SUBTRACT:
            cleared, drawn = is_label & mask, np.zeros_like(mask)
    result = label_map.copy()
    result[cleared] = 0
    result[drawn] = index
    return result
