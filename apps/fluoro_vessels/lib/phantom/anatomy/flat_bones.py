"""Hip bones, as outlines in space: too flat and too curved for ellipsoids."""

from typing import Final

import numpy as np
from scipy.interpolate import CubicSpline

from lib.phantom.anatomy.strokes import Area, Stroke, band, draw
from lib.phantom.imaging.view import View
from lib.phantom.model import Depth, Points

WING: Final = (
    (15, 60, 35),
    (32, 62, 72),
    (70, 45, 112),
    (108, 5, 110),
    (128, -20, 72),
    (118, -34, 38),
    (104, -20, 0),
    (84, 0, -18),
    (60, 20, -4),
    (36, 50, 12),
)
"""Outline of the left iliac wing: sacroiliac joint, crest, front spine, hip joint."""
RING: Final = (
    (76, -6, -40),
    (48, -30, -44),
    (14, -50, -60),
    (10, -52, -84),
    (26, -34, -104),
    (50, -8, -114),
    (66, 8, -92),
    (74, 4, -62),
)
"""Middle line of the bones round the left obturator foramen: pubis and sitting bone."""


def flat_bones(view: View, base_mm: float, strength: float, random: np.random.Generator) -> Depth:
    """Return iliac wings and pubic rings, (H, W).

    Args:
        view: Where the C-arm stands.
        base_mm: Height of the sacrum's middle.
        strength: Factor on the attenuation of bone.
        random: Where the patient comes from.
    """
    items: list[Stroke | Area] = []
    size = random.uniform(0.94, 1.06)
    scale = view.pixels_per_mm
    wing, edge, ring = strength * random.uniform((0.08, 0.06, 0.08), (0.2, 0.2, 0.2))
    for side in (-1, 1):
        outline, _ = view.project(_closed(np.array(WING) * (side, 1, 1) * size + (0, 0, base_mm), random))
        items += [Area(outline, wing), Stroke(outline, random.uniform(2, 5) * scale, edge)]
        middle, _ = view.project(_closed(np.array(RING) * (side, 1, 1) * size + (0, 0, base_mm), random))
        items += band(middle, random.uniform(11, 16) * scale, (ring, 0.6 * ring, 0.6 * ring))
    return draw(items, (view.rows, view.columns), random.uniform(0.4, 1.0) * scale)


def _closed(corners: Points, random: np.random.Generator) -> Points:
    """Return a smooth closed curve near corners, (120, 3)."""
    near = corners + random.normal(0, 2.0, corners.shape)
    near = np.concatenate([near, near[:1]])
    return np.asarray(
        CubicSpline(np.arange(len(near)), near, bc_type="periodic")(np.linspace(0, len(near) - 1, 120))
    )
