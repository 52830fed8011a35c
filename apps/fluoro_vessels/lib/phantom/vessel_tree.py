"""Branching curves that look like a left coronary tree and the catheter that fills it."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

STEP_PX: Final = 0.7
OSTIUM: Final = (130.0, 215.0)
"""(y, x) of the tree's root in a picture of 512 x 512."""


@dataclass(frozen=True)
class Shape:
    """How a branch leaves the place where it begins."""

    heading: float
    """Radians from straight down towards smaller x."""
    length: float
    """Pixels."""
    radius: float
    """Pixels, at its beginning."""
    left_over: float
    """The part of the radius that is left at its end."""
    bend: float
    """Radians over the whole length."""


LEFT_MAIN: Final = Shape(-0.95, 60.0, 6.2, 0.9, 0.25)
LEFT_ANTERIOR_DESCENDING: Final = Shape(-0.55, 330.0, 4.6, 0.38, 0.55)
CIRCUMFLEX: Final = Shape(0.75, 300.0, 4.2, 0.38, -0.85)


@dataclass(frozen=True)
class Branch:
    """One vessel: its middle line with the radius at each point."""

    points: NDArray[np.float64]
    """(N, 2), y and x in pixels."""
    radii: NDArray[np.float64]
    """(N,), pixels."""
    ways: NDArray[np.float64]
    """(N,), pixels along the vessels from the ostium."""


def coronary_tree(random: np.random.Generator) -> list[Branch]:
    """Grow a tree of about twenty branches; the first one is the trunk."""
    trunk = _grow(random, np.array(OSTIUM), LEFT_MAIN, 0.0)
    branches = [trunk]
    for shape in (LEFT_ANTERIOR_DESCENDING, CIRCUMFLEX):
        main = _grow(random, trunk.points[-1], shape, float(trunk.ways[-1]))
        branches += [main, *_side_branches(random, main, depth=2)]
    return branches


def catheter(tip: NDArray[np.float64]) -> Branch:
    """Return the catheter: down the aorta from the upper edge and round into the ostium."""
    t = np.linspace(0, 1, 900)[:, None]
    bezier = np.array([(-5.0, 212.0), (60.0, 150.0), (190.0, 122.0), (158.0, 190.0), tip])
    weights = np.hstack([_choose(4, k) * t**k * (1 - t) ** (4 - k) for k in range(5)])
    return Branch(weights @ bezier, np.full(900, 2.6), np.zeros(900))


def _side_branches(random: np.random.Generator, parent: Branch, depth: int) -> list[Branch]:
    """Grow branches from a branch, on alternating sides, and theirs in turn."""
    if depth == 0:
        return []
    grown: list[Branch] = []
    n_points = len(parent.points)
    places = np.sort(random.uniform(0.14, 0.86, size=3 + depth))
    for number, place in enumerate(places):
        at = int(place * n_points)
        side = 1 if number % 2 else -1
        shape = Shape(
            heading=_heading(parent.points, at) + side * random.uniform(0.55, 0.95),
            length=(1 - 0.5 * place) * 0.42 * n_points * STEP_PX * random.uniform(0.7, 1.15),
            radius=0.68 * float(parent.radii[at]),
            left_over=0.42,
            bend=-side * random.uniform(0.2, 0.7),
        )
        branch = _grow(random, parent.points[at], shape, float(parent.ways[at]))
        grown += [branch, *_side_branches(random, branch, depth - 1)]
    return grown


def _grow(random: np.random.Generator, start: NDArray[np.float64], shape: Shape, way: float) -> Branch:
    """Grow one branch: a bent line that winds a little and gets thinner.

    Args:
        random: Source of the winding.
        start: (y, x) in pixels.
        shape: How it leaves its start.
        way: Pixels from the ostium to the start.
    """
    n_points = max(int(shape.length / STEP_PX), 8)
    s = np.linspace(0, 1, n_points)
    waves = random.uniform(0, 2 * np.pi, size=2)
    winding = 0.16 * np.sin(9 * s + waves[0]) + 0.09 * np.sin(23 * s + waves[1])
    headings = shape.heading + shape.bend * s + winding - winding[0]
    steps = STEP_PX * np.stack([np.cos(headings), -np.sin(headings)], axis=1)
    points = np.asarray(start) + np.cumsum(steps, axis=0)
    radii = shape.radius * (1 - (1 - shape.left_over) * s)
    return Branch(points, radii, way + STEP_PX * np.arange(n_points))


def _heading(points: NDArray[np.float64], at: int) -> float:
    """Return the direction of a line at one of its points, radians from straight down."""
    dy, dx = points[min(at + 3, len(points) - 1)] - points[max(at - 3, 0)]
    return float(np.arctan2(-dx, dy))


def _choose(n: int, k: int) -> int:
    """Return the binomial coefficient."""
    return int(np.prod([(n - i) / (i + 1) for i in range(k)]) + 0.5)
