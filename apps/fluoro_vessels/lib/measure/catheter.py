"""How wide a catheter's shaft is in the picture: a tube with a wall, as wide all along.

A catheter is no vessel: its wall is darker than what is in it, or fainter when contrast medium fills it. So
its cross-section is the difference of two round ones, and the outer one is what its size in French speaks of.
"""

from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from lib.arrays import Frame
from lib.errors.measure_values import NoCatheterError
from lib.measure.centre_line import CentreLine
from lib.measure.wall_first import first_radius
from lib.measure.wall_fit import Walls, fit_walls
from lib.measure.wall_look import usual_look
from lib.measure.wall_profile import Look, darkness
from lib.measure.wall_samples import Samples, sampled, straighten
from lib.measure.wall_trust import contrast_to_noise

Values = NDArray[np.float64]

SHORTEST_PX: Final = 20.0
LEAST_CONTRAST_TO_NOISE: Final = 0.7
MOST_UNEVEN: Final = 0.15
"""Greatest spread of the width along a shaft, as a part of it; vessels taper and catheters do not."""

MOST_RANGE: Final = 0.4
"""Greatest range of the width along most of a shaft, as a part of it."""

MOST_ERROR: Final = 0.035
"""Greatest standard deviation of the thirds of a shaft, as a part of its width."""

MOST_TAPER: Final = 0.2
"""Greatest change of the width from end to end, as a part of it."""

STEP_PX: Final = 0.25
USUAL: Final = np.array([0.68, np.log(0.95), 0.3])
"""Inner by outer diameter, logarithm of the blur, edge enhancement: the middle of catheters and machines."""

SPREAD: Final = np.array([0.06, 0.2, 0.25])
BEGINNINGS: Final = np.log([1.0, 1.4])
"""From where the outer wall is sought, in parts of the width that a round vessel would have: that may be only
the lumen's, or one of the two dark walls'."""

LEAST_WALL: Final = 0.3
"""A wall is made to be seen: for each pixel of depth it is at least so dark as what is in it."""

MISFIT: Final = 0.02
"""What the model cannot explain, in parts of the depth; noise averages out along the shaft, this does not."""


@dataclass(frozen=True)
class Shaft:
    """A catheter's shaft.

    Attributes:
        width_px: Outer diameter.
        error_px: Its standard deviation by what differs along the shaft.
    """

    width_px: float
    error_px: float


def shaft_of(frame: Frame, line: CentreLine, look: Look | None = None) -> Shaft:
    """Measure a catheter along a line.

    Args:
        frame: (H, W) in [0, 1].
        line: Along the shaft, within about half its radius.
        look: Of the picture, where it is known.

    Raises:
        NoCatheterError: The line is short, or shows nothing that is dark and as wide all along.
    """
    if line.length_px < SHORTEST_PX:
        raise NoCatheterError(f"it is {line.length_px:.0f} px long, and {SHORTEST_PX:.0f} px are needed")
    samples = straighten(frame, line, first_radius(frame, line, None), None)
    walls = fit_walls(samples, usual_look() if look is None else replace(look, medium=None))
    _require_shaft(walls)
    radius = float(np.median(walls.radius_px))
    profiles = _centred(frame, line, samples, walls, radius)
    whole = _outer_radius(profiles, radius, look)
    parts = [_outer_radius(part, whole, look, np.zeros(1)) for part in np.array_split(profiles, 3)]
    error = float(np.std(parts))
    if error > MOST_ERROR * whole:
        raise NoCatheterError(f"its thirds differ by {100 * error / whole:.0f} % in width")
    return Shaft(2 * whole, 2 * error)


