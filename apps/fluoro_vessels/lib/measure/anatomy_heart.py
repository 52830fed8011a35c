"""A schematic heart: where the coronary segments of SYNTAX usually run, and how a C-arm sees them.

It is one drawing, not a statistic of patients: good enough to guess a name, never to measure.
"""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Side: TypeAlias = Literal["left", "right"]

HALF_AXES_MM: Final = np.array([61.0, 45.0, 48.0])
"""Half lengths of the heart towards the apex, upwards and towards the left ventricle."""

AZIMUTH_DEG: Final = 48.0
DIP_DEG: Final = 28.0
"""The long axis points so far to the patient's left of straight ahead, and so far down."""

STEP_MM: Final = 3.0


@dataclass(frozen=True)
class Segment:
    """A coronary segment on the heart.

    Attributes:
        number: In SYNTAX, as the label table has it.
        side: The artery that it belongs to.
        radius_mm: Usual radius.
        places: Latitude and clock angle in degrees: the valves lie at -22, the apex at 90; seen from the apex
            0 is the front groove, 90 the left side, 180 the back groove.
        depth: Where its beginning lies between the heart's middle and its surface.
    """

    number: str
    side: Side
    radius_mm: float
    places: tuple[tuple[float, float], ...]
    depth: float = 1.0


SEGMENTS: Final = (
    Segment("5", "left", 2.2, ((-36, 8), (-22, 18)), depth=0.8),
    Segment("6", "left", 1.8, ((-22, 18), (-8, 4), (2, -2))),
    Segment("7", "left", 1.4, ((2, -2), (15, -6), (38, -11))),
    Segment("8", "left", 0.9, ((38, -11), (65, -12), (100, -10))),
    Segment("9", "left", 1.0, ((0, 0), (8, 13), (22, 28), (38, 36), (50, 40))),
    Segment("10", "left", 0.8, ((30, -9), (36, 2), (48, 14), (62, 22))),
    Segment("12", "left", 1.0, ((-22, 18), (-12, 30), (8, 44), (30, 52))),
    Segment("11", "left", 1.6, ((-22, 18), (-23, 35), (-22, 55))),
    Segment("13", "left", 1.2, ((-22, 55), (-21, 85), (-19, 125))),
    Segment("12a", "left", 1.1, ((-22, 55), (-12, 62), (8, 65), (40, 67))),
    Segment("12b", "left", 0.9, ((-21, 85), (-11, 92), (9, 95), (35, 96))),
    Segment("14", "left", 0.8, ((-20, 115), (-10, 121), (10, 124), (35, 124))),
    Segment("1", "right", 1.9, ((-34, -22), (-28, -30), (-23, -45), (-25, -75)), depth=0.7),
    Segment("2", "right", 1.7, ((-25, -75), (-24, -100), (-20, -130))),
    Segment("3", "right", 1.5, ((-20, -130), (-19, -155), (-20, -178))),
    Segment("4", "right", 1.0, ((-20, -178), (-10, -175), (12, -174), (38, -176))),
    Segment("16", "right", 1.1, ((-20, -178), (-22, -190), (-18, -210), (-15, -228))),
    Segment("16a", "right", 0.8, ((-21, -195), (-8, -198), (10, -200), (30, -200))),
    Segment("16b", "right", 0.7, ((-18, -210), (-6, -213), (12, -215), (28, -215))),
)


@dataclass(frozen=True)
class Drawing:
    """The segments of one artery as a view shows them.

    Attributes:
        yx_mm: (M, 2), mm in the plane of the isocentre, y downwards and x to the right of the picture.
        tangents: (M, 2) unit vectors away from the aorta.
        segment: (M,) place of each point's segment in `SEGMENTS`.
        radius_mm: (M,) usual radii.
    """

    yx_mm: NDArray[np.float64]
    tangents: NDArray[np.float64]
    segment: NDArray[np.int64]
    radius_mm: NDArray[np.float64]


def drawing(side: Side, view: tuple[float, float]) -> Drawing:
    """Return one artery in a view, (primary, secondary) in degrees; LAO and cranial are positive."""
    right, down = _picture_axes(view)
    lines, tangents, segments = [], [], []
    for number, segment in enumerate(SEGMENTS):
        if segment.side == side:
            points = _points_mm(segment)
            flat = np.stack([points @ down, points @ right], axis=1)
            slope = np.gradient(flat, axis=0)
            lines.append(flat)
            tangents.append(slope / np.maximum(np.linalg.norm(slope, axis=1, keepdims=True), 1e-9))
            segments.append(np.full(len(flat), number))
    chosen = np.concatenate(segments)
    radii = np.array([segment.radius_mm for segment in SEGMENTS])[chosen]
    return Drawing(np.concatenate(lines), np.concatenate(tangents), chosen, radii)


def _points_mm(segment: Segment) -> NDArray[np.float64]:
    """Return (N, 3) points in patient coordinates: x to the left, y to the back, z to the head."""
    latitude, clock = np.radians(np.array(segment.places)).T
    local = np.stack(
        [np.sin(latitude), np.cos(latitude) * np.cos(clock), np.cos(latitude) * np.sin(clock)], axis=1
    )
    local *= np.linspace(segment.depth, 1.0, len(local))[:, None]
    corners = (local * HALF_AXES_MM) @ _heart_axes()
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(corners, axis=0), axis=1))])
    wanted = np.linspace(0.0, along[-1], max(round(along[-1] / STEP_MM), 2) + 1)
    return np.stack([np.interp(wanted, along, corners[:, axis]) for axis in range(3)], axis=1)


def _heart_axes() -> NDArray[np.float64]:
    """Return (3, 3), rows: towards the apex, up, towards the left ventricle."""
    azimuth, dip = np.radians([AZIMUTH_DEG, DIP_DEG])
    apex = np.array([np.cos(dip) * np.sin(azimuth), -np.cos(dip) * np.cos(azimuth), -np.sin(dip)])
    up = np.array([0.0, 0.0, 1.0]) - apex * apex[2]
    up /= np.linalg.norm(up)
    return np.stack([apex, up, np.cross(up, apex)])


def _picture_axes(view: tuple[float, float]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return unit vectors to the right of the picture and down in it; the patient is seen from the detector.

    DICOM: XA Positioner Module, PS3.3 C.8.7.5.
    """
    primary, secondary = np.radians(view)
    detector = np.array(
        [np.sin(primary) * np.cos(secondary), -np.cos(primary) * np.cos(secondary), np.sin(secondary)]
    )
    right = np.array([np.cos(primary), np.sin(primary), 0.0])
    return right, np.cross(right, detector)
