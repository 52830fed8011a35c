"""One step of the fit of a whole vessel: its equations, in which rows know their neighbours only."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solveh_banded

from lib.measure.wall_model import (
    BEND,
    CONTRAST,
    LEVEL,
    MIDDLE,
    N_UNKNOWNS,
    RADIUS,
    SLOPE,
    predicted,
    state_slopes,
)
from lib.measure.wall_profile import Look, Medium
from lib.measure.wall_samples import Samples

Values = NDArray[np.float64]

ORDERS: Final = (2, 2, 1, 1, 1, 1)
"""Which difference of each unknown along the vessel is small: middle and radius bend little, contrast and
background change little."""

SPREADS: Final = (0.06, 0.03, 0.02, 0.2, 0.2, 0.2)
"""How small, per pixel of way; those of the background in parts of the vessel's depth."""

BENT: Final = 3.0
"""A radius that bends so many times more than usual counts half: necks do, and noise seldom."""

LARGEST_SLOPE: Final = 0.5
LARGEST_BEND: Final = 0.3
"""Standard deviations of the background's slope and bend, in depths."""

LINE_ERROR_PX: Final = 0.4
LINE_ERROR: Final = 0.1
"""A line runs so far off the middle, in pixels and in radii."""

LINE_SHARE: Final = 0.3
"""How much that counts in each row."""

BAND: Final = 3 * N_UNKNOWNS - 1
OUTLIER: Final = 4.8
"""Residuals of so many standard deviations count a quarter."""

INDEPENDENT: Final = 0.3
"""Share of the samples that tell anything new: they are half a pixel apart and noise is blurred too."""

LEAST_NOISE: Final = 1 / 600

MASK_ERROR_PX: Final = 0.5
MASK_ERROR: Final = 0.1
"""A first radius is wrong by so much, in pixels and in parts of itself."""

MASK_SHARE: Final = 2.0
"""How much more a mask counts than one row of it: rows beside each other are looked at together."""

MASK_SHARE_BESIDE_MEDIUM: Final = 0.1
"""The same where the darkness of contrast medium is known: that is the better witness of a thin vessel, and a
mask errs in the same way over long stretches."""

MEDIUM_ERROR: Final = 0.25
"""Standard deviation of a vessel's own contrast, a logarithm; one that is far off holds less."""

MEDIUM_PX: Final = 15.0
"""Over such a length a vessel's contrast differs from the others' in the same way."""


@dataclass(frozen=True, eq=False)
class System:
    """The equations of one step.

    Attributes:
        band: (BAND + 1, 6 N), the upper band of the symmetric matrix.
        pull: (6 N,) the right side.
        weights: (N, M) of the residuals, noise included.
        slopes: (N, M, 6).
        residuals: (N, M).
        noise: Standard deviation of the residuals.
        depth: Of the vessel.
    """

    band: Values
    pull: Values
    weights: Values
    slopes: Values
    residuals: Values
    noise: float
    depth: float

    def solve(self, right: Values) -> Values:
        """Return the solution for one or more right sides, (6 N,) or (6 N, K)."""
        return np.asarray(solveh_banded(self.band, right, check_finite=False))


def system_at(samples: Samples, state: Values, look: Look, lenience: float = 1.0) -> System:
    """Return the equations at a state.

    Args:
        samples: Of N rows.
        state: (N, 6).
        look: Of the picture.
        lenience: How many times larger residuals may be before they count less.
    """
    grey = predicted(samples, state, look)
    residuals = samples.values - grey
    known = samples.weights > 0
    noise = max(1.4826 * float(np.median(np.abs(residuals[known]))), LEAST_NOISE)
    far = residuals / (OUTLIER * noise * lenience)
    weights = samples.weights * INDEPENDENT * samples.step_px * 2 / (noise * (1 + far**2)) ** 2
    slopes = state_slopes(samples, state, look, grey)
    depth = float(np.median(2 * np.exp(state[:, 1] + state[:, 2])))
    squares = np.einsum("nmi,nm,nmj->nij", slopes, weights, slopes)
    pull = np.einsum("nmi,nm,nm->ni", slopes, weights, residuals)
    band = _banded(squares)
    _know_neighbours(band, pull, state, depth, samples.row_px)
    _know_mask(band, pull, state, samples, MASK_SHARE if look.medium is None else MASK_SHARE_BESIDE_MEDIUM)
    if look.medium is not None:
        _know_medium(band, pull, state, look.medium, samples.row_px)
    band[BAND] *= 1 + 1e-6
    return System(band, pull.ravel(), weights, slopes, residuals, noise, depth)


