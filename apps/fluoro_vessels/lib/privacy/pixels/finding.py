"""Everything in a run that is or may be text, each once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.privacy.pixels.glyphs import LEAST_AREA_PX
from lib.privacy.pixels.look import look_at
from lib.privacy.pixels.report import Region, Why
from lib.privacy.pixels.same_ink import block_of
from lib.privacy.pixels.snug import snug
from lib.privacy.pixels.stills import Still, Stills
from lib.privacy.pixels.text_regions import LEAST_LIKENESS, TextLine, text_lines

SURE: Final = 0.5
SURE_WHERE_STILL: Final = 0.06
"""A row that stays while all around it moves, or stands beside the picture, needs to look less like text."""

SURE_OF_FEW: Final = 0.97
"""Few things often stand in line by chance, as clips, wires and side branches do."""

MOVES: Final = 4.0
STILL_SHARE: Final = 0.35
FLAT: Final = 2.5
"""Of 255, how much a ground without picture changes, in place and time: what JPEG leaves there."""

CROWD: Final = 1000
CROWD_STEP: Final = 3.2
"""Times what noise reaches."""

GOES_ON: Final = 3.0
"""Heights of a line within which what stands beside it and is written with its ink is part of it."""

RING_PX: Final = 4
MOST_BLOCKS: Final = 24
"""Sure lines around which the rest of a block is looked for."""


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
    """Return what is or may be text, the likeliest first, then what else is written with the same ink."""
    lines = [line for still, is_bright in _looks(stills) for line in text_lines(still, is_bright=is_bright)]
    taken = np.zeros(stills.mean.shape, np.bool_)
    found: list[Found] = []
    _add(lines, found, taken, stills)
    sure = [one.line for one in found if one.is_sure][:MOST_BLOCKS]
    _add([row for line in sure for row in block_of(line)], found, taken, stills)
    return found


def _add(lines: Sequence[TextLine], found: list[Found], taken: NDArray[np.bool_], stills: Stills) -> None:
    """Add lines to what is found, the likeliest first; none lies over a sure one.

    Args:
        lines: What may be text.
        found: What was found before.
        taken: (H, W), where that is sure.
        stills: The pictures of the run.
    """
    for line in sorted(lines, key=lambda line: -line.likeness):
        host = _host(line, found)
        rest = line.outside(taken, host)
        if rest is None or rest.likeness < LEAST_LIKENESS:
            continue
        why = _setting(rest, stills)
        is_sure = host is not None or rest.likeness >= _needed(rest, why)
        region = snug(rest, host or rest, why, taken.shape)
        found.append(Found(region, is_sure, rest))
        taken[region.rows, region.columns] |= is_sure


def _needed(line: TextLine, why: Why) -> float:
    """Return how much a row must look like text to be sure."""
    if why is Why.LINE:
        return SURE if line.has_many else SURE_OF_FEW
    return SURE_WHERE_STILL if line.has_many else SURE


def _host(line: TextLine, found: Sequence[Found]) -> TextLine | None:
    """Return the likeliest sure line that a row goes on, in the same ink."""
    hosts = (one.line for one in found if one.is_sure and line.is_in_line_with(one.line, GOES_ON))
    return next((host for host in hosts if line.own_ink.is_like(host.own_ink)), None)


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
