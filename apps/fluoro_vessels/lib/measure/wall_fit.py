"""Finds both walls along a whole vessel at once, and the look of the picture from several vessels.

Rows know of each other: middle, radius, contrast and background change little from one to the next. That is
what lets a vessel thinner than the blur be measured: its radius is what the darkness allows at the contrast
of its neighbours.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lib.measure.wall_model import (
    CONTRAST,
    MIDDLE,
    N_UNKNOWNS,
    RADII_PX,
    RADIUS,
    first_state,
)
from lib.measure.wall_profile import Look
from lib.measure.wall_samples import Samples
from lib.measure.wall_system import System, system_at

Values = NDArray[np.float64]

MOST_STEPS: Final = 12
LENIENT_STEPS: Final = 3
LENIENCE: Final = 3.0
ENOUGH: Final = 0.02
ENOUGH_ROWS: Final = 95.0
"""A step that moves the walls of so many percent of the rows by less than this, in pixels or parts of the
radius, is the last one: a few rows without a clear wall go back and forth for ever."""

LARGEST: Final = np.array([1.0, 0.35, 0.5, 9.0, 9.0, 9.0])


@dataclass(frozen=True, eq=False)
class Walls:
    """What was found in N rows.

    Attributes:
        state: (N, 6), see `wall_model`.
        system: The equations there.
    """

    state: Values
    system: System

    @property
    def middle_px(self) -> Values:
        """(N,) offset of the vessel's middle from the line."""
        return np.asarray(self.state[:, MIDDLE])

    @property
    def radius_px(self) -> Values:
        """(N,)."""
        return np.asarray(np.exp(self.state[:, RADIUS]))

    @property
    def depth(self) -> Values:
        """(N,) darkness in the middle of a sharp, linear picture."""
        return np.asarray(2 * np.exp(self.state[:, RADIUS] + self.state[:, CONTRAST]))


def fit_walls(samples: Samples, look: Look, state: Values | None = None) -> Walls:
    """Fit the walls of one vessel.

    Args:
        samples: The straightened vessel.
        look: Of the picture.
        state: (N, 6) from where to begin; a first guess where it is None.
    """
    is_first = state is None
    state = first_state(samples, look) if state is None else state
    for step in range(MOST_STEPS):
        lenience = LENIENCE if is_first and step < LENIENT_STEPS else 1.0
        system = system_at(samples, state, look, lenience)
        move = system.solve(system.pull).reshape(-1, N_UNKNOWNS)
        state = moved(state, move)
        if lenience == 1.0 and _is_enough(move):
            break
    return Walls(state, system_at(samples, state, look))


def _is_enough(move: Values) -> bool:
    """Tell whether a step, (N, 6), hardly moves the walls any more."""
    return bool(np.percentile(np.abs(move[:, : RADIUS + 1]).max(axis=1), ENOUGH_ROWS) < ENOUGH)


def moved(state: Values, move: Values) -> Values:
    """Return a state after a step of limited size."""
    after = state + np.clip(move, -LARGEST, LARGEST)
    after[:, RADIUS] = np.clip(after[:, RADIUS], *np.log(RADII_PX))
    return np.asarray(after)
