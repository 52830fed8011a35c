"""Small branches, a whole generation at once: they leave their parents and meander over a terrain."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from lib.phantom.model import Points
from lib.phantom.trees.curves import cross, unit
from lib.phantom.trees.growth import Growth, murray

STRIDE_MM = 2.7
FINE = 6
"""A stride is divided into this many steps of 0.45 mm."""
DESCENT_MM = 0.9
"""So far a twig nears its surface per stride."""


class Terrain(Protocol):
    """Where twigs may run and where they want to go."""

    def settle(self, points_mm: Points) -> tuple[Points, Points]:
        """Return points (B, 3) moved to where twigs may be, and unit normals (B, 3)."""

    def current(self, points_mm: Points) -> Points:
        """Return the directions (B, 3) in which twigs are drawn."""


@dataclass(frozen=True)
class Habit:
    """How twigs of one kind grow.

    Attributes:
        spacing_mm: Mean distance between two side branches of a parent.
        angle_deg: Smallest and largest angle at which they leave.
        ratio: Their radius as a part of the parent's there.
        length_per_radius: Their length in radii.
        waviness: Swing of their direction in radians.
        wave_mm: Shortest and longest wave.
        pull: How much of the current they take on per mm.
        thinnest_mm: Thinner ones do not grow.
        fork_chance: Chance that a twig ends in a fork in the next generation.
        depth_swing: 1 when they swing in all directions, 0 when only within the terrain's surface.
    """

    spacing_mm: float = 12.0
    angle_deg: tuple[float, float] = (35.0, 75.0)
    ratio: tuple[float, float] = (0.35, 0.75)
    length_per_radius: tuple[float, float] = (35.0, 75.0)
    waviness: float = 0.4
    wave_mm: tuple[float, float] = (9.0, 40.0)
    pull: float = 0.02
    thinnest_mm: float = 0.22
    fork_chance: float = 0.5
    depth_swing: float = 0.0


@dataclass(frozen=True)
class Buds:
    """Where a generation begins; one row per twig."""

    parents: tuple[tuple[int, int], ...]
    starts_mm: Points
    headings: Points
    radii_mm: NDArray[np.float64]
    lengths_mm: NDArray[np.float64]


def sprout(
    growth: Growth, name: str, parents: tuple[int, ...], habit: Habit, terrain: Terrain, most: int = 200
) -> tuple[int, ...]:
    """Grow one generation of twigs on parents and return their indices."""
    buds = _buds(growth, parents, habit, terrain)
    n_buds = min(len(buds.parents), most)
    if n_buds <= 0:
        return ()
    kept = np.sort(growth.random.choice(len(buds.parents), n_buds, replace=False))
    chosen = Buds(
        tuple(buds.parents[k] for k in kept),
        *(rows[kept] for rows in (buds.starts_mm, buds.headings, buds.radii_mm, buds.lengths_mm)),
    )
    return plant(growth, name, chosen, habit, terrain)


def plant(growth: Growth, name: str, buds: Buds, habit: Habit, terrain: Terrain) -> tuple[int, ...]:
    """Grow a twig from each bud and return their indices."""
    paths = walk(buds, habit, terrain, growth.random)
    ends = growth.random.uniform(0.5, 0.8, len(paths))
    indices: list[int] = []
    for row, (parent, point) in enumerate(buds.parents):
        n_points = min(int(buds.lengths_mm[row] / STRIDE_MM * FINE) + 2, len(paths[row]))
        radii = buds.radii_mm[row] * np.linspace(1.0, ends[row], n_points)
        indices.append(growth.add(name, parent, point, paths[row, :n_points], radii))
    return tuple(indices)


def walk(buds: Buds, habit: Habit, terrain: Terrain, random: np.random.Generator) -> Points:
    """Return (B, N, 3) paths, all as long as the longest twig."""
    n_strides = int(np.ceil(buds.lengths_mm.max() / STRIDE_MM)) + 1
    swings = _swings(len(buds.parents), n_strides, habit, random)
    places, heading = buds.starts_mm.copy(), buds.headings.copy()
    path = [places]
    for stride in range(n_strides):
        rooted = min(stride / 2.0, 1.0)
        settled, normals = terrain.settle(places)
        places = places + _at_most(settled - places, rooted * DESCENT_MM)
        heading = heading + habit.pull * STRIDE_MM * terrain.current(places)
        heading -= (1 - habit.depth_swing) * rooted * _along(heading, normals)
        heading = unit(heading)
        aside = cross(normals, heading) * swings[stride, :, :1]
        step = unit(heading + aside + habit.depth_swing * normals * swings[stride, :, 1:])
        places = places + STRIDE_MM * step
        path.append(places)
    return _finer(np.stack(path, axis=1))


def _at_most(moves: Points, longest: float) -> Points:
    """Return moves (B, 3), shortened where they are too long."""
    lengths = np.sqrt(np.einsum("bd,bd->b", moves, moves))
    return np.asarray(moves * np.minimum(longest / np.maximum(lengths, 1e-9), 1.0)[:, None])


def _along(vectors: Points, normals: Points) -> Points:
    return np.asarray(np.einsum("bd,bd->b", vectors, normals)[:, None] * normals)


def _swings(n_twigs: int, n_strides: int, habit: Habit, random: np.random.Generator) -> NDArray[np.float64]:
    """Return (strides, B, 2) sideways parts of the steps: three sines each, growing along the way."""
    waves = np.exp(random.uniform(np.log(habit.wave_mm[0]), np.log(habit.wave_mm[1]), (3, n_twigs, 2)))
    phases = random.uniform(0, 2 * np.pi, (3, n_twigs, 2))
    sizes = random.normal(0, habit.waviness, (3, n_twigs, 2)) * np.sqrt(waves / habit.wave_mm[1])
    along = np.arange(n_strides)[:, None, None, None] * STRIDE_MM
    swings = (sizes * np.sin(2 * np.pi * along / waves + phases)).sum(axis=1)
    return np.asarray(swings * np.minimum(along[:, 0] / 8.0, 1.0))


def _finer(paths: Points) -> Points:
    """Return Catmull-Rom curves (B, N * FINE + 1, 3) through paths (B, N + 1, 3)."""
    padded = np.concatenate([2 * paths[:, :1] - paths[:, 1:2], paths, 2 * paths[:, -1:] - paths[:, -2:-1]], 1)
    s = np.arange(FINE) / FINE
    weights = 0.5 * np.stack(
        [-s + 2 * s**2 - s**3, 2 - 5 * s**2 + 3 * s**3, s + 4 * s**2 - 3 * s**3, -(s**2) + s**3]
    )
    n_pieces = paths.shape[1] - 1
    pieces = np.stack([padded[:, k : k + n_pieces] for k in range(4)])
    fine = np.einsum("kf,kbnd->bnfd", weights, pieces).reshape(len(paths), -1, 3)
    return np.concatenate([fine, paths[:, -1:]], axis=1)


def _buds(growth: Growth, parents: tuple[int, ...], habit: Habit, terrain: Terrain) -> Buds:
    """Draw where twigs leave their parents, how wide and in which direction."""
    random = growth.random
    origins: list[tuple[int, int]] = []
    radii: list[float] = []
    turns: list[float] = []
    for parent in parents:
        for point, radius, turn in _offshoots(growth, parent, habit):
            origins.append((parent, point))
            radii.append(radius)
            turns.append(turn)
    if not origins:
        none = np.zeros((0, 3))
        return Buds((), none, none, np.zeros(0), np.zeros(0))
    starts = np.stack([growth.drafts[parent].points_mm[point] for parent, point in origins])
    behind = np.stack([growth.drafts[parent].points_mm[max(point - 4, 0)] for parent, point in origins])
    forward = unit(starts - behind)
    headings = _turned(forward, starts, np.array(turns), habit, terrain, random)
    lengths = np.array(radii) * random.uniform(*habit.length_per_radius, len(radii))
    return Buds(tuple(origins), starts, headings, np.array(radii), lengths)


def _turned(
    forward: Points,
    starts: Points,
    turns: NDArray[np.float64],
    habit: Habit,
    terrain: Terrain,
    random: np.random.Generator,
) -> Points:
    """Return the parents' directions turned by angles, within the surface or anyhow."""
    normals = terrain.settle(starts)[1]
    normals = unit(normals + habit.depth_swing * 1.5 * random.normal(size=normals.shape))
    aside = unit(cross(normals, forward))
    return unit(np.cos(turns)[:, None] * forward + np.sin(turns)[:, None] * aside)


