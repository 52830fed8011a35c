"""The angles of every frame, in the patient's axes, whichever way an object states them."""

from dataclasses import dataclass
from typing import Final

from lib.frames.carm import CArm
from lib.frames.groups import FunctionalGroups
from lib.frames.values import Values
from lib.metadata.beam import Vector, angles_of, view_vector
from lib.metadata.patient_axes import LYING, TableTilt, to_patient

POSITIONER: Final = "positioner"
ISOCENTER: Final = "isocenter"
ISOCENTER_SUPINE: Final = "isocenter, head first supine assumed"

ISOCENTER_MACRO: Final = "IsocenterReferenceSystemSequence"
TILTS: Final = ("TableHorizontalRotationAngle", "TableHeadTiltAngle", "TableCradleTiltAngle")


@dataclass(frozen=True)
class RunAngles:
    """Where the detector stands, seen from the patient.

    Attributes:
        source: POSITIONER: the angles are relative to the patient; ISOCENTER: they were relative to the
            equipment, and how the patient lies is known; ISOCENTER_SUPINE: that was assumed.
        views: Unit vector to the detector, per frame.
        degrees: Primary and secondary angle, per frame.
    """

    source: str
    views: tuple[Vector, ...]
    degrees: tuple[tuple[float, float], ...]


def run_angles(values: Values, arm: CArm, n_frames: int) -> RunAngles | None:
    """Return the angles of all frames; None where the header does not state both.

    The secondary isocentre angle is taken as positive where the detector is towards the head of the table, so
    that a patient who lies head first on the back of a level table has the same angles either way.

    DICOM:
        Positioner angles, PS3.3 C.8.7.5.1.2 and C.8.19.6.10: relative to the patient. Positioner Isocenter
        angles, C.8.19.6.13.1.2: relative to the equipment, the primary one positive from -Y to +X.
    """
    if arm.primary_angles_deg is None or arm.secondary_angles_deg is None:
        return None
    degrees = tuple(zip(arm.primary_angles_deg, arm.secondary_angles_deg, strict=True))
    views = tuple(view_vector(*pair) for pair in degrees)
    groups = FunctionalGroups(values)
    if not groups or groups.item("PositionerPositionSequence") is not None:
        return RunAngles(POSITIONER, views, degrees)
    position = values.text("PatientPosition") or ""
    turned = tuple(to_patient(view, position, _tilt(groups, t)) for t, view in enumerate(views[:n_frames]))
    source = ISOCENTER if position in LYING else ISOCENTER_SUPINE
    return RunAngles(source, turned, tuple(map(angles_of, turned)))


def _tilt(groups: FunctionalGroups, t: int) -> TableTilt:
    item = groups.item(ISOCENTER_MACRO, t)
    return TableTilt() if item is None else TableTilt(*(item.number(keyword) or 0.0 for keyword in TILTS))
