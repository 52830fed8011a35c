"""The background of coronary runs: heart, lungs, diaphragm, spine, ribs."""

from dataclasses import dataclass

import cv2
import numpy as np

from lib.phantom.anatomy.distractors import gas, soft_edges
from lib.phantom.anatomy.lungs import Air, air, lung_texture
from lib.phantom.anatomy.parts import Part, Scene, happens, spongy
from lib.phantom.anatomy.rays import Map, Rays, depth_of, to_picture
from lib.phantom.anatomy.ribs import Cage, rib_bands
from lib.phantom.anatomy.solids import Solid, axes_along, rod, triple
from lib.phantom.anatomy.spine import spine
from lib.phantom.anatomy.strokes import Area, Stroke, draw, projected
from lib.phantom.model import Layer


@dataclass(frozen=True)
class Chest:
    """The patient's large organs; the heart's middle is the origin.

    Attributes:
        midline_mm: x of the sternum and the spine.
        heart: Muscle and blood, about as large as the coronary arteries need.
        lungs: Right, left.
        mediastinum: Great vessels, oesophagus, fat between the lungs.
        domes: Diaphragm with liver, diaphragm with stomach and spleen.
        lung_per_mm: What lung attenuates less than soft tissue.
    """

    midline_mm: float
    heart: Solid
    lungs: list[Solid]
    mediastinum: Solid
    domes: list[Solid]
    lung_per_mm: float


def draw_chest(rays: Rays, random: np.random.Generator) -> Scene:
    """Draw a chest."""
    chest = _patient(random)
    shared = air(chest.lungs, chest.heart, chest.mediastinum, chest.domes, rays)
    bones = _bones(chest, random)
    scene = Scene(
        [
            Part(
                chest.lung_per_mm * _fuzzy(shared.mediastinum - shared.lungs, (1.5, 8.0), rays, random),
                "still",
            ),
            Part(chest.lung_per_mm * _fuzzy(shared.heart, (0.3, 2.0), rays, random), "heart"),
            Part(chest.lung_per_mm * _fuzzy(shared.domes, (0.3, 1.0), rays, random), "breath"),
            Part(spongy(depth_of(bones, rays), rays, random), "still", "bone"),
            Part(depth_of(_in_the_heart(random), rays), "heart"),
            Part(depth_of(_stomach(chest, random), rays), "breath"),
            Part(depth_of(_bronchi(chest, random), rays), "breath"),
            Part(depth_of(soft_edges(random, (-70.0, -120.0, 0.0)), rays), "still"),
        ]
    )
    return Scene(scene.parts, _lines(chest, shared, rays, random))


def _fuzzy(millimetres: Map, width_mm: tuple[float, float], rays: Rays, random: np.random.Generator) -> Map:
    """Soften an edge: there is fat around organs, and no organ is an ellipsoid."""
    sigma = random.uniform(*width_mm) * rays.view.pixels_per_mm / rays.cell_px
    return np.asarray(cv2.GaussianBlur(millimetres, (0, 0), sigma))


def _patient(random: np.random.Generator) -> Chest:
    """Draw a patient."""
    size = random.uniform(0.9, 1.12)
    midline = random.uniform(-38, -18)
    back, breath = random.uniform(22, 42), random.normal(0, 14)
    way = (random.uniform(0.5, 0.8), -random.uniform(0.3, 0.6), -random.uniform(0.3, 0.7))
    heart = Solid(
        (4, 0, 0),
        (random.uniform(44, 56), random.uniform(42, 52), random.uniform(56, 70)),
        1,
        axes_along(way),
    )
    lungs = [
        Solid((midline + side * 72 * size, back, 25), (62 * size, 88 * size, 145 * size), 1)
        for side in (-1, 1)
    ]
    mediastinum = Solid((midline, back, 60), (random.uniform(24, 36), 120, 190), 1)
    lower = (-112 + breath + random.normal(0, 4), -120 + breath + random.normal(0, 8))
    domes = [
        Solid((midline + side * 72 * size, back + 5, z), (84 * size, 104 * size, random.uniform(70, 88)), 1)
        for side, z in zip((-1, 1), lower, strict=True)
    ]
    return Chest(midline, heart, lungs, mediastinum, domes, random.uniform(0.006, 0.0125))


