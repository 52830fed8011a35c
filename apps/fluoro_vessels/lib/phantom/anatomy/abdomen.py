"""The background of renal runs: lumbar spine, lowest ribs, liver, kidneys, psoas, bowel."""

import cv2
import numpy as np

from lib.phantom.anatomy.distractors import gas, soft_edges
from lib.phantom.anatomy.parts import Part, Scene, happens, spongy
from lib.phantom.anatomy.rays import Map, Rays, depth_of
from lib.phantom.anatomy.ribs import Cage, rib_bands
from lib.phantom.anatomy.solids import Solid, axes_along, bone, triple
from lib.phantom.anatomy.spine import spine
from lib.phantom.anatomy.strokes import draw
from lib.phantom.anatomy.texture import cloud
from lib.phantom.model import Layer


def draw_abdomen(rays: Rays, random: np.random.Generator) -> Scene:
    """Draw an abdomen; the isocentre lies before the first or second lumbar vertebra."""
    strength = random.uniform(0.5, 1.25)
    bones = spine((0.0, 45.0, 0.0), (-190, 190), True, strength, random)
    for side in (-1, 1):
        wing = Solid(
            (side * 90, 60, random.uniform(-200, -150)), (60, 9, 80), 0.024, axes_along((side * 0.5, 0.1, 1))
        )
        bones += bone(wing, 1.2, 0.006)
    parts = [
        Part(spongy(depth_of(bones, rays), rays, random), "still", "bone"),
        Part(depth_of(_muscles(random) + soft_edges(random, (0.0, -20.0, 0.0)), rays), "still"),
        Part(_soft(depth_of(_organs(random), rays), rays, random), "breath"),
        Part(_bowel(rays, random), "breath"),
    ]
    return Scene(parts, [_ribs(rays, 1.1 * strength, random)])


def _soft(depth: Map, rays: Rays, random: np.random.Generator) -> Map:
    """Blur edges of organs that breathe and have little fat around them."""
    sigma = random.uniform(0.3, 5) * rays.view.pixels_per_mm / rays.cell_px
    return np.asarray(cv2.GaussianBlur(depth, (0, 0), sigma))


def _muscles(random: np.random.Generator) -> list[Solid]:
    """Return the psoas muscles, whose edges fat makes visible, and the flanks."""
    dense = random.uniform(0, 0.004)
    wide = random.uniform(17, 28)
    muscles = [
        Solid((side * 42, 42, -75), (wide, 24, 125), dense, axes_along((side * -0.22, 0.12, 1)))
        for side in (-1, 1)
    ]
    body = Solid((0, 5, 0), (random.uniform(140, 190), random.uniform(95, 130), 480), 0.0045)
    return [*muscles, body]


def _organs(random: np.random.Generator) -> list[Solid]:
    """Return liver, spleen and kidneys; fat around them makes the edges."""
    dense = random.uniform(0.0008, 0.0045)
    liver = Solid((-75, -10, random.uniform(70, 110)), (90, 90, 85), dense, axes_along((0.3, 0, 1)))
    spleen = Solid((95, 35, random.uniform(80, 120)), (32, 45, 60), dense, axes_along((-0.3, 0, 1)))
    kidneys = [
        Solid(
            (side * random.uniform(58, 72), 40, 5 + side * 8 + random.normal(0, 8)),
            (28, 22, random.uniform(48, 60)),
            random.uniform(0.5, 1.4) * dense,
            axes_along((side * -0.28, 0.15, 1)),
        )
        for side in (-1, 1)
    ]
    return [liver, spleen, *kidneys]


def _bowel(rays: Rays, random: np.random.Generator) -> Map:
    """Return gas in pieces of bowel, and the mottle of what else is in them."""
    depth = rays.empty()
    scale = rays.view.pixels_per_mm / rays.cell_px
    for _ in range(int(random.integers(0, 7))):
        middle = random.normal((0, -45, -30), (75, 15, 65))
        if happens(0.7, random):
            depth += depth_of(gas(middle, random.uniform(10, 32), random), rays)
        else:
            shape = Solid(triple(middle), triple(random.uniform(20, 55, 3)), 1 / 40)
            filled = np.minimum(depth_of([shape], rays), 1)
            mottle = cloud((depth.shape[0], depth.shape[1]), 9 * scale, 1.5 * scale, -2.0, random)
            depth += filled * np.float32(random.uniform(0.02, 0.07)) * (mottle - np.float32(0.5))
    return depth


def _ribs(rays: Rays, strength: float, random: np.random.Generator) -> Layer:
    """Return the lowest ribs, which end free in the flank."""
    view = rays.view
    cage = Cage((0.0, 0.0), random.uniform(125, 145), random.uniform(85, 100), random.uniform(110, 170))
    bands = rib_bands(view, cage, (40, 160), strength, random)
    return Layer(
        draw(bands, (view.rows, view.columns), random.uniform(0.25, 0.5) * view.pixels_per_mm), "breath"
    )
