"""Stenoses of one frame beside the true ones, measured as a person does: by three clicks."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt, map_coordinates
from scipy.spatial import cKDTree

from lib.arrays import Frame
from lib.errors import FluoroError
from lib.evaluation.measure_truth import TrueFrame, TrueVessel
from lib.measure.centre_line import CentreLine
from lib.measure.diameter import DiameterProfile, diameters
from lib.measure.lesion_gap import unseen_px
from lib.measure.path import line_through
from lib.measure.stenosis import LesionKind, stenosis
from lib.measure.wall_profile import Look
from lib.phantom.model import Lesion

Values = NDArray[np.float64]

BESIDE_MM: Final = 12.0
"""How far beside a lesion the vessel is clicked."""

LEAST_BESIDE_MM: Final = 4.0
PERCENTS: Final = (20.0, 90.0)
"""Narrower ones are occlusions for the eye, wider ones lie within what vessels vary."""

WIDTHS_MM: Final = (1.0, 5.0)
"""Reference diameters in which stenoses are graded."""

FREE_PX: Final = 1.0
NECK_MM: Final = 1.5
"""Nothing else lies within `FREE_PX` of the wall so far from the narrowest point."""

FREE_SHARE: Final = 0.7
"""Nor beside this share of the lesion."""

STRAY_PX: Final = 4.0
"""A line that leaves the vessel by more follows another one."""

SAME_MM: Final = 1.0
"""Two lesions that are nearer to each other are one, of unknown degree."""


@dataclass(frozen=True)
class ScoredLesion:
    """One lesion: what is true, what was found, and what the mask alone says; lengths along the picture."""

    true_mld_mm: float
    mld_mm: float
    true_percent: float
    percent: float
    plain_percent: float
    true_length_mm: float
    length_mm: float


def scored_lesions(
    frame: Frame, mask: NDArray[np.bool_], truth: TrueFrame, look: Look
) -> tuple[list[ScoredLesion], int]:
    """Return the lesions of a frame that could be measured, and how many could not."""
    found: list[ScoredLesion] = []
    n_refused = 0
    for vessel in truth.vessels:
        for lesion in vessel.lesions:
            piece = _piece(vessel, lesion, truth)
            if piece is None:
                continue
            try:
                score = _scored(frame, mask, look, piece, lesion)
            except FluoroError:
                score = None
            n_refused += score is None
            found += [] if score is None else [score]
    return found, n_refused


@dataclass(frozen=True, eq=False)
class _Piece:
    """A vessel around its lesion; `at` is the narrowest point."""

    yx: Values
    diameter_px: Values
    mm_per_px: float
    at: int


def _piece(vessel: TrueVessel, lesion: Lesion, truth: TrueFrame) -> _Piece | None:
    """Return the piece to be clicked; None where it cannot be seen whole and free."""
    if lesion.kind != "stenosis" or not PERCENTS[0] <= lesion.percent_diameter <= PERCENTS[1]:
        return None
    if _has_neighbour(vessel, lesion):
        return None
    half = lesion.length_mm / 2
    away = vessel.along_mm - lesion.middle_mm
    kept = np.flatnonzero(np.abs(away) <= half + BESIDE_MM)
    if len(kept) < 8 or np.diff(vessel.along_mm[kept]).max() > 1.0:
        return None
    if away[kept[0]] > -half - LEAST_BESIDE_MM or away[kept[-1]] < half + LEAST_BESIDE_MM:
        return None
    inside = kept[np.abs(away[kept]) <= max(half, 0.5)]
    at = int(inside[np.argmin(vessel.diameter_mm[inside])])
    width = vessel.diameter_mm[at] / (1 - lesion.percent_diameter / 100)
    if not WIDTHS_MM[0] <= width <= WIDTHS_MM[1] or not _is_free(vessel, inside, at, truth):
        return None
    size = float(vessel.diameter_mm[at] / vessel.diameter_px[at])
    return _Piece(vessel.yx[kept], vessel.diameter_px[kept], size, int(np.searchsorted(kept, at)))


def _is_free(vessel: TrueVessel, inside: NDArray[np.int64], at: int, truth: TrueFrame) -> bool:
    """Tell whether nothing else lies on a lesion's neck, nor on most of the lesion."""
    gap = truth.gap_px(vessel.yx[inside], vessel.diameter_px[inside] / 2, vessel)
    is_neck = np.abs(vessel.along_mm[inside] - vessel.along_mm[at]) <= NECK_MM
    return bool(np.mean(gap >= FREE_PX) >= FREE_SHARE and gap[is_neck].min() >= FREE_PX)


def _has_neighbour(vessel: TrueVessel, lesion: Lesion) -> bool:
    """Tell whether another lesion of the vessel meets this one."""
    return any(
        abs(other.middle_mm - lesion.middle_mm) < (other.length_mm + lesion.length_mm) / 2 + SAME_MM
        for other in vessel.lesions
        if other is not lesion
    )


def _scored(
    frame: Frame, mask: NDArray[np.bool_], look: Look, piece: _Piece, lesion: Lesion
) -> ScoredLesion | None:
    """Return the figures of a lesion; None where it is refused.

    That is where its tightest part is too faint, as in a measurement, and where the line took another vessel,
    which a person would see.
    """
    line = line_through(mask, [piece.yx[0], piece.yx[piece.at], piece.yx[-1]], frame)
    if cKDTree(piece.yx).query(line.yx)[0].max() > STRAY_PX:
        return None
    around = float(line.along_px[line.nearest(piece.yx[piece.at])])
    profile = diameters(frame, line, mask, look=look)
    found = stenosis(profile, around)
    if unseen_px(profile, found):
        return None
    ideal = _true_profile(piece)
    true = stenosis(ideal, float(ideal.along_px[ideal.line.nearest(piece.yx[piece.at])]))
    plain = 2 * map_coordinates(distance_transform_edt(mask), line.yx.T, order=1, mode="nearest")
    plain_percent = 100 * (1 - plain[found.at] / max(float(np.percentile(plain, 75)), 1e-6))
    return ScoredLesion(
        true_mld_mm=float(piece.diameter_px[piece.at]) * piece.mm_per_px,
        mld_mm=found.mld_px * piece.mm_per_px,
        true_percent=lesion.percent_diameter,
        percent=found.percent_diameter if found.kind is LesionKind.STENOSIS else 0.0,
        plain_percent=float(plain_percent),
        true_length_mm=true.length_px * piece.mm_per_px,
        length_mm=found.length_px * piece.mm_per_px,
    )


def _true_profile(piece: _Piece) -> DiameterProfile:
    """Return the true diameters as if they had been measured, so that lengths mean the same."""
    line = CentreLine.of(piece.yx)
    nearest = np.argmin(np.linalg.norm(line.yx[:, None] - piece.yx[None], axis=2), axis=1)
    width = piece.diameter_px[nearest]
    walls = line.yx + (width / 2)[:, None] * line.normals, line.yx - (width / 2)[:, None] * line.normals
    return DiameterProfile(line, width, *walls, np.ones(len(line)), None, 0.0)
