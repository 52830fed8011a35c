"""Arteries of the pelvis and the leg: the part that one field shows, from the aorta to the ankle.

The leg is laid out from the aortic bifurcation (0, 0, 0) downwards; the level that is filmed becomes the
isocentre, and what lies beyond its window does not grow.
"""

from dataclasses import dataclass

import numpy as np

from lib.phantom.model import Points, Tree
from lib.phantom.trees.body_surfaces import Flesh
from lib.phantom.trees.curves import evenly, meander, through
from lib.phantom.trees.growth import Growth, taper
from lib.phantom.trees.leg_anatomy import BRANCHES, TRUNK, TRUNK_CUTS_MM, TRUNK_RADII, SideBranch
from lib.phantom.trees.lesions import LesionPlan, with_lesions
from lib.phantom.trees.twigs import Habit, sprout

LEVELS_MM: dict[str, float] = {"pelvis": -75.0, "thigh": -320.0, "knee": -545.0, "calf": -740.0}
HALF_WINDOW_MM = 185.0


@dataclass(frozen=True)
class Window:
    """Which part of the body is filmed.

    Attributes:
        level_mm: z of the isocentre below the aortic bifurcation.
        centre_x_mm: x of the isocentre.
        slope: Tortuosity.
        scale: Size of the patient.
    """

    level_mm: float
    centre_x_mm: float
    slope: float
    scale: float

    def place(self, points_mm: Points, side: float) -> Points:
        """Return points of the textbook's leg where they lie around the isocentre."""
        return points_mm * [side, 1.0, 1.0] * self.scale - [self.centre_x_mm, 0.0, self.level_mm]

    def seen(self, points_mm: Points) -> tuple[int, int]:
        """Return first point and end of the first stretch that lies within the window."""
        inside = np.abs(points_mm[:, 2]) < HALF_WINDOW_MM
        if not inside.any():
            return 0, 0
        begin = int(np.argmax(inside))
        outside = np.flatnonzero(~inside[begin:])
        return begin, begin + int(outside[0]) if len(outside) else len(points_mm)


def grow_peripheral(random: np.random.Generator) -> Tree:
    """Grow the arteries of the pelvis (35 %), thigh, knee or calf."""
    level = str(random.choice(list(LEVELS_MM), p=[0.35, 0.2, 0.2, 0.25]))
    side = float(random.choice([-1.0, 1.0]))
    is_both = level == "pelvis" and random.random() < 0.65
    scale = float(random.normal(1.0, 0.05))
    aside = 0.0 if is_both else side * (40.0 if level == "pelvis" else 64.0) * scale
    slope = float(np.clip(random.gamma(2.0, 0.06), 0.02, 0.45))
    window = Window(LEVELS_MM[level] * scale, aside, slope, scale)
    growth = Growth("peripheral", random)
    if is_both:
        aorta = _add_aorta(growth, window)
        for each in (side, -side):
            _add_leg(growth, window, each, aorta)
    else:
        _add_leg(growth, window, side, None)
    return with_lesions(growth.tree(), LesionPlan.peripheral(), random)


def _add_aorta(growth: Growth, window: Window) -> tuple[int, int]:
    random = growth.random
    corners = np.array([[2.0, -6, 125], [0, -7, 85], [1, -6, 40], [0, 0, 0]]) + random.normal(0, 1.5, (4, 3))
    corners[-1] = 0.0
    placed = window.place(corners, 1.0)
    points = growth.curve(placed, 0.4 * window.slope, (50.0, 140.0))
    begin, end = window.seen(points)
    radius = random.uniform(7.0, 10.0)
    lumbar = Habit(spacing_mm=22.0, angle_deg=(60, 95), ratio=(0.1, 0.16), length_per_radius=(25, 60),
                   waviness=0.2, fork_chance=0.0)  # fmt: skip
    index = growth.add(
        "infrarenal aorta", None, 0, points[begin:end], taper(end - begin, radius, radius * 0.88)
    )
    drift = Flesh(np.array([0.0, 0.3, -0.6]), np.array([0.0, 1.0, 0.0]))
    sprout(growth, "lumbar artery", (index,), lumbar, drift, most=6)
    return growth.end(index)


