"""The heart as an ellipsoid: where the coronary arteries run."""

from dataclasses import dataclass

import numpy as np

from lib.phantom.model import Points
from lib.phantom.trees.curves import unit


@dataclass(frozen=True)
class Heart:
    """An ellipsoid around the origin whose long axis points left, to the front and down.

    A place is given by its latitude (0 at the widest, about -22 deg the valve plane, 90 deg the apex) and by
    its clock angle, seen from the apex: 0 above, 90 deg towards the left ventricle, 180 deg below.

    Attributes:
        frame: (3, 3), rows: long axis to the apex, up, towards the left ventricle; patient coordinates.
        half_axes_mm: (3,) half lengths along the rows of `frame`.
        sink: How strongly twigs are drawn to the apex.
    """

    frame: Points
    half_axes_mm: Points
    sink: float = 1.0

    def at(self, places_deg: Points, height_mm: float = 0.0) -> Points:
        """Return points (N, 3) on the surface for (N, 2) latitude and clock angle in degrees."""
        latitude, clock = np.radians(places_deg).T
        local = np.stack(
            [np.sin(latitude), np.cos(latitude) * np.cos(clock), np.cos(latitude) * np.sin(clock)], axis=1
        )
        return np.asarray((local * (self.half_axes_mm + height_mm)) @ self.frame)

    def settle(self, points_mm: Points) -> tuple[Points, Points]:
        """Return points moved to the surface, and the normals there."""
        local = (points_mm @ self.frame.T) / self.half_axes_mm
        size = np.linalg.norm(local, axis=1, keepdims=True)
        local = local / np.maximum(size, 1e-6)
        return (local * self.half_axes_mm) @ self.frame, unit((local / self.half_axes_mm) @ self.frame)

    def current(self, points_mm: Points) -> Points:
        """Return directions to the apex."""
        apex = self.frame[0] * self.half_axes_mm[0]
        return np.asarray(self.sink * unit(apex - points_mm))


@dataclass(frozen=True)
class Septum:
    """The wall between the ventricles: septal branches dive straight into it.

    Attributes:
        inwards: (3,) direction of the dive.
    """

    inwards: Points

    def settle(self, points_mm: Points) -> tuple[Points, Points]:
        """Return the points as they are: a dive follows no surface."""
        across = unit(np.cross(self.inwards, [0.31, 0.77, 0.55]))
        return points_mm, np.tile(across, (len(points_mm), 1))

    def current(self, points_mm: Points) -> Points:
        """Return the direction of the dive for each point."""
        return np.tile(self.inwards, (len(points_mm), 1))


def draw_heart(random: np.random.Generator) -> Heart:
    """Draw size and position of a heart: upright in the slender, lying in the stout."""
    azimuth = np.radians(random.normal(48.0, 8.0))
    dip = np.radians(random.uniform(14.0, 42.0))
    axis = np.array(
        [np.cos(dip) * np.sin(azimuth), -np.cos(dip) * np.cos(azimuth), -np.sin(dip)], dtype=np.float64
    )
    up = unit(np.array([0.0, 0.0, 1.0]) - axis * axis[2])
    left = np.cross(up, axis)
    roll = np.radians(random.normal(0.0, 8.0))
    up, left = np.cos(roll) * up + np.sin(roll) * left, np.cos(roll) * left - np.sin(roll) * up
    scale = random.normal(1.0, 0.07)
    half = np.array([random.uniform(56, 66), random.uniform(42, 49), random.uniform(44, 52)]) * scale
    return Heart(np.stack([axis, up, left]), half)
