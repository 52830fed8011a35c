"""Diameters along a vessel, from the image: both walls, sub-pixel, with a confidence at each point."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lib.arrays import Frame
from lib.errors.measure_values import LineOutsideFrameError, NoWallsError
from lib.measure.centre_line import CentreLine
from lib.measure.wall_first import first_radius
from lib.measure.wall_fit import Walls, fit_walls
from lib.measure.wall_look import usual_look
from lib.measure.wall_others import picture_look
from lib.measure.wall_profile import Look
from lib.measure.wall_samples import ROW_STEP, Samples, straighten
from lib.measure.wall_trust import area_by_contrast, contrast_to_noise, expected_error

Values = NDArray[np.float64]
"""(N,), one number for each point of a line."""

HALF_PART: Final = 0.1
HALF_PX: Final = 0.6
"""The confidence is one half where the expected error is this part of the diameter and so many pixels, added
as squares. A thin vessel may be wrong by more of itself: else only those that seem too wide would count."""

LEAST_CONFIDENCE: Final = 0.5
MOST_OUTSIDE: Final = 0.1
LEAST_CONTRAST_TO_NOISE: Final = 0.7
"""A vessel whose middle stands out by less than this many standard deviations of its surroundings is none."""


@dataclass(frozen=True, eq=False)
class DiameterProfile:
    """A vessel's diameter along its line.

    Attributes:
        line: N points.
        diameter_px: (N,) from wall to wall, across the line.
        left_yx: (N, 2) the wall on the side of the line's normals.
        right_yx: (N, 2) the wall on the other side.
        confidence: (N,) 0 to 1; below `LEAST_CONFIDENCE` a point counts as not measured.
        densitometric: (N,) cross-sectional area by contrast alone, where 1 is the line's median; None where
            the picture does not allow it. It needs no walls, but a background that is even.
        blur_px: Standard deviation of the picture's blur that was taken out.
        look: All that was taken out; give it to `diameters` for other lines and frames of the same run.
    """

    line: CentreLine
    diameter_px: Values
    left_yx: NDArray[np.float64]
    right_yx: NDArray[np.float64]
    confidence: Values
    densitometric: Values | None
    blur_px: float
    look: Look | None = None

    @cached_property
    def is_measured(self) -> NDArray[np.bool_]:
        """(N,) where the walls are clear enough to count."""
        return np.asarray(self.confidence >= LEAST_CONFIDENCE)

    @property
    def expected_error_px(self) -> Values:
        """(N,) how wrong the diameters probably are, one standard deviation."""
        part = np.sqrt(1 / np.clip(self.confidence, 1e-6, 1.0) - 1)
        return np.asarray(_half_px(self.diameter_px) * part)

    @property
    def along_px(self) -> Values:
        """(N,) length of the way to each point."""
        return self.line.along_px


def diameters(
    frame: Frame,
    line: CentreLine,
    mask: NDArray[np.bool_] | None = None,
    blur_px: float | None = None,
    look: Look | None = None,
    row_step: int = ROW_STEP,
) -> DiameterProfile:
    """Measure a vessel across its line at every point.

    A blurred round vessel is fitted to the picture along the whole line at once, see
    docs/measurement-accuracy.md.

    Args:
        frame: (H, W) in [0, 1], vessels dark.
        line: Along the middle of the vessel, within about half a radius.
        mask: (H, W) of all vessels of the frame; gives a first width, and tells what lies beside the vessel.
        blur_px: Standard deviation of the picture's blur, where it is known.
        look: Of the picture, where it is known from another line or frame; found in this picture where
            neither is given.
        row_step: Points of the line from one measured row to the next; those between follow.

    Raises:
        LineOutsideFrameError: More than a tenth of the line lies outside the picture.
        NoWallsError: There is no vessel along the line.
    """
    _require_inside(frame, line)
    if look is None:
        look = picture_look(frame, line, mask) if blur_px is None else usual_look(blur_px)
    samples = straighten(frame, line, first_radius(frame, line, mask), mask, row_step)
    if samples.weights.sum() < samples.weights.size / 20:
        raise NoWallsError
    walls = fit_walls(samples, look)
    if contrast_to_noise(walls) < LEAST_CONTRAST_TO_NOISE:
        raise NoWallsError
    return _profile(line, samples, walls, look)


def _require_inside(frame: Frame, line: CentreLine) -> None:
    inside = np.all((line.yx >= 0) & (line.yx <= np.array(frame.shape) - 1), axis=1)
    n_outside = int(np.count_nonzero(~inside))
    if n_outside > MOST_OUTSIDE * len(line):
        raise LineOutsideFrameError(n_outside, len(line))


def _half_px(diameter_px: Values) -> Values:
    """Return the error at which the confidence is one half."""
    return np.asarray(np.hypot(HALF_PART * diameter_px, HALF_PX))


def _profile(line: CentreLine, samples: Samples, walls: Walls, look: Look) -> DiameterProfile:
    """Return what was found in the rows for all points of the line."""
    every = np.arange(len(line))

    def at_points(of_rows: Values) -> Values:
        return np.asarray(np.interp(every, samples.rows, of_rows))

    middle, radius = at_points(walls.middle_px), at_points(walls.radius_px)
    error_px = 2 * radius * at_points(expected_error(samples, walls, look))
    confidence = 1 / (1 + (error_px / _half_px(2 * radius)) ** 2)
    area = area_by_contrast(samples, walls, look, confidence[samples.rows] >= LEAST_CONFIDENCE)
    return DiameterProfile(
        line=line,
        diameter_px=2 * radius,
        left_yx=line.yx + (middle + radius)[:, None] * line.normals,
        right_yx=line.yx + (middle - radius)[:, None] * line.normals,
        confidence=confidence,
        densitometric=None if area is None else at_points(area),
        blur_px=look.blur_px,
        look=look,
    )
