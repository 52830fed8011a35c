"""What a straightened vessel should look like, and how that changes with what is not known."""

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from lib.measure.wall_profile import Look, darkness, toned
from lib.measure.wall_samples import Samples

Values = NDArray[np.float64]

MIDDLE, RADIUS, CONTRAST, LEVEL, SLOPE, BEND = range(6)
"""Columns of a state: pixels off the line; logarithms of the radius in pixels and of the darkness per pixel
of depth; grey level beside the vessel and its first and second change across."""

N_UNKNOWNS: Final = 6
RADII_PX: Final = (0.2, 45.0)
SMALL: Final = 1e-3
LEAST_DEPTH: Final = 0.01
START_ROWS: Final = 9
"""Rows that are averaged for the first guess of the contrast."""


def across(samples: Samples) -> Values:
    """Return (M,) the offsets in parts of the furthest one."""
    return np.asarray(samples.offsets / np.abs(samples.offsets).max())


def predicted(samples: Samples, state: Values, look: Look) -> Values:
    """Return (N, M) grey values of a state (N, 6)."""
    place = across(samples)[None]
    beside = state[:, LEVEL, None] + state[:, SLOPE, None] * place + state[:, BEND, None] * place**2
    radius = np.exp(state[:, RADIUS, None])
    depth = 2 * radius * np.exp(state[:, CONTRAST, None])
    offsets = samples.offsets[None] - state[:, MIDDLE, None]
    return toned(beside - darkness(offsets, radius, depth, look, samples.row_px), look.toe)


def state_slopes(samples: Samples, state: Values, look: Look, grey: Values) -> Values:
    """Return (N, M, 6), how grey values change with each unknown of their row.

    What the middle and the contrast change is taken from the grey values themselves: the one moves them
    sideways, the other multiplies what is darker than the background.
    """
    slopes = np.empty((*grey.shape, N_UNKNOWNS))
    wider = state.copy()
    wider[:, RADIUS] += SMALL
    slopes[:, :, RADIUS] = (predicted(samples, wider, look) - grey) / SMALL
    toe = np.where(grey > look.toe, 1.0, np.maximum(grey / look.toe, 0.02))
    place = across(samples)[None]
    beside = state[:, LEVEL, None] + state[:, SLOPE, None] * place + state[:, BEND, None] * place**2
    step = np.gradient(place[0])
    slopes[:, :, CONTRAST] = grey - toned(beside, look.toe)
    falling = state[:, SLOPE, None] + 2 * state[:, BEND, None] * place
    slopes[:, :, MIDDLE] = (toe * falling - np.gradient(grey, axis=1) / step) / np.abs(samples.offsets).max()
    slopes[:, :, LEVEL], slopes[:, :, SLOPE], slopes[:, :, BEND] = toe, toe * place, toe * place**2
    return slopes


def first_state(samples: Samples, look: Look) -> Values:
    """Return (N, 6) with the first radii, and contrast and background as a line fit gives them."""
    n_rows = len(samples.rows)
    radius = np.maximum(samples.radius_px, 0.6)[:, None]
    linear = replace(look, curvature=0.0)
    shape = darkness(samples.offsets[None], radius, np.ones((n_rows, 1)), linear)
    place = np.broadcast_to(across(samples), shape.shape)
    columns = np.stack([-shape, np.ones_like(shape), place], axis=2)
    squares = np.einsum("nmi,nm,nmj->nij", columns, samples.weights, columns) + 1e-6 * np.eye(3)
    products = np.einsum("nmi,nm,nm->ni", columns, samples.weights, samples.values)
    squares = uniform_filter1d(squares, START_ROWS, axis=0, mode="nearest")
    products = uniform_filter1d(products, START_ROWS, axis=0, mode="nearest")
    depth, level, slope = np.linalg.solve(squares, products[..., None])[..., 0].T
    contrast = np.log(np.maximum(depth, LEAST_DEPTH) / (2 * radius[:, 0]))
    usual = float(np.median(contrast))
    contrast = np.clip(contrast, usual - 0.4, usual + 0.4)
    none = np.zeros(n_rows)
    return np.column_stack([none, np.log(radius[:, 0]), contrast, level, slope, none])
