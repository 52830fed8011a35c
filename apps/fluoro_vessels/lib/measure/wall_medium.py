"""How dark contrast medium is in a picture, from its wide vessels, so that thin ones can be measured by it.

Of a vessel thinner than the blur a picture shows only how much medium lies across it: radius and contrast
together. A wide vessel of the same injection tells the contrast, and then the darkness tells the radius.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lib.measure.wall_model import CONTRAST, LEVEL, RADIUS
from lib.measure.wall_profile import Look, Medium
from lib.measure.wall_samples import Samples

Values = NDArray[np.float64]

WIDE: Final = (1.5, 3.5)
"""Radii in blurs from which on a vessel begins to tell its contrast by itself, and tells it well."""

SEEN: Final = 0.8
"""Part of the widest row that a row shows: where other vessels lie, contrast is not its own."""

FEWEST_ROWS: Final = 12
SPREAD: Final = 0.25
"""Standard deviation of the contrast's logarithm between vessels: some run towards the beam, or fill late."""

USUAL_BY_LEVEL: Final = 0.8
BY_LEVEL_SPREAD: Final = 0.8
"""What is usual between logarithmic pictures, 0, and linear ones, 2 and more."""

INDEPENDENT_ROWS: Final = 12.0
"""What all rows together count for the change with the level: neighbours know of each other."""

ROUNDS: Final = 10


def find_medium(vessels: Sequence[Samples], states: Sequence[Values], look: Look) -> Medium | None:
    """Return the contrast that wide vessels have in common; None where too few of them are seen.

    Args:
        vessels: Straightened vessels of one picture.
        states: (N, 6) each, their fits.
        look: Of the picture.
    """
    rows = zip(*_rows(vessels, states, look), strict=True)
    level, contrast, weights = (np.concatenate(part) for part in rows)
    if np.count_nonzero(weights) < FEWEST_ROWS:
        return None
    level, contrast, weights = (values[weights > 0] for values in (level, contrast, weights))
    middle = float(np.average(level, weights=weights))
    by_level, typical = USUAL_BY_LEVEL, float(np.median(contrast))
    for _ in range(ROUNDS):
        off = contrast - typical - by_level * (level - middle)
        counted = weights / (1 + (off / SPREAD) ** 2)
        typical = float(np.average(contrast - by_level * (level - middle), weights=counted))
        by_level = _by_level(level - middle, contrast - typical, counted / weights.sum())
    return Medium(typical, middle, by_level)


def _rows(
    vessels: Sequence[Samples], states: Sequence[Values], look: Look
) -> list[tuple[Values, Values, Values]]:
    """Return of each vessel (N,) grey values beside it, logarithms of its contrast, and what each counts."""
    found = []
    for samples, state in zip(vessels, states, strict=True):
        blurs = np.exp(state[:, RADIUS]) / look.blur_px
        seen = samples.weights.sum(axis=1)
        sure = np.clip(blurs - WIDE[0], 0, WIDE[1] - WIDE[0]) * (seen > SEEN * seen.max())
        found.append((state[:, LEVEL], state[:, CONTRAST], sure))
    return found


def _by_level(level: Values, contrast: Values, weights: Values) -> float:
    """Return how contrast changes with the level, held to what is usual."""
    counted = INDEPENDENT_ROWS * weights / SPREAD**2
    held = 1 / BY_LEVEL_SPREAD**2
    return float((counted @ (level * contrast) + USUAL_BY_LEVEL * held) / (counted @ level**2 + held))