def _require_shaft(walls: Walls) -> None:
    if contrast_to_noise(walls) < LEAST_CONTRAST_TO_NOISE:
        raise NoCatheterError("nothing along it is darker than its sides")
    radius = walls.radius_px
    spread = 1.4826 * float(np.median(np.abs(radius / np.median(radius) - 1)))
    third = max(len(radius) // 3, 1)
    taper = abs(float(np.median(radius[:third]) / np.median(radius[-third:])) - 1)
    reach = float(np.ptp(np.percentile(radius, [4, 96])) / np.median(radius))
    if spread > MOST_UNEVEN or taper > MOST_TAPER or reach > MOST_RANGE:
        worst = 100 * max(spread, taper, reach)
        raise NoCatheterError(f"its width differs by {worst:.0f} % along it, as that of a vessel does")


def _centred(frame: Frame, line: CentreLine, samples: Samples, walls: Walls, radius: float) -> Values:
    """Return (N, M) grey values across the shaft, its middle at the middle, `STEP_PX` apart."""
    n_beside = int(np.ceil((2.4 * radius + 4) / STEP_PX))
    offsets = np.arange(-n_beside, n_beside + 1) * STEP_PX
    away = offsets[None, :, None] + walls.middle_px[:, None, None]
    places = line.yx[samples.rows][:, None, :] + away * line.normals[samples.rows][:, None, :]
    return sampled(frame, places, cv2.INTER_CUBIC)


def _outer_radius(
    profiles: Values, radius: float, look: Look | None, beginnings: Values = BEGINNINGS
) -> float:
    """Return the outer radius that explains the median of some rows, (N, M), best."""
    profile = np.median(profiles, axis=0)
    n_beside = (len(profile) - 1) // 2
    offsets = np.arange(-n_beside, n_beside + 1) * STEP_PX
    depth = float(max(np.percentile(profile, 90) - profile.min(), 1e-3))

    def misfits(unknown: Values) -> Values:
        explained, wall = _explained(profile, offsets, unknown, look)
        left = (profile - explained) / (MISFIT * depth) * STEP_PX
        faint = max(LEAST_WALL - wall, 0) / (LEAST_WALL / 4)
        return np.concatenate([left, (unknown[1:] - USUAL) / SPREAD, [faint]])

    low = [np.log(0.7), 0.4, np.log(0.35), 0.0]
    high = [np.log(offsets[-1] - 1.0), 0.92, np.log(2.5), 1.3]
    found = []
    for begin in np.log(radius) + beginnings:
        start = np.clip([begin, *USUAL], np.array(low) + 1e-3, np.array(high) - 1e-3)
        found.append(least_squares(misfits, start, bounds=(low, high), diff_step=1e-3, max_nfev=40))
    best = min(found, key=lambda one: one.cost)
    return float(np.exp(best.x[0]))


def _explained(profile: Values, offsets: Values, unknown: Values, look: Look | None) -> tuple[Values, float]:
    """Return the profile that wall and lumen of a tube explain best, and the wall's share of the darker one.

    Neither is brighter than nothing.
    """
    outer, hollow = np.exp(unknown[0]), unknown[1]
    blur = look or Look(float(np.exp(unknown[2])), edge_strength=float(unknown[3]))
    linear = Look(blur.blur_px, 0.0, blur.edge_strength, blur.edge_px)
    one = np.ones((1, 1))
    whole = outer * darkness(offsets[None], outer * one, one, linear)[0]
    inner = hollow * outer * darkness(offsets[None], hollow * outer * one, one, linear)[0]
    place = offsets / offsets[-1]
    beside = [np.ones_like(place), place, place**2]
    for dark, is_wall in (([whole - inner, inner], [1, 0]), ([whole - inner], [1]), ([inner], [0])):
        columns = np.stack([*(-one for one in dark), *beside], axis=1)
        best, *_ = np.linalg.lstsq(columns, profile, rcond=None)
        darker = best[: len(dark)]
        if np.all(darker >= 0):
            wall = float(darker @ np.array(is_wall)) / max(float(darker.max()), 1e-9)
            return np.asarray(columns @ best), wall
    return np.full_like(profile, profile.mean()), 0.0
