"""The background of runs of the pelvis and the leg: long bones, muscle, fat, skin."""

import numpy as np
from numpy.typing import NDArray

from lib.phantom.anatomy.distractors import gas
from lib.phantom.anatomy.flat_bones import flat_bones
from lib.phantom.anatomy.parts import Part, Scene, happens, spongy
from lib.phantom.anatomy.rays import Rays, depth_of
from lib.phantom.anatomy.solids import Solid, axes_along, bone, rod, shaft, triple
from lib.phantom.anatomy.spine import spine
from lib.phantom.model import Layer

Vector = NDArray[np.float64]
REGIONS = ("pelvis", "thigh", "knee", "calf")


def draw_limb(rays: Rays, random: np.random.Generator) -> Scene:
    """Draw pelvis, thigh, knee or lower leg."""
    region = str(random.choice(REGIONS))
    strength = random.uniform(0.5, 1.3)
    lean = np.array([random.normal(0, 8), random.normal(0, 8), 0.0])
    base = random.uniform(-40, 70)
    if region == "pelvis":
        bones, soft = _pelvis(strength, base, random), _trunk(random)
    else:
        bones, soft = _leg_bones(region, strength, lean, random), _leg(region, lean, random)
    body = depth_of(soft, rays)
    parts = [
        Part(spongy(depth_of(bones, rays), rays, random), "still", "large bone"),
        Part(body, "still", "large bone"),
    ]
    if region == "pelvis" and happens(0.7, random):
        bowel = [bubble for _ in range(4) for bubble in gas(random.normal((0, -40, 60), 45), 22.0, random)]
        parts.append(Part(depth_of(bowel, rays), "breath"))
    drawn = [Layer(flat_bones(rays.view, base, strength, random), "still")] if region == "pelvis" else []
    return Scene(parts, drawn, flesh=np.clip(body / 0.25, 0, 1))


def _leg_bones(region: str, strength: float, lean: Vector, random: np.random.Generator) -> list[Solid]:
    """Return femur, or tibia and fibula, or both with the knee between them."""
    shift = random.normal(0, (12, 5, 0))
    knee = {"thigh": -250.0, "knee": random.uniform(-40, 40), "calf": 260.0}[region]
    joint = np.add(shift, (0.0, 0.0, knee))
    hard, soft = 0.05 * strength, 0.004 * strength
    wide = random.uniform(0.9, 1.15)
    femur = rod(
        [np.add(joint, (0, 4, 30)), np.add(joint + lean, (12, -4, 620))],
        (13 * wide, 13 * wide),
        hard,
        random.uniform(2.0, 3.2),
    )
    tibia = rod(
        [np.add(joint, (0, 4, -28)), np.add(joint - lean, (3, 8, -620))],
        (11.5 * wide, 11 * wide),
        hard,
        random.uniform(2.5, 4.5),
    )
    fibula = rod([np.add(joint, (-33, 20, -38)), np.add(joint - lean, (-28, 22, -630))], (5, 5), hard, 0.8)
    parts = shaft(femur, (random.uniform(3.5, 6.5), 1.0), soft) + shaft(
        tibia, (random.uniform(3, 5.5), 1.0), soft
    )
    parts += shaft(fibula, (random.uniform(1.8, 2.8), 0.8), soft)
    return parts + _knee(joint, 0.4 * hard, 0.006 * strength)


def _knee(joint: Vector, hard: float, soft: float) -> list[Solid]:
    """Return condyles, tibial plateau, knee-cap and the head of the fibula."""
    places = [
        ((-19, 8, 15), (21, 29, 24)),
        ((19, 8, 15), (21, 29, 24)),
        ((0, 6, -19), (37, 26, 14)),
        ((0, -32, 22), (20, 9, 22)),
        ((-33, 20, -34), (9, 9, 13)),
    ]
    solids = [Solid(triple(joint + place), triple(radii), hard) for place, radii in places]
    return [part for solid in solids for part in bone(solid, 0.9, soft)]


def _leg(region: str, lean: Vector, random: np.random.Generator) -> list[Solid]:
    """Return skin, fat and muscles of one leg, perhaps the edge of the other."""
    radius = {"thigh": 82.0, "knee": 62.0, "calf": 55.0}[region] * random.uniform(0.85, 1.25)
    fat = random.uniform(3, 22)
    top, bottom = lean * 0.5 + (0, 10, 420), lean * -0.5 + (0, 10, -420)
    dense, fatty = random.uniform(0.007, 0.012), random.uniform(0.0015, 0.004)
    parts = [
        rod([bottom, top], (radius, radius * 1.05), dense - fatty),
        rod([bottom, top], (radius - fat, (radius - fat) * 1.05), fatty),
    ]
    for _ in range(int(random.integers(3, 9))):
        place = random.normal((0, 10, 0), (radius * 0.4, radius * 0.4, 80))
        radii = random.uniform(8, 25), random.uniform(8, 25), random.uniform(60, 220)
        tilt = axes_along(random.normal((0, 0, 1), (0.12, 0.12, 0)))
        parts.append(
            Solid(triple(place), triple(radii), random.choice([-1, 1]) * random.uniform(0.0006, 0.0025), tilt)
        )
    if happens(0.25, random):
        aside = random.choice([-1, 1]) * random.uniform(1.9, 2.5) * radius
        parts.append(
            rod([np.add(bottom, (aside, 0, 0)), np.add(top, (aside, 0, 0))], (radius, radius), dense)
        )
    return parts


def _pelvis(strength: float, base: float, random: np.random.Generator) -> list[Solid]:
    """Return iliac wings, sacrum, hip joints, pubic and sitting bones, lower lumbar spine."""
    hard, soft = 0.03 * strength, 0.006 * strength
    parts = spine((0, 45, base + 40), (25, 160), True, 0.8 * strength, random)
    parts += bone(Solid((0, 62, base + 25), (48, 20, 55), 0.3 * hard, axes_along((0, 0.45, 1))), 1.0, soft)
    for side in (-1.0, 1.0):
        parts += bone(Solid((side * 90, 0, base - 42), (32, 30, 32), 0.5 * hard), 1.2, 0.4 * soft)
        parts += bone(Solid((side * 92, -2, base - 42), (23, 23, 23), 0.6 * hard), 0.9, 1.2 * soft)
        neck = axes_along((side * 0.8, 0.1, -0.6))
        parts += bone(Solid((side * 112, 2, base - 60), (14, 13, 30), 0.8 * hard, neck), 1.8, 1.5 * soft)
        parts += bone(Solid((side * 138, 8, base - 72), (16, 17, 26), 0.8 * hard), 1.2, 1.6 * soft)
        femur = rod([(side * 134, 4, base - 75), (side * 105, -4, base - 520)], (14, 14), 1.5 * hard, 0.5)
        parts += shaft(femur, (5.0, 2.5), soft)
    return parts


def _trunk(random: np.random.Generator) -> list[Solid]:
    """Return belly and thighs."""
    wide = random.uniform(150, 200)
    return [
        rod([(0, 5, -450), (0, 0, 450)], (wide, random.uniform(95, 130)), 0.005),
        rod([(0, 5, -450), (0, 5, random.uniform(-150, -110))], (random.uniform(4, 16), 130), -0.005),
    ]
