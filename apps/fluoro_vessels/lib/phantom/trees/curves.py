"""Smooth curves in space: through corners, evenly sampled, and as tortuous as wanted."""

import numpy as np
from numpy.typing import NDArray

from lib.phantom.model import Points

SAMPLE_MM = 0.45
"""Distance between two points of a middle line."""


def unit(vectors: Points) -> Points:
    """Return vectors (..., 3) with length 1; a null vector stays null."""
    lengths = np.sqrt(np.einsum("...d,...d->...", vectors, vectors))
    return np.asarray(vectors / np.maximum(lengths, 1e-9)[..., None])


def cross(left: Points, right: Points) -> Points:
    """Return cross products of (N, 3) vectors; numpy's own spends most of its time on checks."""
    return np.asarray(left[:, [1, 2, 0]] * right[:, [2, 0, 1]] - left[:, [2, 0, 1]] * right[:, [1, 2, 0]])


def length_along(points_mm: Points) -> NDArray[np.float64]:
    """Return (N,) arc length from the first point, mm."""
    gaps = points_mm[1:] - points_mm[:-1]
    gaps = np.sqrt(np.einsum("ij,ij->i", gaps, gaps))
    return np.asarray(np.concatenate([[0.0], np.cumsum(gaps)]))


def evenly(points_mm: Points, step_mm: float = SAMPLE_MM) -> Points:
    """Return the same polyline with points at equal distances, both ends kept."""
    along = length_along(points_mm)
    n_points = max(round(float(along[-1]) / step_mm), 1) + 1
    wanted = np.arange(n_points) * (along[-1] / (n_points - 1))
    places = np.interp(wanted, along, np.arange(len(along)))
    before = np.minimum(places.astype(int), len(along) - 2)
    return np.asarray(
        points_mm[before] + (places - before)[:, None] * (points_mm[before + 1] - points_mm[before])
    )


def through(corners_mm: Points, step_mm: float = SAMPLE_MM) -> Points:
    """Return a smooth, evenly sampled curve through corners (K, 3), K at least 2."""
    return evenly(rounded(corners_mm, step_mm), step_mm)


def rounded(corners_mm: Points, step_mm: float = SAMPLE_MM) -> Points:
    """Return a smooth curve through corners (K, 3), sampled about every step.

    Cubic Hermite pieces whose slopes are the weighted means of both neighbours, so that corners may be
    unevenly spaced.
    """
    knots = length_along(corners_mm)
    gaps = np.maximum(np.diff(knots), 1e-6)[:, None]
    secants = np.diff(corners_mm, axis=0) / gaps
    inner = (secants[:-1] * gaps[1:] + secants[1:] * gaps[:-1]) / (gaps[1:] + gaps[:-1])
    slopes = np.concatenate([secants[:1], inner, secants[-1:]])
    n_steps = max(int(knots[-1] / step_mm), 2 * len(corners_mm))
    fine = np.arange(n_steps + 1) * (knots[-1] / n_steps)
    piece = np.clip(np.searchsorted(knots, fine, side="right") - 1, 0, len(gaps) - 1)
    s = ((fine - knots[piece]) / gaps[piece, 0])[:, None]
    begin, end = corners_mm[piece], corners_mm[piece + 1]
    rise = s * s * (3.0 - 2.0 * s)
    bend = gaps[piece] * s * (1.0 - s) * ((1.0 - s) * slopes[piece] - s * slopes[piece + 1])
    return np.asarray(begin + rise * (end - begin) + bend)


def tangents(points_mm: Points) -> Points:
    """Return (N, 3) unit directions of a curve."""
    if len(points_mm) < 2:
        return np.tile([0.0, 0.0, 1.0], (len(points_mm), 1))
    around = np.concatenate([points_mm[:1], points_mm, points_mm[-1:]])
    return unit(around[2:] - around[:-2])


def meander(
    points_mm: Points,
    slope: float,
    random: np.random.Generator,
    wave_mm: tuple[float, float] = (12.0, 60.0),
    calm_mm: float = 8.0,
) -> Points:
    """Return the curve swung sideways by a sum of sines, more so towards its end.

    Args:
        points_mm: (N, 3), evenly sampled.
        slope: Sideways mm per mm along; 0 straight, 0.2 usual, 0.6 a corkscrew.
        random: Where the phases, wave lengths and directions come from.
        wave_mm: Shortest and longest wave.
        calm_mm: The swing fades in from the beginning and out at the end over about this length.
    """
    n_waves = 5
    waves = np.exp(random.uniform(np.log(wave_mm[0]), np.log(wave_mm[1]), n_waves))
    phases = random.uniform(0.0, 2 * np.pi, (n_waves, 3))
    sizes = random.normal(0.0, slope / np.sqrt(n_waves), (n_waves, 3)) * waves[:, None] / (2 * np.pi) * 1.4
    along = length_along(points_mm)
    swings = np.sin(2 * np.pi * along[:, None, None] / waves[:, None] + phases)
    sideways = np.einsum("nwd,wd->nd", swings, sizes)
    heading = tangents(points_mm)
    sideways -= np.einsum("nd,nd->n", sideways, heading)[:, None] * heading
    left = along[-1] - along
    fade = (1 - np.exp(-((along / calm_mm) ** 2))) * (1 - np.exp(-((left / 3.0) ** 2)))
    return np.asarray(points_mm + sideways * (fade * (0.5 + 0.7 * along / max(along[-1], 1.0)))[:, None])
