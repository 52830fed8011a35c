"""What a line is written with, and where else a picture has that ink.

A station writes with one value. On a ground that changes, the same value is bright here and dark there, and
fades where the ground comes near it; value and line together still tell its letters from anatomy.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.privacy.pixels.glyphs import Glyphs, Numbers
from lib.privacy.pixels.look import WIDEST_STROKE_PX, Look
from lib.privacy.pixels.stills import Still

CLEAR: Final = 0.3
"""Of the contrast of a line; what stands out less is its ink only where that is plain."""

LEAST_SEEN: Final = 4.0
NOISE_TIMES: Final = 2.5
"""How far plain ink stands out at least: of 255, and times the noise."""

VALUE_ROOM: Final = 3.0
PLAIN_ROOM: Final = 9.0
"""Of 255, how much one value differs after coding, and up to where ink is plain."""

FULL: Final = (55, 75, 92)
"""Percentiles of a line's pixels, from the ground on, that are covered whole: those before are soft edges."""

SPREAD_TIMES: Final = 1.5
MOST_ROOM: Final = 0.6
"""Of the contrast of a line."""

STRONG: Final = 60.0
SOFT: Final = 0.7
"""Soft edges of thin letters have other values; strong ink is told by how far it stands out as well."""

LIKE: Final = (0.6, 1.7)
"""Contrast by contrast of two texts in one ink."""

LEAST_CORE_PX: Final = 8
SPECK_PX: Final = 3
"""Smaller things are noise."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class OwnInk:
    """The ink of a line.

    Attributes:
        still: The picture that it was seen in.
        is_bright: Whether it is mostly brighter than its ground.
        value: What its pixels have, 0 to 255.
        room: By how much they differ from that.
        contrast: How far they stand out from the ground.
        noise: SD of the noise around them.
    """

    still: Still
    is_bright: bool
    value: float
    room: float
    contrast: float
    noise: float

    @property
    def is_plain(self) -> bool:
        """Tell whether its pixels have one value, which noise and anatomy have not."""
        return self.room <= PLAIN_ROOM

    @property
    def clear(self) -> float:
        """Return how far it stands out where it is clearly seen."""
        return CLEAR * self.contrast

    @property
    def least(self) -> float:
        """Return how far it stands out at least: less where it is plain."""
        return min(self.clear, max(LEAST_SEEN, NOISE_TIMES * self.noise)) if self.is_plain else self.clear

    def seen_in(self, box: tuple[slice, slice]) -> tuple[Mask, Still]:
        """Return where a part of the picture has this ink, and how far each pixel stands out there."""
        rows, columns = box
        top, left = max(0, rows.start - WIDEST_STROKE_PX), max(0, columns.start - WIDEST_STROKE_PX)
        part = self.still[top : rows.stop + WIDEST_STROKE_PX, left : columns.stop + WIDEST_STROKE_PX]
        kernel = np.ones((WIDEST_STROKE_PX, WIDEST_STROKE_PX), np.uint8)
        bright = cv2.morphologyEx(part, cv2.MORPH_TOPHAT, kernel)
        dark = cv2.morphologyEx(part, cv2.MORPH_BLACKHAT, kernel)
        high = np.asarray(np.maximum(bright, dark), np.float32)
        has_ink = (np.abs(part - self.value) <= self.room) & (high >= self.least)
        if self.contrast >= STRONG:
            has_ink |= (bright if self.is_bright else dark) >= SOFT * self.contrast
        inner = (slice(rows.start - top, rows.stop - top), slice(columns.start - left, columns.stop - left))
        return _without_specks(has_ink)[inner], high[inner]

    def is_like(self, other: "OwnInk") -> bool:
        """Tell whether two inks have one value, or stand out as far and in the same direction."""
        ratio = self.contrast / max(other.contrast, 1e-3)
        has_its_value = abs(self.value - other.value) <= min(self.room, other.room)
        return has_its_value or (self.is_bright == other.is_bright and LIKE[0] < ratio < LIKE[1])


def ink_of(look: Look, glyphs: Glyphs, members: Numbers) -> OwnInk:
    """Return what some glyphs of a picture are written with.

    Args:
        look: The picture.
        glyphs: All glyphs in it.
        members: Indices of those.
    """
    rows = slice(int(glyphs.top[members].min()), int(glyphs.bottom[members].max()))
    columns = slice(int(glyphs.left[members].min()), int(glyphs.right[members].max()))
    own = np.isin(glyphs.numbers[rows, columns], members + 1)
    core = cv2.erode(own.astype(np.uint8), np.ones((2, 2), np.uint8)) > 0
    values = look.still[rows, columns][core if core.sum() > LEAST_CORE_PX else own]
    covered = FULL if look.is_bright else tuple(100 - one for one in FULL)
    first, middle, last = np.percentile(values, covered)
    contrast, noise = float(np.median(glyphs.contrast[members])), float(look.noise[rows, columns].mean())
    room = max(VALUE_ROOM, min(VALUE_ROOM + SPREAD_TIMES * abs(float(last - first)), MOST_ROOM * contrast))
    return OwnInk(look.still, look.is_bright, float(middle), room, contrast, noise)


def _without_specks(mask: Mask) -> Mask:
    """Return a mask without its smallest things."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    is_large = stats[:, cv2.CC_STAT_AREA] >= SPECK_PX
    is_large[0] = False
    return np.asarray(is_large[labels])
