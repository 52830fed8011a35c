"""The background of cerebral runs: skull, its base, teeth, air cells, sutures."""

from dataclasses import replace

import numpy as np

from lib.phantom.anatomy.parts import Part, Scene, happens, spongy
from lib.phantom.anatomy.rays import Rays, depth_of
from lib.phantom.anatomy.solids import Solid, Triple, axes_along, bone, rod, triple
from lib.phantom.anatomy.strokes import Area, Stroke, draw, projected
from lib.phantom.model import Layer, Points

SIDES = (-1.0, 1.0)


def draw_skull(rays: Rays, random: np.random.Generator) -> Scene:
    """Draw a head; the isocentre lies a little below its middle, the base about 25 mm below that."""
    base = random.uniform(-36, -20)
    half = random.uniform(69, 80), random.uniform(88, 100), random.uniform(70, 80)
    middle = (0.0, random.uniform(0, 10), random.uniform(2, 12))
    strength = random.uniform(0.5, 1.2)
    vault, below = _vault(middle, half, strength, random), _skull_base(base, strength, random)
    outside = np.maximum.reduce([depth_of([part], rays) for part in _outside(middle, half)])
    rim = 0.25 + 0.75 / (1 + np.exp((base - rays.heights_mm) / random.uniform(3, 9)))
    scene = [
        Part(spongy(depth_of(below, rays), rays, random), "still", "bone"),
        Part(spongy(rim * depth_of(vault, rays), rays, random), "still", "large bone"),
        Part(depth_of(_air(base, random) + _teeth(base, random), rays), "still", "bone"),
        Part(outside, "still", "large bone"),
    ]
    return Scene(scene, _lines(rays, middle, half, random), np.minimum(outside / 0.2, 1))


def _vault(middle: Triple, half: Triple, strength: float, random: np.random.Generator) -> list[Solid]:
    """Return the vault: two tables of hard bone with spongy bone between them."""
    thick = random.uniform(4, 7)
    hard, diploe = 0.022 * strength, 0.01 * strength
    tables = [(0.0, hard), (1.4, diploe - hard), (thick - 1.4, hard - diploe), (thick, -hard)]
    return [Solid(middle, triple(np.array(half) - depth), step) for depth, step in tables]


def _outside(middle: Triple, half: Triple) -> list[Solid]:
    """Return scalp, brain, face and neck: what the air beside the head does not attenuate."""
    head = Solid(middle, triple(np.array(half) + 5), 0.008)
    return [
        head,
        Solid((0, -25, -75), (62, 68, 90), 0.006),
        rod([(0, 25, -60), (0, 30, -300)], (58, 60), 0.005),
    ]


def _skull_base(base: float, strength: float, random: np.random.Generator) -> list[Solid]:
    """Return petrous bones, sphenoid, orbits, clivus, jaw and the first vertebrae."""
    hard, soft = 0.035 * strength, 0.013 * strength
    parts = bone(
        Solid((0, 12, base - 8), (13, 9, 24), 0.6 * hard, axes_along((0, 0.5, 0.85))), 1.2, 0.6 * soft
    )
    parts += bone(Solid((0, -8, base + 8), (9, 7, 6), 0.8 * hard), 0.8, -0.004)
    for side in SIDES:
        parts += _side_of_the_base(side, base, hard, soft)
    for number in range(5):
        place = (0.0, 30.0 + 3 * number, base - 35 - 19 * number)
        parts += bone(Solid(place, (12, 9, 7), 0.6 * hard, shape="column", waist=0.2), 0.8, soft)
    shift = random.normal(0, 2.5, 3)
    return [replace(part, centre_mm=triple(shift + part.centre_mm)) for part in parts]


def _side_of_the_base(side: float, base: float, hard: float, soft: float) -> list[Solid]:
    """Return what is paired."""
    petrous = Solid((side * 38, 25, base), (10, 9, 31), 0.8 * hard, axes_along((side * 0.75, 0.6, 0.05)))
    mastoid = Solid((side * 44, 42, base - 10), (10, 16, 19), 0.7 * hard)
    orbit = Solid((side * 31, -58, base + 4), (19, 23, 17), 0.8 * hard)
    wing = rod([(side * 8, -22, base + 12), (side * 55, -38, base + 26)], (3.5, 3.5), 0.8 * hard)
    ramus = rod([(side * 48, 8, base - 15), (side * 40, -40, base - 85)], (14, 5), 0.7 * hard)
    jaw = rod([(side * 40, -40, base - 85), (side * 8, -75, base - 92)], (6, 13), 0.8 * hard)
    cheek = Solid((side * 44, -48, base - 16), (12, 9, 7), 0.7 * hard)
    parts = bone(petrous, 2.2, 1.2 * soft) + bone(mastoid, 1.5, 0.8 * soft) + bone(orbit, 1.0, -0.001)
    parts += bone(wing, 0.9, soft) + bone(ramus, 1.6, 0.7 * soft) + bone(jaw, 2.0, 0.8 * soft)
    return parts + bone(cheek, 1.2, soft)


