"""Rectangles that fit: as large as what is written, so that the picture around it stays."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.privacy.pixels.own_ink import Mask
from lib.privacy.pixels.report import Region, Why
from lib.privacy.pixels.text_regions import TextLine

HANGS: Final = 1.0
"""Heights of a letter by which others reach above or below it; so are all numbers here."""

SIDE: Final = 10.0
"""On either side of a row more of it is looked for, so that no letter is missed."""

INK_GAP: Final = 1.4
LETTER_GAP: Final = 3.0
FULL_GAP: Final = 5.0
"""How far what stands out clearly, letters, and letters of full height in plain ink may lie apart.

Between them the ground may have the value of the ink."""

LEAST_TALL: Final = 0.35
FULL: Final = 0.6
MOST_WIDE: Final = 4.0
"""Several letters may touch."""

ROOM: Final = 0.04
SIDE_ROOM: Final = 0.2
LEAST_SIDE_PX: Final = 6
ROOM_PX: Final = 2
"""Above and below, at the ends, and all around in pixels: for soft edges, and parts of letters not seen."""

LEAST_KNOWN: Final = 0.25
"""Share of the letters that must have the ink of the line; with less it tells nothing about its ends."""

Columns = tuple[int, int]
"""The first, and the one behind the last."""


def snug(line: TextLine, host: TextLine, why: Why, shape: tuple[int, ...]) -> Region:
    """Return the rectangle of a line.

    Args:
        line: What was found.
        host: The surest part of the same line; the line itself where there is no other.
        why: What made it text.
        shape: Of the picture.
    """
    strip = _strip_of(line, host, shape)
    if strip.known.sum() < LEAST_KNOWN * max(1, strip.own.sum()):
        pad, side = round(0.15 * strip.letter), round(0.5 * strip.letter)
        return _region((line.top - pad, line.left - side, line.bottom + pad, line.right + side), why, shape)
    left, right = strip.columns()
    rows = np.flatnonzero((strip.known | strip.letters(0))[:, left:right].any(axis=1))
    room, side = round(ROOM * strip.letter), max(LEAST_SIDE_PX, round(SIDE_ROOM * strip.letter))
    y, x = strip.corner
    top, bottom = y + int(rows[0]) - room, y + int(rows[-1]) + 1 + room
    return _region((top, x + left - side, bottom, x + right + side), why, shape)


@dataclass(frozen=True, eq=False)
class _Strip:
    """The part of a picture in which a line may stand.

    Attributes:
        corner: Its first row and column.
        band: Rows of the letters, counted from there.
        own: (H, W), the glyphs that were found.
        has_ink: (H, W), where the ink of the line is.
        is_clear: (H, W), where it stands out clearly.
        is_plain: The ink has one value.
    """

    corner: tuple[int, int]
    band: slice
    own: Mask
    has_ink: Mask
    is_clear: Mask
    is_plain: bool

    @property
    def letter(self) -> int:
        """Return the height of a letter."""
        return int(self.band.stop - self.band.start)

    @property
    def known(self) -> Mask:
        """Return the ink of the glyphs that were found."""
        return self.own & self.has_ink

    def letters(self, least: float) -> Mask:
        """Return what reaches into the band and ends where letters may hang, and has a size: no vessels."""
        _, labels, stats, _ = cv2.connectedComponentsWithStats(self.has_ink.astype(np.uint8), connectivity=8)
        head, tall = stats[:, cv2.CC_STAT_TOP], stats[:, cv2.CC_STAT_HEIGHT]
        is_letter = (head > 0) & (head + tall < len(self.has_ink))
        is_letter &= (head + tall > self.band.start) & (head < self.band.stop)
        is_letter &= (tall > least * self.letter) & (stats[:, cv2.CC_STAT_WIDTH] < MOST_WIDE * self.letter)
        is_letter[0] = False
        return np.asarray(is_letter[labels])

    def columns(self) -> Columns:
        """Return how far the line goes."""
        known = np.flatnonzero(self.known.any(axis=0))
        ends = _further((int(known[0]), int(known[-1]) + 1), self.is_clear[self.band], INK_GAP * self.letter)
        ends = _further(ends, self.letters(LEAST_TALL), LETTER_GAP * self.letter)
        return _further(ends, self.letters(FULL), FULL_GAP * self.letter) if self.is_plain else ends


def _strip_of(line: TextLine, host: TextLine, shape: tuple[int, ...]) -> _Strip:
    """Return the strip of a line in a picture of a shape."""
    top, bottom = host.band
    hang, side = round(HANGS * (bottom - top)), round(SIDE * (bottom - top))
    left, right = line.ends
    rows = slice(max(0, top - hang), min(shape[0], bottom + hang))
    columns = slice(max(0, left - side), min(shape[1], right + side))
    own = np.isin(line.cut.glyphs.numbers[rows, columns], line.members + 1)
    ink = host.own_ink
    has_ink, high = ink.seen_in((rows, columns))
    band = slice(top - rows.start, bottom - rows.start)
    is_clear = has_ink & (high >= ink.clear)
    return _Strip((rows.start, columns.start), band, own, has_ink, is_clear, ink.is_plain)


def _further(ends: Columns, has_ink: Mask, gap: float) -> Columns:
    """Return the ends of a line as far as ink goes on without a gap."""
    first, last = ends
    inked: NDArray[np.int64] = np.flatnonzero(has_ink.any(axis=0))
    for column in inked[inked >= last]:
        if column - last > gap:
            break
        last = int(column) + 1
    for column in inked[inked < first][::-1]:
        if first - column > gap:
            break
        first = int(column)
    return first, last


def _region(sides: tuple[int, int, int, int], why: Why, shape: tuple[int, ...]) -> Region:
    """Return a rectangle with room for soft edges, inside a picture."""
    top, left, bottom, right = sides
    return Region(
        max(0, top - ROOM_PX),
        max(0, left - ROOM_PX),
        min(shape[0], bottom + ROOM_PX),
        min(shape[1], right + ROOM_PX),
        why,
    )
