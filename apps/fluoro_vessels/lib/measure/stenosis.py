"""The narrowest or widest place of a vessel, compared with its reference."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from lib.errors.measure_values import NoLesionError, SiteOffLineError
from lib.measure.diameter import DiameterProfile, Values
from lib.measure.reference import ReferenceSpans, healthy_points, interpolated, reference_line

LEAST_DEPARTURE: Final = 0.15
"""Part of the reference by which a lesion that nobody pointed at departs from it."""

SHOULDER: Final = 0.15
"""A lesion ends where this part of its greatest departure is left."""

LEAST_SHOULDER: Final = 0.03
SEARCH_PX: Final = 10.0
SEARCH_DIAMETERS: Final = 2.0
"""The lesion nearest to a click is sought over this length, or so many reference diameters."""


class LesionKind(StrEnum):
    """Which way a lesion departs from its reference."""

    STENOSIS = "stenosis"
    ANEURYSM = "aneurysm"


@dataclass(frozen=True)
class Stenosis:
    """A lesion.

    Attributes:
        at: Index of the narrowest point of the line (of an aneurysm, the widest).
        mld_px: Diameter there: the minimal lumen diameter; of an aneurysm, the largest diameter.
        reference_px: The reference vessel's diameter at that point (RVD).
        percent_diameter: Diameter lost, in % of the reference (%DS); negative for an aneurysm.
        percent_area: Area lost, by the diameters of a round lumen (%AS).
        percent_area_densitometric: The same by contrast; None where the profile has none.
        lesion: First and last index of the lesion.
        length_px: Length of the lesion along the line.
        area_px2: Lumen area at the point, of a round lumen.
        kind: Which way it departs.
        confidence: 0 to 1, that of the profile at the point.
    """

    at: int
    mld_px: float
    reference_px: float
    percent_diameter: float
    percent_area: float
    percent_area_densitometric: float | None
    lesion: tuple[int, int]
    length_px: float
    area_px2: float
    kind: LesionKind
    confidence: float


def stenosis(
    profile: DiameterProfile, around: float | None = None, reference: ReferenceSpans | None = None
) -> Stenosis:
    """Find a lesion and measure it.

    Args:
        profile: A vessel.
        around: Pixels from the beginning of the line; the lesion nearest to it; if None, the strongest
            one that is not at an end of the line.
        reference: Healthy parts that a person marked; interpolated if None.

    Raises:
        NoReferenceError: Too little healthy vessel.
        ReferenceSpanError: A span is no part of the line.
        SiteOffLineError: `around` does not lie on the line.
        NoLesionError: No site was given and nothing departs from the reference, or the site has no walls.
    """
    expected = reference_line(profile, reference)
    at = _strongest(profile, expected) if around is None else _nearest(profile, expected, around)
    lost = 1 - profile.diameter_px[at] / expected[at]
    first, last = _shoulders(profile, expected, at)
    along = profile.along_px
    return Stenosis(
        at=at,
        mld_px=float(profile.diameter_px[at]),
        reference_px=float(expected[at]),
        percent_diameter=float(100 * lost),
        percent_area=float(100 * (1 - (1 - lost) ** 2)),
        percent_area_densitometric=_area_by_contrast(profile, expected, at),
        lesion=(first, last),
        length_px=float(along[last] - along[first]),
        area_px2=float(np.pi / 4 * profile.diameter_px[at] ** 2),
        kind=LesionKind.STENOSIS if lost >= 0 else LesionKind.ANEURYSM,
        confidence=float(profile.confidence[at]),
    )


def _departure(profile: DiameterProfile, expected: Values) -> Values:
    """Return (N,) how far a vessel is from its reference, as a logarithm; 0 where it was not measured."""
    ratio = np.log(np.maximum(profile.diameter_px, 1e-3) / expected)
    return np.where(profile.is_measured, ratio, 0.0)


def _strongest(profile: DiameterProfile, expected: Values) -> int:
    """Return the point that departs most, a diameter or more away from both ends of the line.

    A vessel that is narrow at the end of its line may just end there: who means that place points at it.
    """
    from_end = np.minimum(profile.along_px, profile.line.length_px - profile.along_px)
    departure = np.abs(_departure(profile, expected)) * (from_end >= expected)
    at = int(np.argmax(departure))
    if departure[at] < -np.log(1 - LEAST_DEPARTURE):
        raise NoLesionError
    return at


def _nearest(profile: DiameterProfile, expected: Values, around: float) -> int:
    """Return the point near a place that departs most from the reference."""
    if not 0 <= around <= profile.line.length_px:
        raise SiteOffLineError(around, profile.line.length_px)
    away = np.abs(profile.along_px - around)
    reach = max(SEARCH_PX, SEARCH_DIAMETERS * float(expected[int(np.argmin(away))]))
    near = (away <= reach) & profile.is_measured
    if not near.any():
        raise NoLesionError
    departure = np.abs(_departure(profile, expected)) * near
    return int(np.argmax(departure)) if departure.any() else int(np.argmin(np.where(near, away, np.inf)))


def _shoulders(profile: DiameterProfile, expected: Values, at: int) -> tuple[int, int]:
    """Return where a lesion begins and ends: the vessel is nearly as wide as its reference again."""
    lost = (1 - profile.diameter_px / expected) * np.sign(1 - profile.diameter_px[at] / expected[at])
    enough = max(SHOULDER * float(lost[at]), LEAST_SHOULDER)
    outside = lost < enough
    before, behind = np.flatnonzero(outside[:at]), np.flatnonzero(outside[at + 1 :])
    first = int(before[-1]) + 1 if len(before) else 0
    last = at + int(behind[0]) if len(behind) else len(lost) - 1
    return first, last


def _area_by_contrast(profile: DiameterProfile, expected: Values, at: int) -> float | None:
    if profile.densitometric is None:
        return None
    healthy = healthy_points(profile, expected)
    whole = float(interpolated(profile, profile.densitometric, healthy)[at])
    return float(100 * (1 - profile.densitometric[at] / whole)) if whole > 0 else None