def _banded(squares: Values) -> Values:
    """Return blocks (N, 6, 6) as the upper band of one matrix."""
    n_rows = len(squares)
    band = np.zeros((BAND + 1, n_rows * N_UNKNOWNS))
    first = np.arange(n_rows) * N_UNKNOWNS
    for i in range(N_UNKNOWNS):
        for j in range(i, N_UNKNOWNS):
            band[BAND - (j - i), first + j] = squares[:, i, j]
    return band


def _know_neighbours(band: Values, pull: Values, state: Values, depth: float, row_px: float) -> None:
    """Add what is known beforehand: neighbours are alike, the line lies near the middle."""
    n_rows = len(state)
    for column, (order, spread) in enumerate(zip(ORDERS, SPREADS, strict=True)):
        size = spread * (depth if column > 2 else 1.0) * row_px ** (order - 0.5)
        counted = _counted(state[:, column], order, size if column == RADIUS else np.inf)
        for offset, diagonal in enumerate(_alike(counted, n_rows, order)):
            share = diagonal / size**2
            band[BAND - offset * N_UNKNOWNS, np.arange(offset, n_rows) * N_UNKNOWNS + column] += share
            pull[: n_rows - offset, column] -= share * state[offset:, column]
            if offset:
                pull[offset:, column] -= share * state[: n_rows - offset, column]
    near = LINE_SHARE / (LINE_ERROR_PX + LINE_ERROR * np.exp(state[:, RADIUS])) ** 2
    level, flat = (
        np.full(n_rows, (LARGEST_SLOPE * depth) ** -2),
        np.full(n_rows, (LARGEST_BEND * depth) ** -2),
    )
    for column, share in ((MIDDLE, near), (SLOPE, level), (BEND, flat)):
        band[BAND, np.arange(n_rows) * N_UNKNOWNS + column] += share
        pull[:, column] -= share * state[:, column]


def _know_mask(band: Values, pull: Values, state: Values, samples: Samples, weight: float) -> None:
    """Add what a mask says of the radius; it decides only where the picture says little."""
    if not samples.has_mask:
        return
    radius = np.maximum(samples.radius_px, 0.6)
    share = weight / ((MASK_ERROR_PX / radius) ** 2 + MASK_ERROR**2)
    band[BAND, np.arange(len(state)) * N_UNKNOWNS + RADIUS] += share
    pull[:, RADIUS] -= share * (state[:, RADIUS] - np.log(radius))


def _know_medium(band: Values, pull: Values, state: Values, medium: Medium, row_px: float) -> None:
    """Add what other vessels say of the contrast."""
    off = state[:, CONTRAST] - medium.expected(state[:, LEVEL])
    share = row_px / MEDIUM_PX / MEDIUM_ERROR**2 / (1 + (off / (2 * MEDIUM_ERROR)) ** 2)
    band[BAND, np.arange(len(state)) * N_UNKNOWNS + CONTRAST] += share
    pull[:, CONTRAST] -= share * off


def _counted(values: Values, order: int, size: float) -> Values:
    """Return what each difference of neighbours counts: a neck bends more than any healthy stretch."""
    return np.asarray(1 / (1 + (np.diff(values, n=order) / (BENT * size)) ** 2))


def _alike(counted: Values, n_rows: int, order: int) -> list[Values]:
    """Return the diagonals, from the main one up, of the matrix of squared differences."""
    kernel = np.diff(np.eye(order + 1), n=order, axis=0)[0]
    diagonals = [np.zeros(n_rows - offset) for offset in range(order + 1)]
    for i in range(order + 1):
        for j in range(i, order + 1):
            diagonals[j - i][i : i + len(counted)] += kernel[i] * kernel[j] * counted
    return diagonals
