"""Renal arteries: one kidney, selectively injected or with a piece of the aorta."""

from dataclasses import dataclass

import numpy as np

from lib.phantom.model import Points, Tree
from lib.phantom.trees.body_surfaces import Ellipsoid
from lib.phantom.trees.curves import unit
from lib.phantom.trees.growth import Growth, murray, rest_of, taper
from lib.phantom.trees.lesions import LesionPlan, with_lesions
from lib.phantom.trees.twigs import Habit, sprout


@dataclass(frozen=True)
class Kidney:
    """A kidney beside the aorta.

    Attributes:
        side: 1 left, -1 right.
        frame: (3, 3) rows: away from the hilum, backwards, long axis upwards.
        centre_mm: (3,).
        half_axes_mm: (3,) along the rows of `frame`.
        slope: Tortuosity.
    """

    side: float
    frame: Points
    centre_mm: Points
    half_axes_mm: Points
    slope: float

    def at(self, directions: Points, depth: float) -> Points:
        """Return points (N, 3) in directions of the kidney's frame, at a share of the way to its surface."""
        return np.asarray((unit(directions) * self.half_axes_mm * depth) @ self.frame + self.centre_mm)


def draw_kidney(random: np.random.Generator) -> Kidney:
    """Draw a kidney: its upper pole leans to the spine, its hilum looks to the front."""
    side = float(random.choice([-1.0, 1.0]))
    lean, turn = np.radians([random.normal(16, 6), random.normal(25, 8)])
    upwards = np.array([-side * np.sin(lean), 0.15, np.cos(lean)])
    upwards = upwards / np.linalg.norm(upwards)
    away = np.array([side * np.cos(turn), np.sin(turn), 0.0])
    away = unit(away - upwards * (away @ upwards))
    frame = np.stack([away, np.cross(upwards, away), upwards])
    half = np.array([27.0, 21.0, 54.0]) * random.normal(1.0, 0.09)
    centre = np.array([side * random.uniform(22, 34), 14.0, random.normal(-8, 8)])
    return Kidney(side, frame, centre, half, float(np.clip(random.gamma(2.5, 0.08), 0.05, 0.5)))


def grow_renal(random: np.random.Generator) -> Tree:
    """Grow the arteries of one kidney."""
    kidney = draw_kidney(random)
    growth = Growth("renal", random)
    trunk = _add_trunk(growth, kidney)
    interlobar = _add_segmental(growth, kidney, trunk)
    inner = Ellipsoid(kidney.centre_mm, _spread(kidney) * 0.74, kidney.centre_mm)
    outer = Ellipsoid(kidney.centre_mm, _spread(kidney) * 0.9, kidney.centre_mm)
    arcuate = Habit(
        spacing_mm=10.0, angle_deg=(40.0, 85.0), length_per_radius=(30.0, 60.0), waviness=0.25,
        fork_chance=0.95, thinnest_mm=0.2,
    )  # fmt: skip
    first = sprout(growth, "arcuate artery", interlobar, arcuate, inner, most=55)
    small = Habit(
        spacing_mm=7.0,
        ratio=(0.6, 0.9),
        length_per_radius=(20.0, 45.0),
        waviness=0.25,
        pull=0.08,
        thinnest_mm=0.18,
    )
    sprout(growth, "interlobular artery", first, small, outer, most=55)
    return with_lesions(growth.tree(), LesionPlan.renal(), random)


def _spread(kidney: Kidney) -> Points:
    """Return the half axes along x, y, z of a kidney whose lean is neglected."""
    return np.asarray(np.sqrt((kidney.frame**2).T @ kidney.half_axes_mm**2))


