"""Lead markers, which say what side is shown: a single L or R, or a short word for it."""

from dataclasses import dataclass
from functools import cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.privacy.pixels.glyphs import find_glyphs
from lib.privacy.pixels.look import look_at
from lib.privacy.pixels.report import Region, Why
from lib.privacy.pixels.stills import Still

WORDS: Final = frozenset({"l", "r", "lt", "rt", "left", "right", "li", "re"})
"""What stands on them, in English and German."""

LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
SIDE_LETTERS: Final = frozenset("LR")
FACES: Final = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_COMPLEX)
THICKNESSES: Final = (1, 2, 3, 5)
BOX_PX: Final = 24
STEP: Final = 3.0
"""Times the least contrast of ink: markers are of lead."""

HEIGHTS_PX: Final = (10, 64)
LIKE: Final = 0.62
"""Overlap, as intersection by union, with the shape of a letter."""

AHEAD: Final = 0.1
"""By how much an L or R must be more like the shape than any other letter is."""

ROOM_PX: Final = 4


def is_marker(text: str) -> bool:
    """Tell whether a text is that of a lead marker and nothing else."""
    return text.strip(" .:()[]|").casefold() in WORDS


def find_markers(still: Still) -> tuple[Region, ...]:
    """Return where a single L or R stands, bright or dark."""
    found = []
    for is_bright in (True, False):
        look = look_at(still, is_bright=is_bright)
        ink = look.high > look.least * np.float32(STEP)
        glyphs = find_glyphs(ink, look.high)
        for index in range(len(glyphs)):
            box = _Box(*(int(side[index]) for side in (glyphs.top, glyphs.left, glyphs.bottom, glyphs.right)))
            tall, wide = box.bottom - box.top, box.right - box.left
            is_sized = HEIGHTS_PX[0] <= tall <= HEIGHTS_PX[1] and 0.3 * tall < wide < 1.2 * tall
            if is_sized and _reads_as_side(glyphs.numbers[box.rows, box.columns] == index + 1):
                found.append(box.region(still.shape))
    return tuple(found)


@dataclass(frozen=True)
class _Box:
    top: int
    left: int
    bottom: int
    right: int

    @property
    def rows(self) -> slice:
        return slice(self.top, self.bottom)

    @property
    def columns(self) -> slice:
        return slice(self.left, self.right)

    def region(self, shape: tuple[int, ...]) -> Region:
        bottom, right = min(shape[0], self.bottom + ROOM_PX), min(shape[1], self.right + ROOM_PX)
        return Region(max(0, self.top - ROOM_PX), max(0, self.left - ROOM_PX), bottom, right, Why.MARKER)


def _reads_as_side(shape: NDArray[np.bool_]) -> bool:
    """Tell whether a shape is more like an L or an R than like any other letter."""
    drawn = _boxed(shape)
    likeness = {
        letter: max(float((drawn & one).sum() / (drawn | one).sum()) for one in shapes)
        for letter, shapes in _templates().items()
    }
    side = max(likeness[letter] for letter in SIDE_LETTERS)
    other = max(likeness[letter] for letter in LETTERS if letter not in SIDE_LETTERS)
    return side >= LIKE and side - other >= AHEAD


def _boxed(shape: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return a shape stretched into a square box."""
    stretched = cv2.resize(shape.astype(np.float32), (BOX_PX, BOX_PX), interpolation=cv2.INTER_AREA)
    return np.asarray(stretched > 0.5)


@cache
def _templates() -> dict[str, list[NDArray[np.bool_]]]:
    """Return the shapes of each letter."""
    return {letter: [_drawn(letter, face, n) for face in FACES for n in THICKNESSES] for letter in LETTERS}


def _drawn(letter: str, face: int, thickness: int) -> NDArray[np.bool_]:
    canvas = np.zeros((80, 80), np.uint8)
    cv2.putText(canvas, letter, (15, 60), face, 1.6, 255, thickness)
    rows, columns = np.flatnonzero(canvas.any(axis=1)), np.flatnonzero(canvas.any(axis=0))
    return _boxed(canvas[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] > 0)
