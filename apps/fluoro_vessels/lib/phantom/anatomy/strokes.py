"""Curves in the picture: lung vessels, rib bands, sutures, folds."""

import itertools
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.phantom.imaging.view import View
from lib.phantom.model import Depth, Points

SUBPIXEL_BITS: Final = 4
SHEETS: Final = 3
"""Curves are dealt to this many sheets, so that most of those that cross add up."""


@dataclass(frozen=True)
class Stroke:
    """One curve.

    Attributes:
        yx_px: (N, 2), picture coordinates.
        width_px: Its width.
        depth: Optical depth on its middle line.
    """

    yx_px: NDArray[np.float64]
    width_px: float
    depth: float


@dataclass(frozen=True)
class Area:
    """A polygon that is filled evenly."""

    yx_px: NDArray[np.float64]
    depth: float


def draw(items: list[Stroke | Area], shape: tuple[int, int], blur_px: float = 0.7) -> Depth:
    """Draw strokes and areas; lines thinner than a pixel become paler instead of thinner."""
    if not items:
        return np.zeros(shape, np.float32)
    top = max(abs(item.depth) for item in items) + 1e-9
    sheets = [np.zeros(shape, np.uint8) for _ in range(SHEETS)]
    together = np.clip(np.concatenate([item.yx_px for item in items])[:, ::-1], -4e3, 8e3)
    fixed = np.ascontiguousarray(np.round(together * 2**SUBPIXEL_BITS).astype(np.int32))
    end = 0
    for number, item in enumerate(items):
        sheet = sheets[number % SHEETS]
        begin, end = end, end + len(item.yx_px)
        points = fixed[begin:end]
        if isinstance(item, Area):
            cv2.fillPoly(sheet, [points], 255 * abs(item.depth) / top, cv2.LINE_AA, SUBPIXEL_BITS)
        else:
            value = 255 * abs(item.depth) / top * min(item.width_px, 1.0)
            thick = max(1, round(item.width_px))
            cv2.polylines(sheet, [points], False, value, thick, cv2.LINE_AA, SUBPIXEL_BITS)
    total = np.add.reduce([sheet.astype(np.float32) for sheet in sheets]) * np.float32(top / 255)
    return np.asarray(cv2.GaussianBlur(total, (0, 0), max(blur_px, 0.3)))


def projected(view: View, points_mm: Points, width_mm: float, depth: float) -> Stroke:
    """Return a curve in space as a stroke."""
    yx, magnification = view.project(points_mm)
    return Stroke(yx, float(width_mm * magnification.mean() / view.pixel_mm), depth)


def band(
    yx_px: NDArray[np.float64], width_px: float, depths: tuple[float, float, float]
) -> list[Stroke | Area]:
    """Return a flat bone seen from its flat side: inside, upper and lower edge; it fades at its end."""
    tangent = np.gradient(yx_px, axis=0)
    normal = tangent[:, ::-1] * (1, -1) / (np.linalg.norm(tangent, axis=1, keepdims=True) + 1e-6)
    one, other = yx_px + normal * width_px / 2, yx_px - normal * width_px / 2
    edge = max(1.0, 0.09 * width_px)
    strokes: list[Stroke | Area] = []
    cuts = (0, *range(len(one) - 9, len(one) + 2, 2))
    for begin, end in itertools.pairwise(cuts):
        paler = min(1.0, (len(one) - begin) / 9)
        part = slice(max(begin - 1, 0), end)
        strokes.append(Area(np.concatenate([one[part], other[part][::-1]]), paler * depths[0]))
        strokes.append(Stroke(one[part], edge, paler * depths[1]))
        strokes.append(Stroke(other[part], edge, paler * depths[2]))
    return strokes


def wandering(shape: tuple[int, int], random: np.random.Generator, bend: float = 0.25) -> NDArray[np.float64]:
    """Return a smooth random curve (48, 2) from one border of the picture to another."""
    angle = random.uniform(0, np.pi)
    way = np.array([np.sin(angle), np.cos(angle)])
    middle = random.uniform(0.1, 0.9, 2) * shape
    t = np.linspace(-1, 1, 48)
    curve = random.normal(0, bend, 3)
    aside = curve[0] * t**2 + curve[1] * t**3 + 0.3 * curve[2] * np.sin(4 * t + random.uniform(0, 6))
    return np.asarray(
        middle + (0.8 * t[:, None] * way + 0.5 * aside[:, None] * way[::-1] * (1, -1)) * max(shape)
    )
