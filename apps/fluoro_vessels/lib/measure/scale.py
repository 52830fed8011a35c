"""How many millimetres a pixel is, by which method, and how wrong that may be."""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from lib.arrays import Frame
from lib.errors.measure_values import (
    ContradictorySpacingError,
    FrenchSizeError,
    MarkerLengthError,
    NoCatheterError,
    ObjectHeightError,
)
from lib.frames.carm import CArm
from lib.frames.spacing import Spacing, SpacingSource
from lib.measure.catheter import shaft_of
from lib.measure.centre_line import CentreLine
from lib.measure.wall_profile import Look

USUAL_DEPTH_MM: Final = 30.0
"""How far a vessel lies from the isocentre, a standard deviation, where nobody says it."""

HEIGHT_ERROR_MM: Final = 10.0
"""The same where somebody does."""

CALIBRATED_ERROR_PERCENT: Final = 3.0
"""Of a spacing that a person calibrated in the header."""

AGREEMENT: Final = 0.02
"""Part by which a stated magnification and the stated distances differ by rounding alone."""

CONTRADICTION: Final = 0.12
"""Part from which on both cannot be true of one patient: a table moves by a hand's width, which is less."""

FARTHEST_MM: Final = 300.0
USUAL_SOD_MM: Final = 720.0
MARKER_ERROR_PX: Final = 1.0
"""How exactly the ends of a marker are clicked, both together."""

LEAST_MARKER_PX: Final = 10.0
FRENCH_MM: Final = 1 / 3
FRENCH_SIZES: Final = (3.0, 12.0)
CATHETER_ERROR_PERCENT: Final = 3.0
"""Of an edge that is well seen; makers allow themselves 1 to 2 % of it."""

HEADER_AGREEMENT: Final = 0.15
"""Part by which a catheter and the header's geometry may differ: a hand's width off the isocentre."""

PIXELS_MM: Final = (0.03, 1.2)
"""A pixel in the patient that is smaller or larger than this comes from something that is no catheter."""


class ScaleMethod(StrEnum):
    """Where a scale comes from."""

    HEADER = "header"
    GEOMETRY = "geometry"
    HEIGHT = "height"
    CATHETER = "catheter"
    MARKER = "marker"


@dataclass(frozen=True)
class Scale:
    """The size of a pixel in the plane of the vessel.

    Attributes:
        mm_per_px: Between rows (y) and between columns (x).
        method: Where it comes from.
        expected_error_percent: One standard deviation of a length's error by the scale alone.
        words: The same for people: a sentence.
    """

    mm_per_px: tuple[float, float]
    method: ScaleMethod
    expected_error_percent: float
    words: str

    @property
    def mean_mm(self) -> float:
        """Size of a pixel where direction does not count."""
        return math.sqrt(self.mm_per_px[0] * self.mm_per_px[1])


def scale_of(
    spacing: Spacing | None, arm: CArm | None = None, height_mm: float | None = None
) -> Scale | None:
    """Return the scale that a header gives; None where lengths stay in pixels.

    Args:
        spacing: Of the run.
        arm: Of the run; says how far source, isocentre and detector are apart.
        height_mm: How far the vessel lies from the isocentre towards the detector; None: not known.

    Raises:
        ContradictorySpacingError: Spacing and magnification cannot both be true.
        ObjectHeightError: Such a height is impossible, or nothing is known about the distances.
    """
    if spacing is None or not spacing.is_calibrated:
        if height_mm is not None:
            raise ObjectHeightError(height_mm)
        return None
    apart = 0.0 if arm is None else _disagreement(arm)
    if height_mm is not None:
        return _at_height(spacing, arm, height_mm, apart)
    pair = (spacing.row_mm, spacing.column_mm)
    if spacing.source is SpacingSource.FIDUCIAL:
        words = "Calibrated in the header on an object of known size."
        return Scale(pair, ScaleMethod.HEADER, CALIBRATED_ERROR_PERCENT, words)
    error = 100 * USUAL_DEPTH_MM / ((arm.sod_mm if arm is not None else None) or USUAL_SOD_MM)
    words = (
        "By the header's geometry, at the isocentre: a vessel nearer to the detector is smaller than it "
        f"seems, by {error / 3:.1f} % for each centimetre."
    )
    if apart > AGREEMENT:
        error = math.hypot(error, 100 * apart)
        words += f" The header's magnification and its own distances differ by {100 * apart:.0f} %."
    return Scale(pair, ScaleMethod.GEOMETRY, round(error, 1), words)


