"""How far a wall can be trusted, and the lumen's area by contrast alone."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter, uniform_filter1d

from lib.measure.wall_fit import Walls
from lib.measure.wall_model import BEND, CONTRAST, LEVEL, RADIUS, SLOPE, across
from lib.measure.wall_profile import Look
from lib.measure.wall_samples import Samples

Values = NDArray[np.float64]

ROWS: Final = 7
"""Rows whose samples decide together, since neighbours know of each other."""

LEAST_MASK_PX: Final = 0.6
"""A mask's radius below this says only that it is thin."""

CONTRAST_ERROR: Final = 0.1
"""By how much the contrast of a row may differ from that of its neighbours, as a logarithm."""

SHOWN: Final = 0.7
"""A mask that narrows as well makes so much of it true: so a neck is not taken for an error."""

SHARES: Final = {
    "noise": 1.0,
    "slope": 0.08,
    "bend": 0.19,
    "unseen": 0.14,
    "pixels": 0.22,
    "taper": 1.9,
    "mask": 0.22,
    "medium": 0.2,
}
"""What each cause adds to the error; by least squares on simulated runs with network masks, of seeds that no
evaluation uses."""

REACH: Final = 3.0
"""A vessel's darkness ends so many blurs outside its walls."""


def contrast_to_noise(walls: Walls) -> float:
    """Return the median depth of a vessel in standard deviations of the residuals."""
    return float(np.median(walls.depth)) / walls.system.noise


def _near(samples: Samples, walls: Walls, look: Look) -> NDArray[np.bool_]:
    """Return (N, M), where the vessel and its blur are."""
    away = np.abs(samples.offsets[None] - walls.middle_px[:, None])
    return np.asarray(away <= (walls.radius_px + REACH * look.blur_px)[:, None])


def area_by_contrast(
    samples: Samples, walls: Walls, look: Look, is_measured: NDArray[np.bool_]
) -> Values | None:
    """Return (N,) the darkness summed across, where 1 is its median; None where too little can be seen."""
    place = across(samples)[None]
    state = walls.state
    beside = state[:, LEVEL, None] + state[:, SLOPE, None] * place + state[:, BEND, None] * place**2
    near = _near(samples, walls, look)
    is_whole = (samples.weights * near).sum(axis=1) >= 0.9 * near.sum(axis=1)
    summed = median_filter(((beside - samples.values) * near).sum(axis=1), ROWS, mode="nearest")
    known = is_whole & is_measured & (summed > 0)
    if np.count_nonzero(known) < ROWS:
        return None
    return np.asarray(np.maximum(summed, 0) / np.median(summed[known]))


def expected_error(samples: Samples, walls: Walls, look: Look) -> Values:
    """Return (N,) how wrong a diameter probably is, a standard deviation as a part of it.

    It adds up what noise allows and what else goes wrong: a sloping or bent background, places that could
    not be seen, a vessel of few pixels, a width that changes fast or that mask or contrast contradict.
    """
    near = _near(samples, walls, look)
    seen = near * samples.weights
    radius = walls.radius_px
    parts = {
        "noise": _by_noise(walls),
        "slope": walls.state[:, SLOPE] / walls.depth,
        "bend": walls.state[:, BEND] / walls.depth,
        "unseen": 1 - seen.sum(axis=1) / np.maximum(near.sum(axis=1), 1),
        "pixels": 1 / radius,
        "taper": _taper(samples, radius),
        "mask": np.log(radius / np.maximum(samples.radius_px, LEAST_MASK_PX)) * samples.has_mask,
        "medium": _off_medium(walls, look),
    }
    squares = sum((share * parts[name]) ** 2 for name, share in SHARES.items())
    return np.asarray(np.sqrt(squares))


def _taper(samples: Samples, radius: Values) -> Values:
    """Return (N,) how fast the radius changes along the way, a logarithm, where the mask shows less."""
    if len(radius) < 2:
        return np.zeros(len(radius))
    found = np.gradient(np.log(radius)) / samples.row_px
    if not samples.has_mask:
        return np.asarray(found)
    marked = uniform_filter1d(np.log(np.maximum(samples.radius_px, LEAST_MASK_PX)), ROWS, mode="nearest")
    shown = np.gradient(marked) / samples.row_px * np.sign(found)
    return np.asarray(np.abs(found) - np.clip(SHOWN * shown, 0, np.abs(found)))


def _off_medium(walls: Walls, look: Look) -> Values:
    """Return (N,) how far the contrast is from the other vessels', a logarithm; 0 where that is not known."""
    if look.medium is None:
        return np.zeros(len(walls.state))
    return np.asarray(walls.state[:, CONTRAST] - look.medium.expected(walls.state[:, LEVEL]))


def _by_noise(walls: Walls) -> Values:
    """Return (N,) the standard deviation of the radius's logarithm that the samples of nearby rows allow."""
    system = walls.system
    squares = np.einsum("nmi,nm,nmj->nij", system.slopes, system.weights, system.slopes)
    squares = ROWS * _together(squares)
    depth = system.depth
    known = np.diag([1e-3, 1e-3, CONTRAST_ERROR**-2, depth**-2, depth**-2, (0.3 * depth) ** -2])
    return np.asarray(np.sqrt(np.linalg.inv(squares + known)[:, RADIUS, RADIUS]))


def _together(values: Values) -> Values:
    """Return the means of neighbouring rows."""
    return np.asarray(uniform_filter1d(values, ROWS, axis=0, mode="nearest"))
