"""Snakes: a closed contour that begins as a circle and settles on the walls of what is dark inside it.

Papers: Kass, Witkin and Terzopoulos 1988, "Snakes: active contour models", doi:10.1007/BF00133570, for
the contour's own stiffness; Chan and Vese 2001, "Active contours without edges", doi:10.1109/83.902291,
for what pulls it: not an edge nearby, but whether a pixel looks like the inside or the outside.
"""

from dataclasses import dataclass
from typing import Final, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates
from skimage.filters import threshold_otsu

from lib.arrays import Frame
from lib.interaction.prompts import Point
from lib.ridges.contrast import LEAST_STRENGTH, attenuation
from lib.ridges.filter import Image

Contour: TypeAlias = NDArray[np.float64]
"""(N, 2), y and x in pixels, along a closed line whose last point is followed by the first."""

SPACING_PX: Final = 1.5
"""Distance of the contour's points; new ones come as it grows."""

FEWEST_POINTS: Final = 8
"""A contour with fewer points has vanished."""


@dataclass(frozen=True)
class Stiffness:
    """How a contour resists the picture.

    Attributes:
        alpha: Elasticity; more pulls the contour together and shortens it.
        beta: Rigidity; more keeps it from bending.
        gamma: Most pixels that a point moves in one iteration.
    """

    alpha: float
    beta: float
    gamma: float


def snake(
    frame: Frame, middle: Point, radius: float, kernel_size: int, stiffness: Stiffness, iterations: int
) -> list[Contour]:
    """Return the contour's evolution: the circle, then the contour after each iteration.

    It ends early, with a contour of no points, where nothing inside the circle is darker than the rest.

    Args:
        frame: (H, W) in [0, 1], vessels dark.
        middle: (y, x) of the circle, inside the frame.
        radius: Of the circle, in pixels.
        kernel_size: Odd width in pixels of the Gaussian that smooths the frame first; 1 leaves it as it is.
        stiffness: How the contour resists.
        iterations: Steps to take.
    """
    smooth = cv2.GaussianBlur(
        attenuation(frame, (frame.shape[0], frame.shape[1])), (kernel_size, kernel_size), 0
    )
    pull = _pull(smooth, middle, radius)
    evolution = [_resampled(_circle(middle, radius), frame.shape)]
    for _ in range(iterations):
        moved = _relaxed(evolution[-1] + stiffness.gamma * _force(evolution[-1], pull), stiffness)
        evolution.append(_resampled(moved, frame.shape))
        if not len(evolution[-1]):
            break
    return evolution


def filled(contour: Contour, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Return (H, W) bool: the inside of a contour."""
    canvas = np.zeros(shape, np.uint8)
    if len(contour):
        cv2.fillPoly(canvas, [contour.round().astype(np.int32)[:, ::-1].reshape(-1, 1, 2)], 1)
    return canvas > 0


def _circle(middle: Point, radius: float) -> Contour:
    n_points = max(int(2.0 * np.pi * radius / SPACING_PX), FEWEST_POINTS)
    angles = np.linspace(0.0, 2.0 * np.pi, n_points, endpoint=False)
    return np.array(middle, np.float64) + radius * np.column_stack([np.sin(angles), np.cos(angles)])


def _pull(smooth: Image, middle: Point, radius: float) -> Image:
    """Return (H, W) in [-1, 1]: 1 where a pixel looks like the dark part of the circle, -1 like the rest."""
    y, x = np.ogrid[: smooth.shape[0], : smooth.shape[1]]
    values = smooth[(y - middle[0]) ** 2 + (x - middle[1]) ** 2 <= radius**2]
    parting = float(threshold_otsu(values)) if np.ptp(values) > 0 else float(values[0])
    dark, bright = values[values > parting], float(values[values <= parting].mean())
    half = max((float(dark.mean()) - bright) / 2.0 if dark.size else 0.0, LEAST_STRENGTH)
    return np.clip((smooth - (bright + half)) / half, -1.0, 1.0)


def _force(contour: Contour, pull: Image) -> Contour:
    """Return how far each point wants to move: outwards on what is inside, inwards on the rest."""
    tangent = np.roll(contour, -1, axis=0) - np.roll(contour, 1, axis=0)
    length = np.maximum(np.hypot(tangent[:, 0], tangent[:, 1]), 1e-9)
    outward = np.stack([-tangent[:, 1], tangent[:, 0]], axis=1) / length[:, np.newaxis]
    strength = map_coordinates(pull, contour.T, order=1, mode="nearest")
    return np.asarray(outward * strength[:, np.newaxis], np.float64)


def _relaxed(contour: Contour, stiffness: Stiffness) -> Contour:
    """Let elasticity and rigidity act, by one implicit step: on a closed contour a product of spectra."""
    bend = 2.0 - 2.0 * np.cos(2.0 * np.pi * np.fft.rfftfreq(len(contour)))
    damping = 1.0 + stiffness.gamma * (stiffness.alpha * bend + stiffness.beta * bend**2)
    spectrum = np.fft.rfft(contour, axis=0) / damping[:, np.newaxis]
    return np.asarray(np.fft.irfft(spectrum, len(contour), axis=0))


def _resampled(contour: Contour, shape: tuple[int, ...]) -> Contour:
    """Return a contour inside the frame with points at equal distances; none where it has vanished."""
    inside = np.clip(contour, 0.0, np.array(shape) - 1.0)
    closed = np.vstack([inside, inside[:1]])
    way = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(closed, axis=0).T))])
    n_points = int(way[-1] / SPACING_PX)
    places = np.linspace(0.0, way[-1], n_points if n_points >= FEWEST_POINTS else 0, endpoint=False)
    return np.stack([np.interp(places, way, closed[:, axis]) for axis in (0, 1)], axis=1)
