"""The look of a picture, from several of its vessels: blur, saturation, edge enhancement.

One vessel alone cannot tell its width from the blur; wide and thin ones together can. What machines usually
do is known beforehand and gives way slowly.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lib.measure.wall_fit import fit_walls, moved
from lib.measure.wall_medium import find_medium
from lib.measure.wall_model import N_UNKNOWNS, predicted
from lib.measure.wall_profile import Look
from lib.measure.wall_samples import Samples
from lib.measure.wall_system import system_at

Values = NDArray[np.float64]

USUAL: Final = np.array([np.log(0.95), 0.3, 0.3, np.log(2.5), 0.15])
"""Logarithm of the blur, curvature, edge strength, logarithm of the edge size, toe: as usual."""

SPREAD: Final = np.array([0.2, 0.35, 0.25, 0.35, 0.08])
LOWEST: Final = np.array([np.log(0.35), 0.0, 0.0, 0.0, 0.02])
HIGHEST: Final = np.array([np.log(2.5), 4.0, 1.3, np.log(8.0), 0.5])
MOST_STEPS: Final = 8
LARGEST_STEP: Final = 0.25
TRUST: Final = 0.02
"""What a residual counts for the look: vessels differ from the model in the same way over long stretches."""

SMALL: Final = 1e-3


def usual_look(blur_px: float | None = None) -> Look:
    """Return the look of most pictures, with a blur that is known."""
    return _look(USUAL if blur_px is None else np.array([np.log(blur_px), *USUAL[1:]]))


def find_look(vessels: Sequence[Samples]) -> Look:
    """Return the look that explains several vessels of one picture best, and their contrast medium."""
    values = USUAL.copy()
    states = [fit_walls(samples, _look(values)).state for samples in vessels]
    for _ in range(MOST_STEPS):
        squares, pull = np.diag(1 / SPREAD**2), (USUAL - values) / SPREAD**2
        parts = [_part(samples, state, values) for samples, state in zip(vessels, states, strict=True)]
        squares = squares + TRUST * sum(part[0] for part in parts)
        pull = pull + TRUST * sum(part[1] for part in parts)
        step = np.clip(np.linalg.solve(squares, pull), -LARGEST_STEP, LARGEST_STEP)
        after = np.clip(values + step, LOWEST, HIGHEST)
        step, values = after - values, after
        states = [
            moved(state, (own - by_look @ step).reshape(-1, N_UNKNOWNS))
            for state, (_, _, own, by_look) in zip(states, parts, strict=True)
        ]
        if np.abs(step).max() < 0.01:
            break
    look = _look(values)
    return replace(look, medium=find_medium(vessels, states, look))


def _part(samples: Samples, state: Values, values: Values) -> tuple[Values, Values, Values, Values]:
    """Return what one vessel says of the look once its own unknowns are free, and how these follow it.

    Returns:
        (5, 5) and (5,) equations of the look; (6 N,) the vessel's own step; (6 N, 5) how it changes with the
        look.
    """
    look = _look(values)
    system = system_at(samples, state, look)
    grey = samples.values - system.residuals
    slopes = np.empty((*grey.shape, len(values)))
    for number in range(len(values)):
        other = values.copy()
        other[number] += SMALL
        slopes[:, :, number] = (predicted(samples, state, _look(other)) - grey) / SMALL
    mixed = np.einsum("nmi,nm,nmk->nik", system.slopes, system.weights, slopes).reshape(-1, len(values))
    squares = np.einsum("nmi,nm,nmk->ik", slopes, system.weights, slopes)
    pull = np.einsum("nmi,nm,nm->i", slopes, system.weights, system.residuals)
    solved = system.solve(np.column_stack([system.pull, mixed]))
    own, by_look = solved[:, 0], solved[:, 1:]
    return squares - mixed.T @ by_look, pull - mixed.T @ own, own, by_look


def _look(values: Values) -> Look:
    blur, curvature, strength, size, toe = (float(value) for value in values)
    return Look(float(np.exp(blur)), curvature, strength, float(np.exp(size)), toe)
