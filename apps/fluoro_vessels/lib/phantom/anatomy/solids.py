"""Ellipsoids and columns: what organs and bones are built of."""

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Triple: TypeAlias = tuple[float, float, float]
UPRIGHT: tuple[Triple, Triple, Triple] = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


@dataclass(frozen=True)
class Solid:
    """A quadric with one attenuation; several that overlap add up.

    Attributes:
        centre_mm: Patient coordinates.
        radii_mm: Along its three axes; for a column the third is half its height.
        attenuation_per_mm: More (or, negative, less) than what it replaces.
        axes: Three orthonormal rows, patient coordinates.
        shape: An ellipsoid, or a column that runs along the third axis.
        ends: Where planes cut it, in units of the third radius; None for a whole ellipsoid.
        waist: For a column: 0 straight, 0.3 clearly narrower in the middle than at its ends.
    """

    centre_mm: Triple
    radii_mm: Triple
    attenuation_per_mm: float
    axes: tuple[Triple, Triple, Triple] = UPRIGHT
    shape: Literal["ellipsoid", "column"] = "ellipsoid"
    waist: float = 0.0
    ends: tuple[float, float] | None = None

    @property
    def is_column(self) -> bool:
        """Whether its sides are parallel or hollow instead of round."""
        return self.shape == "column"

    @property
    def planes(self) -> tuple[float, float] | None:
        """Where planes cut it; a column always has ends."""
        return self.ends or ((-1.0, 1.0) if self.is_column else None)

    @property
    def axial_square(self) -> float:
        """Factor of the squared third coordinate in the quadric."""
        return -self.waist if self.is_column else 1.0

    @property
    def reach_mm(self) -> float:
        """Radius of a sphere around it."""
        a, b, c = self.radii_mm
        return float(np.hypot(max(a, b) * np.sqrt(1 + self.waist), c)) if self.is_column else max(a, b, c)


def triple(values: ArrayLike) -> Triple:
    """Return three numbers as a tuple."""
    x, y, z = np.asarray(values, np.float64)
    return float(x), float(y), float(z)


def axes_along(direction: ArrayLike, turn_deg: float = 0.0) -> tuple[Triple, Triple, Triple]:
    """Return axes whose third points along a direction; the first lies in the axial plane if it can."""
    third = np.asarray(direction, np.float64) / np.linalg.norm(direction)
    helper = np.array([0.0, 1.0, 0.0]) if abs(third[1]) < 0.9 else np.array([0.0, 0.0, 1.0])
    first = np.cross(helper, third)
    first /= np.linalg.norm(first)
    second = np.cross(third, first)
    c, s = np.cos(np.radians(turn_deg)), np.sin(np.radians(turn_deg))
    return triple(c * first + s * second), triple(c * second - s * first), triple(third)


def rod(
    ends_mm: ArrayLike, radii_mm: tuple[float, float], attenuation_per_mm: float, waist: float = 0.0
) -> Solid:
    """Return a column between two points, (2, 3)."""
    ends = np.asarray(ends_mm, np.float64)
    way = ends[1] - ends[0]
    radii = (*radii_mm, float(np.linalg.norm(way)) / 2)
    return Solid(triple(ends.mean(axis=0)), radii, attenuation_per_mm, axes_along(way), "column", waist)


def bone(outer: Solid, cortex_mm: float, inside_per_mm: float) -> list[Solid]:
    """Return a bone as its outer solid, all cortex, and what the marrow takes away from it.

    Args:
        outer: The bone with the attenuation of its cortex, above soft tissue's.
        cortex_mm: Thickness of the cortex.
        inside_per_mm: Attenuation of the spongy inside, above soft tissue's.
    """
    radii = triple([max(r - cortex_mm, 0.2) for r in outer.radii_mm])
    less = inside_per_mm - outer.attenuation_per_mm
    return [outer, replace(outer, radii_mm=radii, attenuation_per_mm=less)]


def shaft(outer: Solid, cortex_mm: tuple[float, float], inside_per_mm: float) -> list[Solid]:
    """Return a long bone without its joints: its cortex is thick in the middle, thin at the ends.

    Args:
        outer: A column with a waist, with the attenuation of its cortex.
        cortex_mm: In the middle, at the ends.
        inside_per_mm: Attenuation of the marrow, above soft tissue's.
    """
    a, b, half = outer.radii_mm
    inner = a - cortex_mm[0]
    ending = a * float(np.sqrt(1 + outer.waist)) - cortex_mm[1]
    waist = max((ending / inner) ** 2 - 1, 0.0)
    radii = (inner, inner * b / a, half)
    less = inside_per_mm - outer.attenuation_per_mm
    return [outer, replace(outer, radii_mm=radii, attenuation_per_mm=less, waist=waist)]


def rotated(axes: NDArray[np.float64], vector: Triple) -> NDArray[np.float64]:
    """Return a vector given in a body's own axes, rows of (3, 3), in patient coordinates."""
    return np.asarray(np.asarray(vector) @ axes)
