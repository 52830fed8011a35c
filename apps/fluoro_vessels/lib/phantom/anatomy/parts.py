"""What a territory's background is put together from, before it has the picture's size."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from lib.phantom.anatomy.rays import Map, Rays, to_picture, warped
from lib.phantom.anatomy.texture import cloud, warp_field
from lib.phantom.model import Depth, Layer, MovesWith

Irregular = Literal["bone", "large bone", "organ"]
WARPS_MM: dict[Irregular, tuple[float, float]] = {
    "bone": (14.0, 0.9),
    "large bone": (70.0, 2.0),
    "organ": (50.0, 3.0),
}
"""Size of the waves and how far they reach."""


@dataclass(frozen=True)
class Part:
    """Organs or bones on the coarse grid.

    Attributes:
        depth: (h, w) optical depth.
        moves_with: Whose motion they share.
        irregular: How far from perfect geometry they are.
    """

    depth: Map
    moves_with: MovesWith
    irregular: Irregular = "organ"


@dataclass(frozen=True)
class Scene:
    """All parts of a background.

    Attributes:
        parts: On the coarse grid.
        drawn: Drawn at full size already, such as lines.
        flesh: (h, w), 1 where the beam meets the body and 0 beside it; None if it meets it everywhere.
    """

    parts: list[Part] = field(default_factory=list)
    drawn: list[Layer] = field(default_factory=list)
    flesh: Map | None = None


def assemble(scene: Scene, rays: Rays, random: np.random.Generator) -> dict[MovesWith, Depth]:
    """Return one depth at the picture's size per kind of motion."""
    groups: dict[tuple[MovesWith, Irregular], Map] = {}
    for part in scene.parts:
        key = part.moves_with, part.irregular
        groups[key] = groups[key] + part.depth if key in groups else part.depth
    total: dict[MovesWith, Depth] = {}
    for (moves_with, irregular), depth in groups.items():
        size, amplitude = (mm * rays.view.pixels_per_mm / rays.cell_px for mm in WARPS_MM[irregular])
        aside = warp_field(
            (depth.shape[0], depth.shape[1]), size, random.uniform(0.3, 1.4) * amplitude, random
        )
        bent = to_picture(warped(depth, aside), rays)
        total[moves_with] = total[moves_with] + bent if moves_with in total else bent
    for layer in scene.drawn:
        known = total.get(layer.moves_with)
        total[layer.moves_with] = layer.depth if known is None else known + layer.depth
    return total


def happens(probability: float, random: np.random.Generator) -> bool:
    """Return True with a probability."""
    return bool(random.random() < probability)


def spongy(bones: Map, rays: Rays, random: np.random.Generator) -> Map:
    """Give bones the mottle of their trabeculae."""
    scale = rays.view.pixels_per_mm / rays.cell_px
    grain = cloud(
        (bones.shape[0], bones.shape[1]), 12 * scale, max(0.8 * scale, 1.0), -random.uniform(1.8, 2.8), random
    )
    return np.asarray(bones * (1 + np.float32(random.uniform(0.03, 0.14)) * grain))
