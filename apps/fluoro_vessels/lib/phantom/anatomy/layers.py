"""The background of a simulated run: everything that is neither vessel nor device."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from lib.phantom.anatomy.abdomen import draw_abdomen
from lib.phantom.anatomy.chest import draw_chest
from lib.phantom.anatomy.distractors import lines
from lib.phantom.anatomy.limb import draw_limb
from lib.phantom.anatomy.parts import Scene, assemble
from lib.phantom.anatomy.rays import Rays, rays_of, to_picture
from lib.phantom.anatomy.skull import draw_skull
from lib.phantom.anatomy.texture import cloud, shading, turned_cloud
from lib.phantom.imaging.view import View
from lib.phantom.model import Anatomy, Depth, Layer, MovesWith

Painter = Callable[[Rays, np.random.Generator], Scene]
PAINTERS: Final[Mapping[str, Painter]] = {
    "coronary": draw_chest,
    "cerebral": draw_skull,
    "peripheral": draw_limb,
    "renal": draw_abdomen,
}


def draw_anatomy(territory: str, view: View, random: np.random.Generator) -> Anatomy:
    """Draw what lies behind and before the vessels.

    Args:
        territory: "coronary", "cerebral", "peripheral" or "renal".
        view: Where the C-arm stands; the anatomy is three-dimensional and follows it.
        random: Where the patient comes from.

    Returns:
        At most one layer per kind of motion. Depths are relative to soft tissue: air is negative.
    """
    rays = rays_of(view)
    scene = PAINTERS[territory](rays, random)
    depths = assemble(scene, rays, random)
    flesh = np.float32(1) if scene.flesh is None else np.clip(to_picture(scene.flesh, rays), 0, 1)
    contrast = np.float32(random.uniform(0.3, 1.0))
    depths = {moves_with: contrast * depth for moves_with, depth in depths.items()}
    for moves_with, depth in _tissue(view, random).items():
        depths[moves_with] = depths.get(moves_with, np.float32(0)) + flesh * depth
    return Anatomy(tuple(Layer(depth.astype(np.float32), moves) for moves, depth in depths.items()))


def _tissue(view: View, random: np.random.Generator) -> dict[MovesWith, Depth]:
    """Return texture, shading and faint lines, which every picture has."""
    shape, scale = (view.rows, view.columns), view.pixels_per_mm
    strength = random.uniform(0.006, 0.05)
    grain = cloud(shape, 60 * scale, max(0.6 * scale, 1.5), -random.uniform(2.5, 3.0), random)
    still = strength * grain + random.uniform(0.02, 0.2) * shading(shape, random)
    moving = (
        strength * 0.7 * cloud(shape, 30 * scale, max(1.0 * scale, 2.0), -random.uniform(2.4, 2.9), random)
    )
    if random.random() < 0.5:
        sizes = random.uniform(8, 20) * scale, random.uniform(0.8, 2) * scale
        streaks = turned_cloud(shape, sizes, random.uniform(3, 8), random.uniform(0, 180), random)
        still += random.uniform(0.004, 0.02) * streaks
    still += lines(shape, scale, random.uniform(0, 0.05), random)
    return {"still": still.astype(np.float32), "breath": moving.astype(np.float32)}