def _disagreement(arm: CArm) -> float:
    """Return the part by which a stated magnification differs from the stated distances.

    A machine may mean the height of its table by the one and the isocentre by the others.

    Raises:
        ContradictorySpacingError: It differs by too much.
    """
    if arm.ermf is None or arm.sid_mm is None or arm.sod_mm is None or arm.ermf <= 1:
        return 0.0
    implied = arm.sid_mm / arm.sod_mm
    apart = abs(arm.ermf / implied - 1) if implied > 1 else 0.0
    if apart > CONTRADICTION:
        raise ContradictorySpacingError(arm.ermf, implied)
    return apart


def _at_height(spacing: Spacing, arm: CArm | None, height_mm: float, apart: float) -> Scale:
    """Return the scale in a plane off the isocentre: the magnification is SID / (SOD + height)."""
    sid, sod = (arm.sid_mm, arm.sod_mm) if arm is not None else (None, None)
    if sid is None or sod is None or spacing.source is SpacingSource.FIDUCIAL:
        raise ObjectHeightError(height_mm)
    if not (abs(height_mm) <= FARTHEST_MM and 0 < sod + height_mm < sid):
        raise ObjectHeightError(height_mm)
    factor = (sod + height_mm) / sod
    error = 100 * math.hypot(HEIGHT_ERROR_MM / (sod + height_mm), apart if apart > AGREEMENT else 0.0)
    words = f"By the header's geometry, {height_mm:g} mm from the isocentre towards the detector."
    pair = (spacing.row_mm * factor, spacing.column_mm * factor)
    return Scale(pair, ScaleMethod.HEIGHT, round(error, 1), words)


def scale_by_length(begin_yx: tuple[float, float], end_yx: tuple[float, float], length_mm: float) -> Scale:
    """Return the scale from an object of known length, such as a marker or a balloon.

    Raises:
        MarkerLengthError: The length is not above 0, or the ends are less than 10 px apart.
    """
    length_px = float(np.hypot(begin_yx[0] - end_yx[0], begin_yx[1] - end_yx[1]))
    if not (math.isfinite(length_mm) and length_mm > 0 and length_px >= LEAST_MARKER_PX):
        raise MarkerLengthError(length_mm, length_px)
    size = length_mm / length_px
    error = 100 * MARKER_ERROR_PX / length_px
    words = (
        f"By an object of {length_mm:g} mm, {length_px:.1f} px long; true where it lies as far from the "
        "detector as the vessel and across the beam."
    )
    return Scale((size, size), ScaleMethod.MARKER, round(error, 1), words)


def scale_by_catheter(
    frame: Frame, line: CentreLine, french: float, look: Look | None = None, header: Scale | None = None
) -> Scale:
    """Return the scale from the outer diameter of a catheter's shaft; 1 French is a third of a millimetre.

    Args:
        frame: (H, W) in [0, 1].
        line: Along a straight, free piece of the shaft.
        french: Its size.
        look: Of the picture, as `DiameterProfile.look` gives it, where it is known.
        header: The header's own scale, as a check: a catheter far off the isocentre differs by a few percent.

    Raises:
        FrenchSizeError: There is no such size.
        NoCatheterError: The line shows no catheter of that size.
    """
    if not FRENCH_SIZES[0] <= french <= FRENCH_SIZES[1]:
        raise FrenchSizeError(french)
    shaft = shaft_of(frame, line, look)
    size = french * FRENCH_MM / shaft.width_px
    if not PIXELS_MM[0] <= size <= PIXELS_MM[1]:
        raise NoCatheterError(f"{french:g} French on {shaft.width_px:.1f} px makes a pixel of {size:.2f} mm")
    if header is not None and abs(size / header.mean_mm - 1) > HEADER_AGREEMENT:
        raise NoCatheterError(
            f"{french:g} French on {shaft.width_px:.1f} px makes a pixel of {size:.3f} mm, but the "
            f"header says {header.mean_mm:.3f} mm"
        )
    error = float(np.hypot(CATHETER_ERROR_PERCENT, 50 * shaft.error_px / shaft.width_px))
    words = (
        f"By a catheter of {french:g} French, {shaft.width_px:.1f} px wide; true where the vessel lies "
        "as far from the detector as the catheter."
    )
    return Scale((size, size), ScaleMethod.CATHETER, round(error, 1), words)
