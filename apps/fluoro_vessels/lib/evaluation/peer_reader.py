"""The usual way to find burned-in text, as a peer: tesseract reads one frame; all that it is sure of goes."""

import time
from typing import Final

import cv2
import numpy as np
import pytesseract
from numpy.typing import NDArray

from lib.evaluation.burned_in_text import LEAST_INK_PX, CaseScore, LineScore, vessel_losses
from lib.evaluation.planted_text import Planted, TextBlock

SURE_PERCENT: Final = 30.0
SCALE: Final = 2
ROOM_PX: Final = 3


def score_peer(kind: str, block: TextBlock, planted: Planted, vessels: NDArray[np.bool_]) -> CaseScore:
    """Score plain reading of the middle frame in the way of `score_case`."""
    began = time.perf_counter()
    blank = _blanked(planted.frames[len(planted.frames) // 2])
    seconds = time.perf_counter() - began
    lines = tuple(
        LineScore(kind, block, float(blank[ink].mean()), is_held=False)
        for ink in planted.inks
        if ink.sum() >= LEAST_INK_PX
    )
    losses = vessel_losses(vessels, blank, planted)
    return CaseScore(lines, int(vessels.sum()), *losses, seconds, is_doubtful=False)


def _blanked(frame: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return where words are read, in the frame as it is and turned round."""
    blank = np.zeros(frame.shape, np.bool_)
    large = cv2.resize(frame, None, fx=SCALE, fy=SCALE, interpolation=cv2.INTER_CUBIC)
    for picture in (large, 255 - large):
        found = pytesseract.image_to_data(picture, config="--psm 11", output_type=pytesseract.Output.DICT)
        for number, text in enumerate(found["text"]):
            if text.strip() and float(found["conf"][number]) >= SURE_PERCENT:
                left, top, width, height = (
                    int(found[key][number]) // SCALE for key in ("left", "top", "width", "height")
                )
                rows = slice(max(0, top - ROOM_PX), top + height + ROOM_PX)
                blank[rows, max(0, left - ROOM_PX) : left + width + ROOM_PX] = True
    return blank
