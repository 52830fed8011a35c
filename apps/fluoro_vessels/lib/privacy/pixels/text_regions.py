"""Lines of text in one picture."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lib.privacy.pixels.glyphs import FEWEST_IN_ROW, Glyphs, Numbers, find_glyphs, rows_of
from lib.privacy.pixels.likeness import Facts, likeness, row_facts
from lib.privacy.pixels.look import Look, look_at
from lib.privacy.pixels.own_ink import OwnInk, ink_of
from lib.privacy.pixels.stills import Still

STEPS: Final = (1.0, 1.8, 3.2, 6.0, 11.0)
"""A picture is cut at several heights above its noise: each text is whole, and apart from others, in one."""

LEAST_LIKENESS: Final = 0.02
WORD_GAP: Final = 1.4
"""Heights of a letter; what stands so near beside a row on its line belongs to it."""

SAME_LINE: Final = 0.7
"""Share of the higher of two rows that both have in common where they are one line."""

MANY: Final = 5
"""Things in a row that seldom stand in line by chance."""

SLIVER_PX: Final = 7
LONGEST_STRETCH: Final = 3.0
"""Heights of a letter by which a row is made longer on either side at most."""


@dataclass(frozen=True, eq=False)
class Cut:
    """A picture cut at one height.

    Attributes:
        look: The picture.
        ink: (H, W), what stands out so far.
        glyphs: The things in the ink.
    """

    look: Look
    ink: NDArray[np.bool_]
    glyphs: Glyphs


@dataclass(frozen=True, eq=False)
class TextLine:
    """A row of things that may be text.

    Attributes:
        top: First row.
        left: First column.
        bottom: Row below.
        right: Column behind.
        likeness: How sure it is that it is text, 0 to 1.
        facts: What that was judged by.
        ink: (bottom - top, right - left), what stands out.
        cut: Where it was found.
        members: Indices of its glyphs.
    """

    top: int
    left: int
    bottom: int
    right: int
    likeness: float
    facts: Facts
    ink: NDArray[np.bool_]
    cut: Cut
    members: Numbers

    @property
    def box(self) -> tuple[slice, slice]:
        """Return its rows and columns."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    @property
    def has_many(self) -> bool:
        """Tell whether more things stand in it than stand in line by chance."""
        return len(self.members) >= MANY

    @cached_property
    def own_ink(self) -> OwnInk:
        """Return what it is written with."""
        return ink_of(self.cut.look, self.cut.glyphs, self.members)

    def is_in_line_with(self, other: "TextLine", gap: float = 0.0) -> bool:
        """Tell whether both are parts of one line: they overlap or lie near, and reach as high and as low.

        Args:
            other: Another row.
            gap: Between both at most, in heights of it.
        """
        tall = min(self.bottom, other.bottom) - max(self.top, other.top)
        apart = max(self.left, other.left) - min(self.right, other.right)
        near = gap * (other.bottom - other.top)
        return apart < near and tall > SAME_LINE * max(self.bottom - self.top, other.bottom - other.top)

    @property
    def band(self) -> tuple[int, int]:
        """Return the rows between which most of its letters stand, as first and behind."""
        glyphs, members = self.cut.glyphs, self.members
        top, bottom = np.median(glyphs.top[members]), np.median(glyphs.bottom[members])
        return round(float(top)), round(float(bottom))

    @property
    def ends(self) -> tuple[int, int]:
        """Return the first column of its glyphs, and the one behind the last."""
        glyphs, members = self.cut.glyphs, self.members
        return int(glyphs.left[members].min()), int(glyphs.right[members].max())

    def outside(self, taken: NDArray[np.bool_], host: "TextLine | None" = None) -> "TextLine | None":
        """Return what is left of the row without the glyphs in places that are taken.

        Args:
            taken: (H, W), where other rows are.
            host: A sure row in the same line and ink; what goes on with it is as sure as it was, the rest is
                judged anew.
        """
        glyphs, members = self.cut.glyphs, self.members
        rows = (glyphs.top + glyphs.bottom)[members] // 2
        columns = (glyphs.left + glyphs.right)[members] // 2
        is_free = ~taken[rows, columns]
        if is_free.all():
            return self
        if host is not None:
            is_free &= _in_line(glyphs, members, host.band)
        if is_free.sum() < (FEWEST_IN_ROW if host is None else 1):
            return None
        rest = _line(self.cut, members[is_free])
        return rest if host is None else replace(rest, likeness=self.likeness)


def _in_line(glyphs: Glyphs, members: Numbers, band: tuple[int, int]) -> NDArray[np.bool_]:
    """Tell which glyphs of a row stand in the band of a line and have its size."""
    top, bottom = band
    height = (glyphs.bottom - glyphs.top)[members]
    overlap = np.minimum(glyphs.bottom[members], bottom) - np.maximum(glyphs.top[members], top)
    low = np.minimum(height, bottom - top)
    return np.asarray((overlap > 0.7 * low) & (np.maximum(height, bottom - top) < 1.7 * low))


def text_lines(still: Still, *, is_bright: bool, least: float = LEAST_LIKENESS) -> list[TextLine]:
    """Return rows in a picture that may be text; one text may be found several times.

    Args:
        still: (H, W), 0 to 255.
        is_bright: Look for ink brighter than its ground, else for darker.
        least: Rows less like text are left out.
    """
    look = look_at(still, is_bright=is_bright)
    found = []
    for step in STEPS:
        found += rows_in(look, look.high > look.least * np.float32(step))
    return [line for line in found if line.likeness >= least and not _is_sliver(line, len(still))]


def rows_in(look: Look, ink: NDArray[np.bool_]) -> list[TextLine]:
    """Return the rows in some ink of a picture, however unlike text."""
    cut = Cut(look, ink, find_glyphs(ink, look.high))
    return [_line(cut, members) for members in rows_of(cut.glyphs)]


def _is_sliver(line: TextLine, height: int) -> bool:
    """Tell whether the edge of the picture leaves too little of a row to read: there the field often ends."""
    is_cut = line.top == 0 or line.bottom == height
    return is_cut and line.bottom - line.top <= SLIVER_PX


def _line(cut: Cut, members: Numbers) -> TextLine:
    """Return a row, made longer by what stands beside it on its line."""
    look, glyphs = cut.look, cut.glyphs
    facts = row_facts(look, glyphs, members, cut.ink)
    top, bottom = int(glyphs.top[members].min()), int(glyphs.bottom[members].max())
    left, right = int(glyphs.left[members].min()), int(glyphs.right[members].max())
    letter = float(np.median((glyphs.bottom - glyphs.top)[members]))
    stands_out = look.high[top:bottom] > 0.5 * float(np.median(glyphs.contrast[members]))
    has_ink = stands_out.any(axis=0)
    stretch, gap = round(LONGEST_STRETCH * letter), round(WORD_GAP * letter)
    right += _reach(has_ink[right : right + stretch], gap)
    left -= _reach(has_ink[max(0, left - stretch) : left][::-1], gap)
    ink = stands_out[:, left:right]
    return TextLine(top, left, bottom, right, likeness(facts), facts, ink, cut, members)


def _reach(has_ink: NDArray[np.bool_], gap: int) -> int:
    """Return how far ink goes on without a gap."""
    end = 0
    for column in np.flatnonzero(has_ink):
        if column - end > gap:
            break
        end = int(column) + 1
    return end
