"""Lays a drawing of the coronary arteries over the vessels of a frame, by its shape alone."""

from dataclasses import dataclass, replace
from itertools import product
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from lib.measure.anatomy_heart import Drawing
from lib.measure.graph import VesselGraph

EVERY: Final = 16
"""Every so many samples of a centre line are used."""

FAR_MM: Final = 16.0
"""What lies further from the drawing than this is as bad as anything."""

SIZES: Final = (0.8, 1.0, 1.25)
SHIFTS: Final = (-0.3, 0.0, 0.3)
"""Where the fit begins: shares of the size that the spread tells, and of the spread itself."""

TURN_DEG: Final = 15.0
"""A heart lies at most so much askew."""

FIRST_ROUNDS: Final = 4
ROUNDS: Final = 10
BEST: Final = 3
"""After the first rounds only so many of the beginnings are followed further."""


@dataclass(frozen=True, eq=False)
class Vessels:
    """The vessels of a frame as points.

    Attributes:
        yx: (N, 2) pixels.
        tangents: (N, 2) unit vectors; their sense means nothing.
        branch: (N,) the branch of each.
        weight: (N,) how much each counts; the sum is 1.
    """

    yx: NDArray[np.float64]
    tangents: NDArray[np.float64]
    branch: NDArray[np.int64]
    weight: NDArray[np.float64]

    @classmethod
    def of(cls, graph: VesselGraph) -> "Vessels":
        """Return the points of a graph that has branches; thin vessels count little."""
        lines = [branch.line for branch in graph.branches]
        radius = np.concatenate([branch.radius_px[::EVERY] for branch in graph.branches])
        weight = np.maximum(radius, 0.3) ** 1.5
        return cls(
            np.concatenate([line.yx[::EVERY] for line in lines]),
            np.concatenate([line.tangents[::EVERY] for line in lines]),
            np.concatenate([np.full(len(line.yx[::EVERY]), n) for n, line in enumerate(lines)]),
            weight / weight.sum(),
        )


@dataclass(frozen=True, eq=False)
class Fit:
    """A drawing laid over vessels.

    Attributes:
        drawing: The drawing.
        turn: (2, 2) rotation of (y, x).
        scale: Pixels per mm.
        shift: (2,) pixels.
        cost: 0 where both agree everywhere, 1 where nowhere.
    """

    drawing: Drawing
    turn: NDArray[np.float64]
    scale: float
    shift: NDArray[np.float64]
    cost: float = 1.0

    @property
    def yx(self) -> NDArray[np.float64]:
        """(M, 2) the drawing's points in pixels."""
        return np.asarray(self.scale * self.drawing.yx_mm @ self.turn.T + self.shift)

    @property
    def tangents(self) -> NDArray[np.float64]:
        """(M, 2) the drawing's directions in the picture."""
        return np.asarray(self.drawing.tangents @ self.turn.T)


def best_fit(drawing: Drawing, vessels: Vessels) -> Fit:
    """Return the fit of least cost from several beginnings."""
    tree = cKDTree(vessels.yx)
    tried = [_settled(begin, vessels, tree, FIRST_ROUNDS) for begin in _beginnings(drawing, vessels)]
    return min((_settled(fit, vessels, tree, ROUNDS) for fit in sorted(tried, key=_cost)[:BEST]), key=_cost)


def _cost(fit: Fit) -> float:
    return fit.cost


def _beginnings(drawing: Drawing, vessels: Vessels) -> list[Fit]:
    weight = _drawing_weight(drawing)
    middle, there = vessels.weight @ vessels.yx, weight @ drawing.yx_mm
    spread = float(np.sqrt(vessels.weight @ ((vessels.yx - middle) ** 2).sum(axis=1)))
    usual = spread / float(np.sqrt(weight @ ((drawing.yx_mm - there) ** 2).sum(axis=1)))
    return [
        Fit(drawing, np.eye(2), size * usual, middle + spread * np.array([dy, dx]) - size * usual * there)
        for size, dy, dx in product(SIZES, SHIFTS, SHIFTS)
    ]


def _settled(fit: Fit, vessels: Vessels, tree: cKDTree, n_rounds: int) -> Fit:
    """Return a fit after some rounds of moving each point to the nearest one of the other side.

    Paper: Besl and McKay 1992, "A method for registration of 3-D shapes", doi:10.1109/34.121791.
    """
    weight, limits = _drawing_weight(fit.drawing), (fit.scale / 1.5, fit.scale * 1.5)
    for _ in range(n_rounds):
        there, near = cKDTree(fit.yx).query(vessels.yx)
        here, nearest = tree.query(fit.yx)
        far = FAR_MM * fit.scale
        pairs = np.concatenate([near, np.arange(len(weight))])
        targets = np.concatenate([vessels.yx, vessels.yx[nearest]])
        counts = np.concatenate(
            [vessels.weight / (1 + (there / far * 2) ** 2) ** 2, weight / (1 + (here / far * 2) ** 2) ** 2]
        )
        fit = _similarity(fit, fit.drawing.yx_mm[pairs], targets, counts / counts.sum(), limits)
    there, _ = cKDTree(fit.yx).query(vessels.yx)
    here, _ = tree.query(fit.yx)
    far = FAR_MM * fit.scale
    cost = vessels.weight @ np.minimum(there / far, 1) ** 2 + weight @ np.minimum(here / far, 1) ** 2
    return replace(fit, cost=float(cost) / 2)


def _similarity(
    fit: Fit,
    points: NDArray[np.float64],
    targets: NDArray[np.float64],
    weight: NDArray[np.float64],
    limits: tuple[float, float],
) -> Fit:
    """Return the turn, scale and shift that bring points nearest to their targets."""
    middle, goal = weight @ points, weight @ targets
    centred, wanted = points - middle, targets - goal
    product_ = (weight[:, None] * wanted).T @ centred
    angle = np.arctan2(product_[1, 0] - product_[0, 1], product_[0, 0] + product_[1, 1])
    angle = np.clip(angle, -np.radians(TURN_DEG), np.radians(TURN_DEG))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    scale = float((product_ * turn).sum() / (weight @ (centred**2).sum(axis=1)))
    scale = float(np.clip(scale, *limits))
    return replace(fit, turn=turn, scale=scale, shift=goal - scale * turn @ middle)


def _drawing_weight(drawing: Drawing) -> NDArray[np.float64]:
    weight = drawing.radius_mm**1.5
    return np.asarray(weight / weight.sum())
