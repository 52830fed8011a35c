"""The centre line of a vessel between places that somebody clicked on it."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lib.arrays import Frame
from lib.errors import PointOutOfFrameError
from lib.errors.measure_graph import NotJoinedError, NoVesselHereError, TwoWaysError
from lib.measure.centre_line import CentreLine, Path
from lib.measure.graph_walls import Walls, at, wall_distance
from lib.measure.path_ways import GAP_COST, Pixel, Ways

SNAP_PX: Final = 8.0
"""A click so near to a vessel means it."""

LONGEST_GAP_PX: Final = 24.0
"""A gap of the mask is bridged up to this length: a tight stenosis, or a place where contrast is thin."""

WEAKEST_GAP: Final = 2.5
"""Mean cost of a gap in that of one that is as dark as the vessel; beyond it no line is to be seen."""

ANOTHER_WAY: Final = 1.2
"""A second way that is at most so much longer than the first makes both doubtful."""


LOOKED_AT: Final = (0.5, 0.25, 0.75)
"""At these shares of the way another one is looked for."""


def line_between(
    mask: NDArray[np.bool_], start_yx: ArrayLike, end_yx: ArrayLike, frame: Frame | None = None
) -> CentreLine:
    """Return the centre line from one click to another, along the vessel.

    Args:
        mask: (H, W) bool; the vessels of the frame.
        start_yx: (y, x) in pixels, on a vessel or near it.
        end_yx: (y, x) in pixels; the line leads from the start to here.
        frame: (H, W) in [0, 1], vessels dark; with it gaps of the mask are bridged along dark lines.

    Raises:
        PointOutOfFrameError: A click lies outside the mask.
        NoVesselHereError: There is no vessel at a click.
        NotJoinedError: No vessel leads from one to the other.
        TwoWaysError: Two do, and they are about as long.
        ShortLineError: Both are the same place of the vessel.
    """
    return line_through(mask, [start_yx, end_yx], frame)


def line_through(
    mask: NDArray[np.bool_], points: Sequence[ArrayLike], frame: Frame | None = None
) -> CentreLine:
    """Return the centre line through clicks in their order; points between settle which way is meant.

    Args:
        mask: (H, W) bool; the vessels of the frame.
        points: Two or more (y, x) in pixels.
        frame: As for `line_between`, which also tells the errors.
    """
    clicks = [np.asarray(point, np.float64) for point in points]
    pixels = [_on_vessel(mask, click) for click in clicks]
    wall = wall_distance(mask)
    ways = Ways.through(mask, wall)
    middles = [ways.middle_at(pixel) for pixel in pixels]
    legs = [_leg(ways, start, end, frame) for start, end in pairwise(middles)]
    way = np.concatenate([legs[0], *(leg[1:] for leg in legs[1:])])
    if len(legs) == 1 and mask[tuple(way.astype(int).T)].all():
        _refuse_two_ways(ways, way)
    return Walls(mask, wall).centred(CentreLine.of(way))[0]


def _on_vessel(mask: NDArray[np.bool_], click: NDArray[np.float64]) -> Pixel:
    """Return the pixel of a vessel that a click means."""
    rows, columns = mask.shape
    if not ((click > -0.5) & (click < np.array(mask.shape) - 0.5)).all():
        raise PointOutOfFrameError((float(click[0]), float(click[1])), (rows, columns))
    places = np.argwhere(mask)
    away = np.linalg.norm(places - click, axis=1)
    if not len(places) or away.min() > SNAP_PX:
        raise NoVesselHereError((float(click[0]), float(click[1])), SNAP_PX)
    row, column = places[int(away.argmin())]
    return int(row), int(column)


def _leg(ways: Ways, start: Pixel, end: Pixel, frame: Frame | None) -> Path:
    way = ways.cheapest(start, end)
    if way is not None:
        return way
    if frame is None:
        raise NotJoinedError
    bridged = ways.over_gaps(frame)
    over = bridged.cheapest(start, end)
    if over is None:
        raise NotJoinedError
    _refuse_wide_gap(bridged, over)
    return over


def _refuse_wide_gap(ways: Ways, way: Path) -> None:
    """Raise if a way leaves the mask for long, or where the frame shows no line."""
    rows, columns = way.astype(int).T
    outside = ~ways.mask[rows, columns]
    gap = float(np.linalg.norm(np.diff(way, axis=0), axis=1)[outside[1:]].sum())
    if gap > LONGEST_GAP_PX or float(ways.cost[rows, columns][outside].mean()) > WEAKEST_GAP * GAP_COST:
        raise NotJoinedError(gap)


def _refuse_two_ways(ways: Ways, way: Path) -> None:
    """Raise if there is another way of about the same length that keeps away from a place of this one."""
    shortest = _length(way)
    for share in LOOKED_AT:
        place = way[round(share * (len(way) - 1))]
        radius_px = 2 * at(ways.wall, place) + 2
        if min(share, 1 - share) * shortest < 2 * radius_px:
            continue
        other = ways.without(place, radius_px).cheapest(_pixel(way[0]), _pixel(way[-1]))
        if other is not None and _length(other) <= ANOTHER_WAY * shortest:
            raise TwoWaysError((min(shortest, _length(other)), max(shortest, _length(other))))


def _length(way: Path) -> float:
    return float(np.linalg.norm(np.diff(way, axis=0), axis=1).sum())


def _pixel(yx: NDArray[np.float64]) -> Pixel:
    return int(yx[0]), int(yx[1])
