"""Ribs: curved bands with cortical edges."""

from dataclasses import dataclass

import numpy as np

from lib.phantom.anatomy.strokes import Area, Stroke, band
from lib.phantom.imaging.view import View
from lib.phantom.model import Points


@dataclass(frozen=True)
class Cage:
    """The rib cage as a slightly tapering oval tube.

    Attributes:
        middle_mm: x and y of its middle.
        half_width_mm: Half its width.
        half_depth_mm: Half its depth, front to back.
        slope_mm: How far a rib descends on its way to the front.
    """

    middle_mm: tuple[float, float]
    half_width_mm: float
    half_depth_mm: float
    slope_mm: float


def rib_curve(cage: Cage, z_mm: float, side: float, end_turn: float, random: np.random.Generator) -> Points:
    """Return the middle line of a rib.

    Args:
        cage: The patient's.
        z_mm: Height of its head at the spine.
        side: -1 right, 1 left.
        end_turn: Where its bone ends, 0 at the spine, 1 at the sternum.
        random: Small differences between ribs.
    """
    turn = np.linspace(0.012, end_turn, 40)
    bulge = 1 + random.normal(0, 0.015) + 0.02 * np.sin(3 * turn + random.uniform(0, 6))
    x = cage.middle_mm[0] + side * cage.half_width_mm * bulge * np.sin(np.pi * turn) ** 0.8
    y = cage.middle_mm[1] + cage.half_depth_mm * bulge * np.cos(np.pi * turn)
    slope = cage.slope_mm * random.uniform(0.85, 1.15)
    z = z_mm - slope * (1 - np.cos(np.pi * np.clip(turn, 0, 0.95))) / 2 + random.normal(0, 3)
    return np.stack([x, y, z], axis=1)


def rib_bands(
    view: View, cage: Cage, heights_mm: tuple[float, float], strength: float, random: np.random.Generator
) -> list[Stroke | Area]:
    """Return the bands of all ribs whose heads lie between two heights; strength 1 is about 0.15 inside."""
    step, ending, width = random.uniform(23, 30), random.uniform(0.66, 0.9), random.uniform(10, 14)
    bands: list[Stroke | Area] = []
    for z in np.arange(*heights_mm, step) + random.uniform(0, step):
        for side in (-1.0, 1.0):
            curve = rib_curve(cage, float(z), side, ending, random)
            yx, magnification = view.project(curve)
            inside = 0.1 * strength * random.uniform(0.7, 1.2)
            depths = (
                inside,
                0.06 * strength * random.uniform(0.4, 1.2),
                0.1 * strength * random.uniform(0.5, 1.2),
            )
            bands += band(yx, float(width * magnification.mean() / view.pixel_mm), depths)
    return bands
