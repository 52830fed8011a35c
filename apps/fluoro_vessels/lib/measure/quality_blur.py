"""How blurred the walls of a vessel are: detector, focal spot and motion together."""

from functools import lru_cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from lib.arrays import Frame
from lib.measure.centre_line import STEP_PX, CentreLine

STRETCH_PX: Final = 6.0
"""Profiles are averaged over such a stretch: noise goes, and the vessel does not change on it."""

REACH: Final = 2.2
"""Profiles reach so many radii to each side."""

FINE: Final = 3
"""Samples for a pixel across the line."""

MOST: Final = 6
"""Stretches that are looked at."""

HEIGHTS: Final = (np.arange(6) + 0.5) / 6
"""Slabs of the tube, from its axis to its wall, as shares of the radius."""

LEAST_EXPLAINED: Final = 0.8
"""Share of a profile that a blurred tube has to explain."""

LEAST_DEPTH: Final = 0.04
"""A stretch that is less dark than this over its sides has no walls to speak of."""

SIGMAS_PX: Final = np.geomspace(0.4, 6.0, 20)
RADII: Final = np.linspace(0.6, 1.5, 13)
"""Blurs, in pixels, and radii, as shares of the expected one, that are tried."""


def wall_blur_px(frame: Frame, line: CentreLine, radius_px: float) -> float | None:
    """Return the standard deviation of the blur across the walls; None where no stretch was clear enough.

    A round vessel filled with contrast medium, blurred by a Gaussian, is compared with stretches of the line:
    its edge is steep, so what is left of the steepness tells the blur apart from the width.

    Args:
        frame: (H, W) in [0, 1], vessels dark.
        line: Middle of the vessel.
        radius_px: About half of its width.
    """
    radius_px = max(round(2 * radius_px) / 2, 1.0)
    found = [_fitted(profile, radius_px) for profile in _profiles(frame, line, radius_px)]
    clear = [blur for blur in found if blur is not None]
    return float(np.median(clear)) if clear else None


def _steps(radius_px: float) -> NDArray[np.float64]:
    """Return the places across the line, in pixels."""
    count = round(max(REACH * radius_px, radius_px + 4) * FINE)
    return np.arange(-count, count + 1) / FINE


def _profiles(frame: Frame, line: CentreLine, radius_px: float) -> list[NDArray[np.float64]]:
    """Return mean profiles of darkness across the line, one for each stretch; no more than MOST."""
    steps = _steps(radius_px)
    grid = line.yx[:, np.newaxis] + steps[:, np.newaxis] * line.normals[:, np.newaxis]
    y, x = (np.ascontiguousarray(grid[..., axis], np.float32) for axis in (0, 1))
    seen = 1 - cv2.remap(frame, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    count = max(round(len(seen) * STEP_PX / STRETCH_PX), 1)
    parts = [part.mean(axis=0, dtype=np.float64) for part in np.array_split(seen, count) if len(part)]
    return parts[:: max(len(parts) // MOST, 1)]


def _fitted(profile: NDArray[np.float64], radius_px: float) -> float | None:
    """Return the blur of the model that is most like a profile."""
    middle = len(profile) // 2
    sides = np.concatenate([profile[: FINE * 2], profile[-FINE * 2 :]]).mean()
    if profile[middle - FINE : middle + FINE + 1].mean() - sides < LEAST_DEPTH:
        return None
    models, basis = _models(radius_px)
    wanted = profile - basis @ (basis.T @ profile)
    explained = (models @ wanted).clip(0) ** 2
    best = int(np.argmax(explained))
    if explained[best] < LEAST_EXPLAINED * float(np.sum(wanted**2)):
        return None
    return float(SIGMAS_PX[best // len(RADII)])


@lru_cache(maxsize=64)
def _models(radius_px: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return (K, P) blurred tubes without level and slope, each of length 1, and (P, 2) level and slope."""
    places = _steps(radius_px)
    basis = np.linalg.qr(np.stack([np.ones_like(places), places], axis=1))[0]
    tubes = np.stack([_tube(places, share * radius_px, sigma) for sigma in SIGMAS_PX for share in RADII])
    tubes -= (tubes @ basis) @ basis.T
    return tubes / np.maximum(np.linalg.norm(tubes, axis=1, keepdims=True), 1e-9), basis


def _tube(places: NDArray[np.float64], radius: float, sigma: float) -> NDArray[np.float64]:
    """Return the way through a tube at places across it, blurred: a sum of slabs with blurred edges."""
    halves = radius * np.sqrt(1 - HEIGHTS**2)
    edges = places[:, np.newaxis]
    return np.asarray((ndtr((edges + halves) / sigma) - ndtr((edges - halves) / sigma)).mean(axis=1))