def _bones(chest: Chest, random: np.random.Generator) -> list[Solid]:
    """Return spine and shoulder blades."""
    middle = (chest.midline_mm, random.uniform(68, 88), 0.0)
    bones = spine(middle, (-135, 135), False, random.uniform(0.4, 1.25), random)
    if happens(0.3, random):
        ends = [(140, 95, 20), (95, 110, 130)]
        bones.append(rod(ends, (18, 2.5), 0.02))
    return bones


def _in_the_heart(random: np.random.Generator) -> list[Solid]:
    """Return chambers with a little contrast medium left from before."""
    stains: list[Solid] = []
    if happens(0.2, random):
        stains.append(
            Solid((12, -8, -12), (22, 20, 38), random.uniform(0.001, 0.004), axes_along((0.7, -0.5, -0.6)))
        )
    if happens(0.2, random):
        place = random.normal((-16, 0, 28), 4)
        stains.append(Solid(triple(place), (15, 15, 20), random.uniform(0.002, 0.008)))
    if happens(0.15, random):
        stains += [
            Solid(triple(random.normal((0, 5, -5), 22)), triple(random.uniform(1, 3, 3)), 0.05)
            for _ in range(3)
        ]
    return stains


def _stomach(chest: Chest, random: np.random.Generator) -> list[Solid]:
    """Return the stomach's air bubble and gas of the colon under the diaphragm."""
    left = np.add(chest.domes[1].centre_mm, (0, -10, chest.domes[1].radii_mm[2] - 28))
    return gas(left, 22.0, random) if happens(0.5, random) else []


def _bronchi(chest: Chest, random: np.random.Generator) -> list[Solid]:
    """Return trachea and main bronchi, tubes of air."""
    if not happens(0.6, random):
        return []
    fork = np.array([chest.midline_mm, 35.0, random.uniform(55, 80)])
    less = -random.uniform(0.004, 0.009)
    lower = [np.add(fork, (side * 42, 4, -32)) for side in (-1, 1)]
    return [
        rod([fork, np.add(fork, (0, 5, 90))], (8, 7), less),
        *(rod([fork, end], (6, 6), less) for end in lower),
        *(rod([end, np.add(end, (np.sign(end[0] - fork[0]) * 18, -4, -43))], (4, 4), less) for end in lower),
    ]


def _lines(chest: Chest, shared: Air, rays: Rays, random: np.random.Generator) -> list[Layer]:
    """Return lung vessels, ribs and calcified lines, at full size."""
    view = rays.view
    shape = view.rows, view.columns
    relative = to_picture(shared.left_over, rays) / np.float32(110)
    hila = np.array([[chest.midline_mm + side * 36, 30, random.uniform(5, 35)] for side in (-1, 1)])
    lungs = lung_texture(view, hila, np.clip(relative, 0, 1.3), random.uniform(0.5, 1.6), random)
    cage = Cage(
        (chest.midline_mm, chest.lungs[0].centre_mm[1]),
        random.uniform(125, 145),
        random.uniform(92, 108),
        random.uniform(60, 110),
    )
    strength = random.choice([0.15, 0.4, 0.7, 1.0, 1.3])
    ribs = draw(
        rib_bands(view, cage, (-70, 170), strength, random),
        shape,
        random.uniform(0.25, 0.6) * view.pixels_per_mm,
    )
    layers = [Layer(lungs, "breath"), Layer(ribs, "still")]
    if happens(0.08, random):
        layers.append(Layer(draw(_calcified_ring(rays, random), shape), "heart"))
    return layers


def _calcified_ring(rays: Rays, random: np.random.Generator) -> list[Stroke | Area]:
    """Return pieces of a calcified mitral ring."""
    turn = np.linspace(0, random.uniform(1.5, 4.5), 40) + random.uniform(0, 6)
    ring = np.stack([12 * np.cos(turn), 12 + 12 * np.sin(turn), 9 * np.sin(turn + 1)], axis=1)
    ring += np.cumsum(random.normal(0, 0.35, ring.shape), axis=0)
    depth = random.uniform(0.03, 0.15)
    return [projected(rays.view, ring[i : i + 4], random.uniform(1.5, 4), depth) for i in range(0, 36, 3)]