def _add_leg(growth: Growth, window: Window, side: float, origin: tuple[int, int] | None) -> None:
    """Add the trunk from the common iliac to the popliteal artery, then what leaves it."""
    random = growth.random
    jitter = random.normal(0, 2.5, TRUNK.shape)
    jitter[0] = 0.0
    corners = window.place(TRUNK + jitter, side)
    if origin is not None:
        corners[0] = growth.place(origin)[0]
    whole = evenly(meander(through(corners), window.slope, random, (25.0, 120.0)))
    heights = (whole[:, 2] + window.level_mm) / window.scale
    calibre = random.uniform(0.8, 1.15)
    radii = calibre * np.interp(-heights, *TRUNK_RADII.T)
    begin, end = window.seen(whole)
    if end - begin < 10:
        return
    word = "left" if side > 0 else "right"
    chain = _add_segments(growth, word, whole[begin:end], radii[begin:end], heights[begin:end], origin)
    for plan in BRANCHES:
        _add_branch(growth, window, side, chain, plan)
    _add_muscular(growth, chain)


def _add_segments(
    growth: Growth,
    word: str,
    points: Points,
    radii: Points,
    heights: Points,
    origin: tuple[int, int] | None,
) -> tuple[int, ...]:
    """Add those named segments of the trunk that the window shows."""
    names: list[str] = []
    cuts: list[float] = []
    for name, top, bottom in TRUNK_CUTS_MM:
        inside = np.flatnonzero((heights <= top) & (heights > bottom))
        if len(inside) > 8:
            names.append(f"{word} {name}")
            cuts.append(float(inside[-1] + 1) / (len(points) - 1))
    return growth.chain(tuple(names), tuple(cuts[:-1]), origin, points, radii)


def _add_branch(
    growth: Growth, window: Window, side: float, chain: tuple[int, ...], plan: SideBranch
) -> None:
    """Add a branch where its origin is in the window, and its own branches."""
    random = growth.random
    if random.random() > plan.chance:
        return
    at = _nearest(growth, chain, plan.leaves_mm * window.scale - window.level_mm)
    if at is None:
        return
    start = growth.place(at)[0]
    way = np.array(plan.way, dtype=np.float64) + random.normal(0, 2.5, (len(plan.way), 3))
    corners = np.concatenate([start[None], window.place(way, side)])
    points = growth.curve(corners, window.slope + plan.extra_slope, (14.0, 90.0))
    end = window.seen(points)[1]
    if end < 12:
        return
    calibre = random.uniform(0.8, 1.15)
    word = "left" if side > 0 else "right"
    radii = taper(len(points), plan.radii_mm[0] * calibre, plan.radii_mm[1] * calibre)
    index = growth.add(f"{word} {plan.name}", *at, points[:end], radii[:end])
    for child in plan.children:
        _add_branch(growth, window, side, (index,), child)


def _nearest(growth: Growth, chain: tuple[int, ...], height_mm: float) -> tuple[int, int] | None:
    """Return the point of a chain that is nearest to a height; None where the chain does not reach it."""
    gaps = [np.abs(growth.drafts[index].points_mm[:, 2] - height_mm) for index in chain]
    best = int(np.argmin([gap.min() for gap in gaps]))
    if gaps[best].min() > 6.0:
        return None
    return chain[best], int(np.argmin(gaps[best]))


def _add_muscular(growth: Growth, chain: tuple[int, ...]) -> None:
    """Add muscular side branches everywhere but on the aorta and common iliac, two generations."""
    sources = tuple(
        index
        for index in range(chain[0], len(growth.drafts))
        if "common iliac" not in growth.drafts[index].name
    )
    habit = Habit(
        spacing_mm=26.0, angle_deg=(25.0, 65.0), ratio=(0.2, 0.45), length_per_radius=(35.0, 85.0),
        waviness=0.28, wave_mm=(10.0, 45.0), pull=0.012, thinnest_mm=0.3, fork_chance=0.0, depth_swing=0.6,
    )  # fmt: skip
    drift = Flesh(np.array([0.0, 0.0, -1.0]), np.array([0.0, 1.0, 0.0]))
    first = sprout(growth, "muscular branch", sources, habit, drift, most=26)
    sprout(growth, "muscular twig", first, habit, drift, most=22)