def _offshoots(growth: Growth, parent: int, habit: Habit) -> list[tuple[int, float, float]]:
    """Return point, radius and turn of each twig of a parent; the parent narrows as Murray has it."""
    random, draft = growth.random, growth.drafts[parent]
    n_points = len(draft.points_mm)
    n_sides = random.poisson(n_points * 0.45 / habit.spacing_mm)
    found: list[tuple[int, float, float]] = []
    side = random.choice([-1.0, 1.0])
    for point in np.sort(random.uniform(0.12, 0.93, n_sides) * (n_points - 1)).astype(int):
        ratio = random.uniform(*habit.ratio)
        radius = float(draft.radii_mm[point]) * ratio
        side = -side if random.random() < 0.7 else side
        if radius >= habit.thinnest_mm:
            found.append((int(point), radius, side * np.radians(random.uniform(*habit.angle_deg))))
            draft.radii_mm = _narrowed(draft.radii_mm, int(point), ratio)
    if (
        not growth.goes_on(parent)
        and random.random() < habit.fork_chance
        and draft.radii_mm[-1] > habit.thinnest_mm
    ):
        pair = murray(float(draft.radii_mm[-1]), random.uniform(0.55, 1.0))
        opening = np.radians(random.uniform(20, 45))
        found += [(n_points - 1, pair[0], -side * opening * 0.6), (n_points - 1, pair[1], side * opening)]
    return found


def _narrowed(radii_mm: NDArray[np.float64], point: int, ratio: float) -> NDArray[np.float64]:
    """Return radii that step down smoothly behind a side branch."""
    rest = np.cbrt(1 - min(ratio, 0.9) ** 3)
    step = np.clip((np.arange(len(radii_mm)) - point) / 6.0, 0.0, 1.0)
    return np.asarray(radii_mm * (1 - (1 - rest) * step))
