"""Lines of one block: what stands above, below or beside a line and is written with the same ink."""

from dataclasses import replace
from typing import Final

import cv2
import numpy as np

from lib.privacy.pixels.text_regions import TextLine, rows_in

REACH: Final = (5, 12)
"""Heights of a letter, up and down, and to the sides, within which the rest of a block is looked for."""

ALIKE: Final = (0.6, 1.7)
"""Letter by letter, how high lines of one block are."""


def block_of(line: TextLine) -> list[TextLine]:
    """Return rows near a line that have its ink and its size; the line itself is among them."""
    top, bottom = line.band
    letter, shape = bottom - top, line.cut.look.still.shape
    window = (
        slice(max(0, top - REACH[0] * letter), min(shape[0], bottom + REACH[0] * letter)),
        slice(max(0, line.left - REACH[1] * letter), min(shape[1], line.right + REACH[1] * letter)),
    )
    has_ink, high = np.zeros(shape, np.bool_), np.zeros(shape, np.float32)
    has_ink[window], high[window] = line.own_ink.seen_in(window)
    soft = cv2.dilate(has_ink.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    look = replace(line.cut.look, high=np.where(soft, high, np.float32(0)))
    rows = rows_in(look, has_ink | (soft & (high > 0.5 * line.own_ink.contrast)))
    return [row for row in rows if _is_alike(row, letter)]


def _is_alike(row: TextLine, letter: int) -> bool:
    top, bottom = row.band
    return ALIKE[0] * letter < bottom - top < ALIKE[1] * letter
