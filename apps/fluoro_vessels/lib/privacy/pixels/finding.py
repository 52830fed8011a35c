"""Everything in a run that is or may be text, each once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.privacy.pixels.glyphs import LEAST_AREA_PX
from lib.privacy.pixels.look import look_at
from lib.privacy.pixels.report import Region, Why
from lib.privacy.pixels.stills import Still, Stills
from lib.privacy.pixels.text_regions import LEAST_LIKENESS, TextLine, text_lines

SURE: Final = 0.5
SURE_WHERE_STILL: Final = 0.06
"""A row that stays while all around it moves, or stands beside the picture, needs to look less like text."""

MOVES: Final = 4.0
STILL_SHARE: Final = 0.35
FLAT: Final = 2.5
"""Of 255, how much a ground without picture changes, in place and time: what JPEG leaves there."""

CROWD: Final = 1000
CROWD_STEP: Final = 3.2
"""Times what noise reaches."""

RING_PX: Final = 4
SIDE_ROOM: Final = 0.8
"""Heights of a row that are blanked on either side of it: its first or last letter may have been missed."""


@dataclass(frozen=True, eq=False)
class Found:
    """Something that is or may be text.

    Attributes:
        region: Where; `why` says what speaks for it.
        is_sure: No reading is needed.
        line: What was found there.
    """

    region: Region
    is_sure: bool
    line: TextLine


def find_text(stills: Stills) -> list[Found]:
    """Return what is or may be text, the likeliest first; none lies over another."""
    lines = [line for still, is_bright in _looks(stills) for line in text_lines(still, is_bright=is_bright)]
    taken = np.zeros(stills.mean.shape, np.bool_)
    found: list[Found] = []
    for line in sorted(lines, key=lambda line: -line.likeness):
        goes_on = any(one.is_sure and one.line.is_in_line_with(line) for one in found)
        rest = line if goes_on else line.outside(taken)
        if rest is None or rest.likeness < LEAST_LIKENESS:
            continue
        why = _setting(rest, stills)
        is_sure = rest.likeness >= (SURE if why is Why.LINE else SURE_WHERE_STILL)
        found.append(Found(_padded(rest, why, taken.shape), is_sure, rest))
        taken[rest.box] |= is_sure
    return found


def is_crowded(still: Still) -> bool:
    """Tell whether a picture is full of small things that stand out clearly, as a page of text is.

    There letters are too many to be told one by one; X-ray pictures have some hundred such things at most.
    """
    for is_bright in (True, False):
        look = look_at(still, is_bright=is_bright)
        ink = (look.high > look.least * np.float32(CROWD_STEP)).astype(np.uint8)
        sizes = cv2.connectedComponentsWithStats(ink, connectivity=8)[2][1:, cv2.CC_STAT_AREA]
        if int((sizes >= LEAST_AREA_PX).sum()) > CROWD:
            return True
    return False


def _looks(stills: Stills) -> Iterable[tuple[Still, bool]]:
    """Yield the pictures, and whether bright ink is looked for."""
    yield stills.mean, True
    yield stills.mean, False
    if stills.n_frames > 1:
        yield stills.brightest, True
        yield stills.darkest, False


def _setting(line: TextLine, stills: Stills) -> Why:
    """Return whether a row stands still, stands beside the picture, or neither."""
    ring = _ring(line, stills.mean.shape)
    ground = stills.mean[ring]
    if stills.n_frames > 1:
        moved, around = stills.reach[line.box][line.ink], stills.reach[ring]
        if not moved.size or not around.size:
            return Why.LINE
        around_reach = float(np.median(around))
        if around_reach >= MOVES and float(np.median(moved)) <= STILL_SHARE * around_reach:
            return Why.STILL
        if around_reach > FLAT:
            return Why.LINE
    is_flat = ground.size and float(np.percentile(ground, 90) - np.percentile(ground, 10)) <= FLAT
    return Why.BORDER if is_flat else Why.LINE


def _ring(line: TextLine, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Return (H, W), the ground around the letters of a row."""
    mask = np.zeros(shape, np.uint8)
    mask[line.box] = line.ink
    ink = cv2.dilate(mask, np.ones((5, 5), np.uint8)) > 0
    ring = np.zeros(shape, np.bool_)
    ring[
        max(0, line.top - RING_PX) : line.bottom + RING_PX,
        max(0, line.left - RING_PX) : line.right + RING_PX,
    ] = True
    return np.asarray(ring & ~ink)


def _padded(line: TextLine, why: Why, shape: tuple[int, ...]) -> Region:
    """Return the region of a row with room for what hangs below it, its rim, and a letter on either side."""
    tall = line.bottom - line.top
    pad, side = 3 + round(0.15 * tall), 3 + round(SIDE_ROOM * tall)
    return Region(
        max(0, line.top - pad),
        max(0, line.left - side),
        min(shape[0], line.bottom + pad),
        min(shape[1], line.right + side),
        why,
    )


def touches(one: Region, other: Region, reach: float = 0.0) -> bool:
    """Tell whether two regions overlap, or lie within so many pixels of each other."""
    apart_y = max(one.top, other.top) - min(one.bottom, other.bottom)
    apart_x = max(one.left, other.left) - min(one.right, other.right)
    return max(apart_y, apart_x) < reach


def merged(regions: Sequence[Region]) -> tuple[Region, ...]:
    """Return the regions, those that overlap on the same line made one."""
    rest = sorted(regions)
    done: list[Region] = []
    while rest:
        region = rest.pop(0)
        near = [other for other in rest if _is_one(region, other)]
        if not near:
            done.append(region)
            continue
        rest = [other for other in rest if other not in near]
        rest.insert(0, _around([region, *near]))
    return tuple(done)


def _is_one(one: Region, other: Region) -> bool:
    overlap = min(one.bottom, other.bottom) - max(one.top, other.top)
    low = min(one.height, other.height)
    gap = max(one.left, other.left) - min(one.right, other.right)
    return overlap > 0.5 * low and gap < low


def _around(regions: Sequence[Region]) -> Region:
    return replace(
        regions[0],
        top=min(one.top for one in regions),
        left=min(one.left for one in regions),
        bottom=max(one.bottom for one in regions),
        right=max(one.right for one in regions),
    )
