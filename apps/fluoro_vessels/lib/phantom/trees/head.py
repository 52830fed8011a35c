"""A head with the arteries that carotid and vertebral injections share."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from lib.phantom.model import Points
from lib.phantom.trees.body_surfaces import Ellipsoid, Flesh
from lib.phantom.trees.growth import Growth, taper
from lib.phantom.trees.twigs import Habit, sprout

Way: TypeAlias = Sequence[Sequence[float]]
"""Corners in the textbook's head, x away from the midline."""


@dataclass(frozen=True)
class Head:
    """What is drawn once for a head.

    Attributes:
        side: 1 left, -1 right.
        slope: Tortuosity.
        scale: Size relative to the textbook.
        brain: The outer surface of the brain.
    """

    side: float
    slope: float
    scale: float
    brain: Ellipsoid

    def corners(self, corners: Way, random: np.random.Generator) -> Points:
        """Return corners of the textbook in this head: mirrored, scaled, scattered by a millimetre or so."""
        points = np.array(corners, dtype=np.float64) * [self.side, 1.0, 1.0] * self.scale
        return points + random.normal(0.0, 1.1, points.shape)


def draw_head(random: np.random.Generator) -> Head:
    """Draw a head."""
    scale = float(random.normal(1.0, 0.05))
    side = float(random.choice([-1.0, 1.0]))
    half = np.array([63.0, 82.0, 60.0]) * scale * random.normal(1.0, 0.03, 3)
    brain = Ellipsoid(np.array([0.0, 5.0, 8.0]), half, np.array([side * 40.0, 0.0, -5.0]))
    return Head(side, float(np.clip(random.gamma(3.0, 0.08), 0.08, 0.6)), scale, brain)


def add_way(
    growth: Growth,
    head: Head,
    name: str,
    at: tuple[int, int],
    way: Way,
    radii_mm: tuple[float, float],
) -> int:
    """Add a branch that leaves a point and goes through corners of the textbook."""
    start = growth.place(at)[0]
    corners = np.concatenate([start[None], head.corners(way, growth.random)])
    points = growth.curve(corners, head.slope, (7.0, 40.0))
    return growth.add(name, *at, points, taper(len(points), *radii_mm))


def add_posterior(growth: Growth, head: Head, at: tuple[int, int], radius: float) -> int:
    """Add a posterior cerebral artery with its cortical branches."""
    way = [(18, 9, -18), (22, 20, -15), (18, 36, -10), (13, 50, -5), (10, 66, 2), (9, 78, 10)]
    index = add_way(growth, head, "posterior cerebral artery", at, way, (radius, 0.45))
    habit = Habit(spacing_mm=9.0, length_per_radius=(50.0, 110.0), thinnest_mm=0.2, depth_swing=0.7)
    lobe = Flesh(np.array([0.1 * head.side, 0.7, 0.5]), np.array([1.0, 0.0, 0.3]))
    first = sprout(growth, "posterior cortical artery", (index,), habit, lobe, most=10)
    sprout(growth, "posterior cortical twig", first, habit, lobe, most=18)
    return index
