"""Masks as polygons that give the mask back, and polygons as masks.

A polygon knows no holes. The usual bridge, a line there and back between outline and hole, is drawn across
the hole by tools that draw outlines (OpenCV, Pillow); so a piece with a hole is cut through the hole instead.
YOLO's loader keeps 1000 points of a polygon, which smooths thin vessels away; so long outlines are cut too.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.exchange.outlines import Polygon, area, outlines

MOST_CORNERS: Final = 900
"""A longer outline is cut in two."""
INSET: Final = 0.01
"""Pixels. Tools that draw outlines cut corners off to whole pixels; so they draw them inside the mask."""


def polygons_of(mask: NDArray[np.bool_]) -> list[Polygon]:
    """Return polygons without holes that together fill a mask, (H, W), exactly, a little inside its edges."""
    return [_inset(polygon) for polygon in _pieces(mask, (0, 0))]


def filled(polygons: Sequence[Polygon], shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Return the mask, (H, W), of all pixels whose centre lies in one of the polygons.

    A polygon so thin that it holds no centre marks the pixels that its corners lie in: nothing is dropped.
    """
    mask = np.zeros(shape, np.bool_)
    for polygon in polygons:
        corner = np.clip(np.floor(polygon.min(axis=0)), 0, shape[::-1]).astype(int)
        end = np.clip(np.ceil(polygon.max(axis=0)) + 1, 0, shape[::-1]).astype(int)
        part = mask[corner[1] : end[1], corner[0] : end[0]]
        size = int(part.shape[0]), int(part.shape[1])
        own = _fill(polygon - corner, size)
        part |= own if own.any() else _touched(polygon - corner, size)
    return mask


def polygon_from(corners: Any) -> Polygon:
    """Return the polygon of numbers from a file, x and y in turn or in pairs.

    Raises:
        ValueError: They are fewer than three corners, or no numbers.
    """
    polygon = np.array(corners, np.float64).reshape(-1, 2)
    if len(polygon) < 3 or not np.isfinite(polygon).all():
        raise ValueError
    return polygon


def _pieces(mask: NDArray[np.bool_], place: tuple[int, int]) -> Iterator[Polygon]:
    """Yield the polygons of a part of a mask, whose first pixel lies at `place` (y, x)."""
    n, numbers, boxes, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    for number in range(1, n):
        x, y, width, height = boxes[number, :4].tolist()
        own = numbers[y : y + height, x : x + width] == number
        yield from _piece(own, (place[0] + y, place[1] + x))


def _piece(mask: NDArray[np.bool_], place: tuple[int, int]) -> Iterator[Polygon]:
    """Yield the polygons of one connected piece: one, unless it has to be cut."""
    lines = outlines(mask)
    holes = [line for line in lines if area(line) < 0]
    if not holes and len(lines[0]) <= MOST_CORNERS:
        yield lines[0] + np.array(place[::-1], np.float64)
        return
    axis, at = _cut(mask, holes)
    near, far = np.split(mask, [at], axis=axis)
    yield from _pieces(near, place)
    yield from _pieces(far, (place[0] + at, place[1]) if axis == 0 else (place[0], place[1] + at))


def _cut(mask: NDArray[np.bool_], holes: Sequence[Polygon]) -> tuple[int, int]:
    """Return axis and place of a straight cut across the longer side: through a hole, near the middle."""
    axis = 0 if mask.shape[0] >= mask.shape[1] else 1
    middle = mask.shape[axis] // 2
    bounds = [(hole[:, 1 - axis].min(), hole[:, 1 - axis].max()) for hole in holes]
    places = [int(low + high) // 2 for low, high in bounds] or [middle]
    return axis, min(places, key=lambda place: abs(place - middle))


def _inset(polygon: Polygon) -> Polygon:
    """Return a polygon of upright and level edges whose edges are moved inwards."""
    steps = np.sign(np.roll(polygon, -1, axis=0) - polygon)
    inwards = np.stack([-steps[:, 1], steps[:, 0]], axis=1)
    return np.asarray(polygon + INSET * (inwards + np.roll(inwards, 1, axis=0)))


def _fill(polygon: Polygon, shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Fill by the even-odd rule: a pixel is inside if its row crosses the outline an odd number of times."""
    rows, columns = shape
    start, end = polygon, np.roll(polygon, -1, axis=0)
    first, last = (
        np.clip(np.ceil(bound(start[:, 1], end[:, 1]) - 0.5), 0, rows).astype(int)
        for bound in (np.minimum, np.maximum)
    )
    edge = np.repeat(np.arange(len(polygon)), last - first)
    row = np.concatenate([np.arange(a, b) for a, b in zip(first, last, strict=True)] or [edge]).astype(int)
    share = (row + 0.5 - start[edge, 1]) / (end[edge, 1] - start[edge, 1])
    x = start[edge, 0] + share * (end[edge, 0] - start[edge, 0])
    crossings = np.zeros((rows, columns + 1), np.int32)
    np.add.at(crossings, (row, np.clip(np.ceil(x - 0.5), 0, columns).astype(int)), 1)
    return np.asarray(np.cumsum(crossings, axis=1)[:, :columns] % 2 == 1)


def _touched(polygon: Polygon, shape: tuple[int, int]) -> NDArray[np.bool_]:
    mask = np.zeros(shape, np.bool_)
    x, y = np.floor(polygon).astype(int).T
    is_inside = (x >= 0) & (x < shape[1]) & (y >= 0) & (y < shape[0])
    mask[y[is_inside], x[is_inside]] = True
    return mask
