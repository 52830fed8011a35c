"""Lung fields with their own, never contrast-filled, blood vessels."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lib.phantom.anatomy.rays import Map, Rays, Span, length, span
from lib.phantom.anatomy.solids import Solid
from lib.phantom.anatomy.strokes import Area, Stroke, draw
from lib.phantom.anatomy.texture import cloud
from lib.phantom.imaging.view import View
from lib.phantom.model import Depth, Points

BLOOD_PER_MM = 0.013
"""What a vessel attenuates more than the lung around it."""


@dataclass(frozen=True)
class Air:
    """What lungs do to the depth, and what heart and diaphragm take back from them.

    Attributes:
        lungs: (h, w) mm of lung, as if nothing else were there.
        heart: (h, w) mm of it that the heart fills.
        mediastinum: (h, w) mm of it that the mediastinum fills, heart aside.
        domes: (h, w) mm of it that the diaphragm's domes fill, all others aside.
    """

    lungs: Map
    heart: Map
    mediastinum: Map
    domes: Map

    @property
    def left_over(self) -> Map:
        """(h, w) mm of air."""
        return np.maximum(self.lungs - self.heart - self.mediastinum - self.domes, 0)


def air(lungs: list[Solid], heart: Solid, mediastinum: Solid, domes: list[Solid], rays: Rays) -> Air:
    """Return how lungs, heart, mediastinum and domes share each ray.

    By inclusion and exclusion, each lung with its own dome.
    """
    h, m = span(heart, rays), span(mediastinum, rays)
    shares = [
        _share(span(lung, rays), h, m, span(dome, rays)) for lung, dome in zip(lungs, domes, strict=True)
    ]
    return Air(*(np.add.reduce([share[i] for share in shares]) for i in range(4)))


def _share(lung: Span, h: Span, m: Span, d: Span) -> tuple[Map, Map, Map, Map]:
    """Return mm of lung, and of heart, mediastinum and dome in it, each without those before it."""
    vessels = length(lung, m) - length(lung, m, h)
    dome = length(lung, d) - length(lung, d, h) - length(lung, m, d) + length(lung, m, d, h)
    return length(lung), length(lung, h), vessels, dome


def lung_tree(
    hilum_mm: Points, away: float, random: np.random.Generator
) -> list[tuple[Points, NDArray[np.float64]]]:
    """Grow the vessels of one lung.

    Args:
        hilum_mm: (1, 3), where they enter.
        away: -1 for the right lung, 1 for the left.
        random: Where the patient comes from.

    Returns:
        Per generation (N, 5, 3) curves in mm and (N,) their diameters.
    """
    n = int(random.integers(6, 11))
    at = np.repeat(hilum_mm, n, axis=0) + random.normal(0, 6, (n, 3))
    way = random.normal((away, 0, 0), 0.75, (n, 3))
    width = random.uniform(3.5, 6.5, n)
    tree: list[tuple[Points, NDArray[np.float64]]] = []
    for _ in range(6):
        way /= np.linalg.norm(way, axis=1, keepdims=True)
        run = (random.uniform(7, 15, n) * np.sqrt(width))[:, None]
        end = at + run * way
        bow = 0.12 * run * random.normal(0, 1, (n, 3))
        t = np.linspace(0, 1, 5)[None, :, None]
        tree.append((at[:, None] * (1 - t) + end[:, None] * t + 4 * t * (1 - t) * bow[:, None], width))
        at, way = np.repeat(end, 2, axis=0), np.repeat(way, 2, axis=0) + random.normal(0, 0.45, (2 * n, 3))
        width = np.repeat(width, 2) * random.uniform(0.55, 0.88, 2 * n)
        n *= 2
    return tree


def vessel_strokes(view: View, hila_mm: Points, random: np.random.Generator) -> list[Stroke | Area]:
    """Return the vessels of both lungs that can be seen; right hilum first."""
    strokes: list[Stroke | Area] = []
    for hilum, away in zip(hila_mm, (-1.0, 1.0), strict=True):
        for curves, diameters in lung_tree(hilum[None], away, random):
            yx, magnification = view.project(curves.reshape(-1, 3))
            yx, scale = yx.reshape(-1, 5, 2), magnification.reshape(-1, 5).mean(axis=1) / view.pixel_mm
            inside = ((yx[:, 2] > -40) & (yx[:, 2] < (view.rows + 40, view.columns + 40))).all(axis=1)
            strokes += [
                Stroke(yx[i], diameters[i] * scale[i], 0.8 * BLOOD_PER_MM * min(diameters[i], 4.5))
                for i in np.flatnonzero(inside & (diameters * scale > 1.1))
            ]
    return strokes


def lung_texture(
    view: View, hila_mm: Points, relative: Depth, strength: float, random: np.random.Generator
) -> Depth:
    """Return vessels and mottle of the lungs, (H, W), only where there is lung in the beam.

    Args:
        view: Where the C-arm stands.
        hila_mm: (2, 3), right and left.
        relative: (H, W) lung in the beam, 1 for a whole lung.
        strength: Factor; 1 is what one sees mostly.
        random: Where the patient comes from.
    """
    shape, scale = (view.rows, view.columns), view.pixels_per_mm
    lines = draw(
        vessel_strokes(view, hila_mm, random), shape, blur_px=random.uniform(0.35, 0.8) * scale * 0.5
    )
    mottle = cloud(shape, 16 * scale, max(1.2 * scale, 2), -random.uniform(2.0, 2.8), random)
    return np.asarray(
        np.float32(strength) * relative * (lines + np.float32(random.uniform(0.01, 0.05)) * mottle)
    )