def _add_trunk(growth: Growth, kidney: Kidney) -> int:
    """Add the renal artery, behind a piece of aorta in some."""
    random = growth.random
    side = kidney.side
    hilum = kidney.at(np.array([[-1.0, -0.3, random.normal(0, 0.1)]]), 0.95)[0]
    wall = np.array([-side * random.uniform(28, 40), random.normal(-4, 2), random.uniform(2, 18)])
    origin: tuple[int, int] | None = None
    if random.random() < 0.25:
        origin = _add_aorta(growth, wall - np.array([side * 9.0, 0.0, 0.0]))
        wall = growth.place(origin)[0]
    corners = np.stack([wall, wall * 0.66 + hilum * 0.34, wall * 0.3 + hilum * 0.7, hilum])
    corners[1:3] += random.normal(0, 3.0, (2, 3)) + np.array([[side * 3, -5, 0], [0, 2, -2]])
    points = growth.curve(corners, kidney.slope, (18.0, 60.0))
    radius = float(np.clip(random.normal(2.7, 0.35), 1.9, 3.6))
    name = f"{'left' if side > 0 else 'right'} renal artery"
    parent, at = origin if origin is not None else (None, 0)
    return growth.add(name, parent, at, points, taper(len(points), radius, radius * 0.92))


def _add_aorta(growth: Growth, middle: Points) -> tuple[int, int]:
    random = growth.random
    corners = middle + np.array([[1.0, 0, 95], [0, 0, 25], [0, 0, -40], [-1.0, 0, -140]])
    points = growth.curve(corners + random.normal(0, 1.5, corners.shape), 0.05, (60.0, 150.0))
    radius = random.uniform(7.5, 11.0)
    index = growth.add("abdominal aorta", None, 0, points, taper(len(points), radius, radius * 0.9))
    return index, int(np.argmin(np.abs(points[:, 2] - middle[2])))


def _add_segmental(growth: Growth, kidney: Kidney, trunk: int) -> tuple[int, ...]:
    """Add two divisions, their segmental arteries and, from these, the interlobar arteries."""
    random = growth.random
    front, back = murray(float(growth.drafts[trunk].radii_mm[-1]), random.uniform(0.6, 0.85))
    heights = np.array([0.95, 0.45, -0.1, -0.6, -1.0]) + random.normal(0, 0.08, 5)
    interlobar: list[int] = []
    for radius, facing, chosen in ((front, -0.4, heights), (back, 0.6, heights[[0, 2, 4]] * 0.6)):
        name = "anterior division" if facing < 0 else "posterior division"
        division = _towards(
            growth,
            kidney,
            name,
            growth.end(trunk),
            kidney.at(np.array([[-0.75, facing, 0.0]]), 0.6)[0],
            radius,
        )
        share = radius / len(chosen) ** (1 / 3)
        for height in chosen:
            aim = np.array([0.25 - 0.4 * abs(height), facing, height * 1.2])
            at = growth.on((division,), random.uniform(0.5, 1.0))
            wide = share * random.uniform(0.85, 1.15)
            segment = _towards(growth, kidney, "segmental artery", at, kidney.at(aim[None], 0.42)[0], wide)
            interlobar += _add_interlobar(growth, kidney, segment, aim)
    return tuple(interlobar)


def _add_interlobar(growth: Growth, kidney: Kidney, segment: int, aim: Points) -> list[int]:
    random = growth.random
    n_branches = int(random.integers(2, 4))
    radius = rest_of(float(growth.drafts[segment].radii_mm[-1]), 0.0) / n_branches ** (1 / 3)
    found: list[int] = []
    for turn in np.linspace(-0.42, 0.42, n_branches):
        target = aim + random.normal([0.8, 0.0, turn], [0.25, 0.35, 0.15])
        at = growth.on((segment,), random.uniform(0.75, 1.0))
        wide = radius * random.uniform(0.85, 1.15)
        found.append(
            _towards(growth, kidney, "interlobar artery", at, kidney.at(target[None], 0.74)[0], wide)
        )
    return found


def _towards(
    growth: Growth, kidney: Kidney, name: str, at: tuple[int, int], end: Points, radius: float
) -> int:
    """Add a branch from a point of another to a point of the kidney."""
    start, heading, _ = growth.place(at)
    reach = float(np.linalg.norm(end - start))
    bend = start + 0.35 * reach * unit(0.5 * heading + (end - start) / max(reach, 1.0))
    middle = 0.35 * start + 0.65 * end + growth.random.normal(0, 0.04 * reach, 3)
    points = growth.curve(np.stack([start, bend, middle, end]), kidney.slope + 0.08, (8.0, 30.0))
    return growth.add(name, *at, points, taper(len(points), radius, max(0.75 * radius, 0.25)))
