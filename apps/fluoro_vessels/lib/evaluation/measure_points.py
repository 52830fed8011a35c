"""Diameters of one frame beside the true ones, point by point, and those of the plain method."""

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
from lib.measure.graph import vessel_graph
from lib.measure.wall_others import picture_look
from lib.measure.wall_profile import Look

Values = NDArray[np.float64]

SHORTEST_PX: Final = 15.0
POINT_STEP: Final = 4
"""Every so many points of a line are compared: 2 px apart, for neighbours know of each other."""

FREE_PX: Final = 3.0
"""A place whose wall is nearer to another vessel, to a device, or to the vessel's own other stretches is an
overlap, where cores do not measure."""

DIAMETERS_MM: Final = (0.5, 5.0)
STRAIGHT: Final = 0.9
"""Cosine of the angle between a line and the vessel it is taken for."""


@dataclass(frozen=True, eq=False)
class Points:
    """Points that were compared; each attribute is (N,).

    Attributes:
        true_mm: Diameter.
        found_mm: By the edge model, at the vessel's own magnification.
        header_mm: The same at the header's pixel size.
        plain_mm: Twice the distance to the border of the mask.
        confidence: 0 to 1.
        is_measured: Whether the profile counts it.
        is_free: Whether nothing else lies there.
    """

    true_mm: Values
    found_mm: Values
    header_mm: Values
    plain_mm: Values
    confidence: Values
    is_measured: NDArray[np.bool_]
    is_free: NDArray[np.bool_]

    @classmethod
    def none(cls) -> "Points":
        """Return no points."""
        none, no = np.zeros(0), np.zeros(0, np.bool_)
        return cls(none, none, none, none, none, no, no)

    @classmethod
    def joined(cls, parts: "list[Points]") -> "Points":
        """Return several as one."""
        names = cls.__dataclass_fields__
        return cls(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})

    def where(self, chosen: NDArray[np.bool_]) -> "Points":
        """Return some of the points."""
        return Points(**{name: getattr(self, name)[chosen] for name in self.__dataclass_fields__})


def frame_look(frame: Frame, mask: NDArray[np.bool_]) -> Look | None:
    """Return the look of a frame; None where its mask shows no vessel."""
    branches = vessel_graph(mask).branches
    longest = max(branches, key=lambda one: one.line.length_px, default=None)
    return None if longest is None else picture_look(frame, longest.line, mask)


def compared(
    frame: Frame, mask: NDArray[np.bool_], truth: TrueFrame, look: Look, header_mm: float
) -> list[Points]:
    """Measure all branches of a mask and compare them with the truth.

    Args:
        frame: (H, W) in [0, 1].
        mask: (H, W) of the vessels, whoever found them.
        truth: Of this frame.
        look: Of this frame.
        header_mm: Pixel size by the header.
    """
    away = distance_transform_edt(mask)
    found = []
    for branch in vessel_graph(mask).branches:
        if branch.line.length_px < SHORTEST_PX:
            continue
        try:
            profile = diameters(frame, branch.line, mask, look=look)
        except FluoroError:
            continue
        plain = 2 * map_coordinates(away, branch.line.yx.T, order=1, mode="nearest")
        found.append(_of_branch(profile, plain, truth, header_mm))
    return found


def _of_branch(profile: DiameterProfile, plain: Values, truth: TrueFrame, header_mm: float) -> Points:
    kept = np.arange(0, len(profile.line), POINT_STEP)
    parts = [Points.none()]
    near = _nearest(profile.line, kept, truth)
    for vessel, (points, places) in near:
        radius = vessel.diameter_px[places] / 2
        gap = truth.gap_px(vessel.yx[places], radius, vessel)
        gap = np.minimum(gap, truth.own_gap_px(vessel, places))
        size = vessel.diameter_mm[places] / vessel.diameter_px[places]
        parts.append(
            Points(
                true_mm=vessel.diameter_mm[places],
                found_mm=profile.diameter_px[points] * size,
                header_mm=profile.diameter_px[points] * header_mm,
                plain_mm=plain[points] * size,
                confidence=profile.confidence[points],
                is_measured=profile.is_measured[points],
                is_free=gap > FREE_PX,
            )
        )
    joined = Points.joined(parts)
    return joined.where((joined.true_mm >= DIAMETERS_MM[0]) & (joined.true_mm <= DIAMETERS_MM[1]))


def _nearest(
    line: CentreLine, kept: NDArray[np.int64], truth: TrueFrame
) -> list[tuple[TrueVessel, tuple[NDArray[np.int64], NDArray[np.int64]]]]:
    """Return the vessels that points of a line lie on: indices of the points and of the vessel's own."""
    vessels = [vessel for vessel in truth.vessels if len(vessel.yx) > 1]
    if not vessels:
        return []
    distances, places = zip(*(cKDTree(vessel.yx).query(line.yx[kept]) for vessel in vessels), strict=True)
    owner = np.argmin(np.stack(distances), axis=0)
    found = []
    for number, vessel in enumerate(vessels):
        at = places[number]
        slopes = np.gradient(vessel.yx, axis=0)
        slopes /= np.maximum(np.linalg.norm(slopes, axis=1, keepdims=True), 1e-9)
        is_along = np.abs((slopes[at] * line.tangents[kept]).sum(axis=1)) > STRAIGHT
        is_on = distances[number] <= 1 + vessel.diameter_px[at] / 4
        chosen = (owner == number) & is_along & is_on
        if chosen.any():
            found.append((vessel, (kept[chosen], at[chosen])))
    return found