def _air(base: float, random: np.random.Generator) -> list[Solid]:
    """Return sinuses and the air cells of mastoid and ethmoid."""
    less = -random.uniform(0.006, 0.014)
    places = [((12, -82, 30), (11, 6, 13)), ((8, -18, -2), (8, 11, 9)), ((30, -58, -28), (14, 15, 17))]
    sinuses = [
        Solid(triple(np.array(place) * (side, 1, 1) + (0, 0, base) + random.normal(0, 2, 3)), size, less)
        for side in SIDES
        for place, size in (
            (place, triple(random.uniform(0.7, 1.2) * np.array(size))) for place, size in places
        )
    ]
    sinuses += [Solid((side * 6, -60, base - 30), (4, 28, 22), less) for side in SIDES]
    cells: list[Solid] = []
    for x, y, z, spread in ((-44, 42, -10, 6), (44, 42, -10, 6), (0, -55, -2, 8)):
        middles = random.normal((x, y, base + z), spread, (int(random.integers(4, 20)), 3))
        cells += [Solid(triple(middle), triple(random.uniform(1.2, 4.5, 3)), less) for middle in middles]
    return sinuses + cells


def _teeth(base: float, random: np.random.Generator) -> list[Solid]:
    """Return two rows of teeth, some with metal fillings."""
    teeth: list[Solid] = []
    metal = float(random.choice([0.0, 0.15, 0.4]))
    for z, height in ((base - 62, 9.0), (base - 78, 8.0)):
        for turn in np.linspace(-1.35, 1.35, 15):
            place = random.normal((25 * np.sin(turn), -42 - 38 * np.cos(turn), z), 0.5)
            teeth.append(Solid(triple(place), (3.0, 3.0, height), 0.03))
            if happens(metal, random):
                teeth.append(
                    Solid(triple(np.add(place, (0, 0, 4))), triple(random.uniform(1.5, 3.5, 3)), 0.35)
                )
    return teeth


def _lines(rays: Rays, middle: Triple, half: Triple, random: np.random.Generator) -> list[Layer]:
    """Return sutures and the grooves of meningeal vessels (thin, bright) on the vault."""
    strokes: list[Stroke | Area] = []
    wide, deep = random.uniform(0.6, 1.4), random.uniform(0.02, 0.08)
    for begin, end in _suture_ends(random):
        strokes.append(projected(rays.view, _on_vault((begin, end), middle, half, 0.012, random), wide, deep))
    for side in SIDES:
        start = np.array([side, random.uniform(-0.4, -0.1), -0.2])
        for _ in range(int(random.integers(1, 6))):
            stop = np.add(start, (-0.6 * side, random.uniform(-0.1, 1.2), random.uniform(0.5, 1.1)))
            groove = _on_vault((start, stop), middle, half, 0.004, random)
            depth = random.uniform(0.3, 0.8) * deep
            strokes.append(projected(rays.view, groove, random.uniform(0.8, 2.2), depth))
    shape = rays.view.rows, rays.view.columns
    return [Layer(-draw(strokes, shape, 0.35 * rays.view.pixels_per_mm), "still")]


def _suture_ends(random: np.random.Generator) -> list[tuple[Points, Points]]:
    """Return begin and end, as directions from the middle: coronal, lambdoid, sagittal sutures."""
    front, back = random.uniform(-0.5, -0.2), random.uniform(0.6, 0.9)
    ends = [((side, front, -0.1), (0, front, 1.0)) for side in SIDES]
    ends += [((side, back + 0.2, -0.3), (0, back, 0.7)) for side in SIDES]
    ends.append(((0, front, 1.0), (0, back, 0.7)))
    return [(np.array(begin), np.array(end)) for begin, end in ends]


def _on_vault(
    ends: tuple[Points, Points], middle: Triple, half: Triple, jag: float, random: np.random.Generator
) -> Points:
    """Return a jagged line over the vault, (60, 3), between two directions."""
    t = np.linspace(0, 1, 60)[:, None]
    way = ends[0] * (1 - t) + ends[1] * t + random.normal(0, jag, (60, 3))
    way += np.sin(3 * t) * random.normal(0, 0.06, 3)
    way /= np.linalg.norm(way, axis=1, keepdims=True)
    return np.asarray(middle + way * (np.array(half) - 3))
