"""Surfaces and volumes over which small arteries spread."""

from dataclasses import dataclass

import numpy as np

from lib.phantom.model import Points
from lib.phantom.trees.curves import unit


@dataclass(frozen=True)
class Ellipsoid:
    """The surface of an organ.

    Attributes:
        centre_mm: (3,).
        half_axes_mm: (3,) along x, y, z.
        away_from_mm: (3,) twigs are drawn away from here.
    """

    centre_mm: Points
    half_axes_mm: Points
    away_from_mm: Points

    def settle(self, points_mm: Points) -> tuple[Points, Points]:
        """Return points moved to the surface, and the normals there."""
        local = unit((points_mm - self.centre_mm) / self.half_axes_mm)
        return local * self.half_axes_mm + self.centre_mm, unit(local / self.half_axes_mm)

    def current(self, points_mm: Points) -> Points:
        """Return directions away from where the arteries come from."""
        return unit(points_mm - self.away_from_mm)


@dataclass(frozen=True)
class Sheet:
    """A plane of constant x, such as the inner face of a hemisphere.

    Attributes:
        x_mm: Where it lies.
        away_from_mm: (3,) twigs are drawn away from here.
    """

    x_mm: float
    away_from_mm: Points

    def settle(self, points_mm: Points) -> tuple[Points, Points]:
        """Return points moved to the plane, and its normal."""
        moved = points_mm.copy()
        moved[:, 0] = self.x_mm
        return moved, np.tile([1.0, 0.0, 0.0], (len(moved), 1))

    def current(self, points_mm: Points) -> Points:
        """Return directions away from where the arteries come from."""
        away = points_mm - self.away_from_mm
        return unit(away * [0.0, 1.0, 1.0])


@dataclass(frozen=True)
class Flesh:
    """A volume without surfaces, such as muscle.

    Attributes:
        drift: (3,) direction in which twigs are drawn.
        across: (3,) main normal of their fans.
    """

    drift: Points
    across: Points

    def settle(self, points_mm: Points) -> tuple[Points, Points]:
        """Return the points as they are."""
        return points_mm, np.tile(unit(self.across), (len(points_mm), 1))

    def current(self, points_mm: Points) -> Points:
        """Return the drift for each point."""
        return np.tile(self.drift, (len(points_mm), 1))
