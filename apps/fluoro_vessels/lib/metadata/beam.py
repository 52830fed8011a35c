"""Where source and detector are: angles become vectors in the patient's axes around the isocentre.

The axes are those of DICOM's patient: x grows to the left, y to the back, z to the head, in mm. The origin
is the isocentre.
"""

import math
from dataclasses import dataclass
from typing import Final, TypeAlias

Vector: TypeAlias = tuple[float, float, float]
"""(x, y, z) in the patient's axes."""

POLE: Final = 1e-9
"""A beam that leans less than this from the long axis has no primary angle."""


@dataclass(frozen=True)
class Beam:
    """The central beam of a frame.

    Attributes:
        view: Unit vector from the source through the isocentre to the detector.
        source_mm: The focal spot; None without the distance from source to isocentre.
        detector_mm: Where the beam meets the detector; None without both distances.
    """

    view: Vector
    source_mm: Vector | None = None
    detector_mm: Vector | None = None


def view_vector(primary_deg: float, secondary_deg: float) -> Vector:
    """Return the unit vector from the isocentre to the detector.

    The primary angle is a longitude, the secondary one a latitude of the detector. At 0/0 the patient faces
    the detector; at a primary angle of +90 it is at the left hand side (LAO); a secondary angle of +90 is the
    cranial direction.

    DICOM:
        Positioner Primary and Secondary Angle (0018,1510), (0018,1511), PS3.3 C.8.7.5.1.2.
    """
    primary, secondary = math.radians(primary_deg), math.radians(secondary_deg)
    level = math.cos(secondary)
    return level * math.sin(primary), -level * math.cos(primary), math.sin(secondary)


def angles_of(view: Vector) -> tuple[float, float]:
    """Return primary and secondary angle in degrees of a unit vector; the inverse of `view_vector`."""
    x, y, z = view
    primary = 0.0 if math.hypot(x, y) < POLE else math.degrees(math.atan2(x, -y))
    return primary, math.degrees(math.asin(max(-1.0, min(1.0, z))))


def beam(view: Vector, sid_mm: float | None, sod_mm: float | None) -> Beam:
    """Return source and detector on the beam through the isocentre.

    Args:
        view: Unit vector to the detector.
        sid_mm: Distance from source to detector.
        sod_mm: Distance from source to isocentre.
    """
    if sod_mm is None:
        return Beam(view)
    source = _along(view, -sod_mm)
    if sid_mm is None or sid_mm < sod_mm:
        return Beam(view, source)
    return Beam(view, source, _along(view, sid_mm - sod_mm))


def _along(view: Vector, length_mm: float) -> Vector:
    x, y, z = view
    return x * length_mm, y * length_mm, z * length_mm
