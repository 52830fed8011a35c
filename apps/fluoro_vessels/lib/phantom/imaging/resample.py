"""Branches and devices with points so close that their discs make a closed tube in the picture."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lib.phantom.model import Points

CLOSEST_PX: Final = 0.6
SHARE_OF_RADIUS: Final = 0.15


@dataclass(frozen=True)
class Curve:
    """A curve with values along it.

    Attributes:
        points_mm: (N, 3).
        radii_mm: (N,).
        steps_mm: (N,) length that each point stands for.
        places: (N,) where each point lies among the points that it was made from, fractional.
    """

    points_mm: Points
    radii_mm: NDArray[np.float64]
    steps_mm: NDArray[np.float64]
    places: NDArray[np.float64]


def refine(points_mm: Points, radii_mm: NDArray[np.float64], pixels_per_mm: float) -> Curve:
    """Return a curve, sampled finely enough for a picture of that scale."""
    n_points = len(points_mm)
    if n_points < 2:
        return Curve(points_mm, radii_mm, np.full(n_points, 0.4), np.arange(n_points, dtype=np.float64))
    ways = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points_mm, axis=0), axis=1))])
    finest_px = max(CLOSEST_PX, SHARE_OF_RADIUS * float(np.median(radii_mm)) * pixels_per_mm)
    n_wanted = max(int(np.ceil(ways[-1] * pixels_per_mm / finest_px)) + 1, 2)
    wanted = np.linspace(0, ways[-1], n_wanted)
    points = np.stack([np.interp(wanted, ways, points_mm[:, axis]) for axis in range(3)], axis=1)
    radii = np.interp(wanted, ways, radii_mm)
    places = np.interp(wanted, ways, np.arange(n_points))
    return Curve(points, radii, np.full(n_wanted, ways[-1] / (n_wanted - 1)), places)
