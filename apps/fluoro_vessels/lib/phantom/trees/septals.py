"""Septal branches of the LAD."""

import numpy as np

from lib.phantom.trees.curves import unit
from lib.phantom.trees.growth import Growth
from lib.phantom.trees.heart_surface import Septum
from lib.phantom.trees.twigs import Buds, Habit, plant, sprout


def add_septals(growth: Growth, chain: tuple[int, ...], septum: Septum, richness: float) -> None:
    """Add septal branches that dive from the LAD into the wall, the first the largest."""
    random = growth.random
    n_septals = int(np.clip(random.poisson(6 * richness), 2, 12))
    leaves = np.sort(random.uniform(0.1, 0.85, n_septals))
    at = tuple(growth.on(chain, leave) for leave in leaves)
    placed = [growth.place(place) for place in at]
    radii = np.array([place[2] for place in placed]) * random.uniform(0.28, 0.5, n_septals)
    radii[0] = placed[0][2] * random.uniform(0.35, 0.55)
    headings = unit(0.5 * np.stack([place[1] for place in placed]) + septum.inwards)
    headings = unit(headings + random.normal(0, 0.12, headings.shape))
    lengths = np.clip(radii * random.uniform(40, 80, n_septals), 8.0, 45.0)
    habit = Habit(spacing_mm=14.0, waviness=0.12, pull=0.015, depth_swing=1.0, angle_deg=(20.0, 45.0))
    buds = Buds(at, np.stack([place[0] for place in placed]), headings, np.maximum(radii, 0.3), lengths)
    septals = plant(growth, "septal", buds, habit, septum)
    sprout(growth, "septal twig", septals, habit, septum, most=12)
