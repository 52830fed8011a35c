"""Straight tubes that many tests measure; each is filmed once."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from lib.evaluation.tubes import PIXEL_MM, Tube, film_tube, measure_tube
from lib.measure.centre_line import CentreLine
from lib.measure.diameter import DiameterProfile

__all__ = ["PIXEL_MM", "filmed", "measured", "neck", "profile_of"]


@cache
def filmed(diameter_mm: float, narrowing: float = 0.0, quanta: float = 2000.0) -> Tube:
    """Return a filmed tube."""
    return film_tube(diameter_mm, quanta, narrowing=narrowing)


@cache
def measured(diameter_mm: float, narrowing: float = 0.0) -> DiameterProfile:
    """Return its diameters."""
    return measure_tube(filmed(diameter_mm, narrowing))


def profile_of(diameter_px: NDArray[np.float64], confidence: float = 0.9) -> DiameterProfile:
    """Return diameters along a straight line, half a pixel apart, as if they had been measured."""
    yx = np.column_stack([np.full(len(diameter_px), 100.0), np.arange(len(diameter_px)) * 0.5])
    half = diameter_px[:, None] / 2 * np.array([1.0, 0.0])
    sure = np.full(len(diameter_px), confidence)
    return DiameterProfile(CentreLine(yx), diameter_px, yx + half, yx - half, sure, diameter_px**2, 0.9)


def neck(n_points: int, at: int, lost: float, half_width: int) -> NDArray[np.float64]:
    """Return (N,) 1 beside a smooth neck that takes away a part of the diameter; a negative part adds."""
    away = np.clip(np.abs(np.arange(n_points) - at) / half_width, 0, 1)
    return np.asarray(1 - lost * np.cos(np.pi / 2 * away) ** 2)
