"""How the C-arm and the table stood while the run was taken."""

from dataclasses import dataclass, replace

from pydicom.dataset import Dataset

from lib.frames.ecg import Ecg, read_ecg
from lib.frames.groups import FunctionalGroups
from lib.frames.values import Values, describe

Angles = tuple[float, ...]
"""Degrees, one value per frame."""


@dataclass(frozen=True)
class TablePosition:
    """Where the table top stood, one value per frame, in mm; None when not stated.

    Enhanced objects state positions in the coordinates of the equipment. The older ones state only the
    movement since the first frame, whose position is 0 then.

    DICOM:
        Table Vertical, Longitudinal and Lateral Increment (0018,1135), (0018,1137), (0018,1136), PS3.3
        C.8.7.7; Table Top Vertical, Longitudinal and Lateral Position (300A,0128...012A), PS3.3 C.8.19.6.11.
    """

    vertical_mm: tuple[float, ...] | None = None
    longitudinal_mm: tuple[float, ...] | None = None
    lateral_mm: tuple[float, ...] | None = None


@dataclass(frozen=True)
class CArm:
    """Geometry of a run; None where the header does not say.

    Attributes:
        primary_angles_deg: Per frame; + is LAO, - is RAO.
        secondary_angles_deg: Per frame; + is cranial, - is caudal.
        sid_mm: Distance from the source to the detector.
        sod_mm: Distance from the source to the patient, usually the isocentre.
        ermf: Magnification as the header states it, SID / SOD.
        table: Table position.
        ecg: The ECG recorded with the run.
        problems: What was malformed, in sentences.
    """

    primary_angles_deg: Angles | None = None
    secondary_angles_deg: Angles | None = None
    sid_mm: float | None = None
    sod_mm: float | None = None
    ermf: float | None = None
    table: TablePosition | None = None
    ecg: Ecg | None = None
    problems: tuple[str, ...] = ()

    @property
    def view(self) -> str | None:
        """Return the first frame's view as people say it: 'RAO 30 / CRA 20'."""
        if self.primary_angles_deg is None or self.secondary_angles_deg is None:
            return None
        primary, secondary = round(self.primary_angles_deg[0]), round(self.secondary_angles_deg[0])
        side = "AP" if primary == 0 else f"{'LAO' if primary > 0 else 'RAO'} {abs(primary)}"
        if secondary == 0:
            return side
        return f"{side} / {'CRA' if secondary > 0 else 'CAU'} {abs(secondary)}"


def c_arm(header: Dataset | Values, n_frames: int) -> CArm:
    """Read the geometry; whatever is malformed becomes a problem and counts as absent.

    DICOM:
        XA Positioner Module, PS3.3 C.8.7.5; XA Table Module, PS3.3 C.8.7.7; for enhanced objects the
        X-Ray Positioner, X-Ray Geometry and X-Ray Table Position macros, PS3.3 C.8.19.6.
    """
    values = Values.of(header)
    n_problems = len(values.problems)
    groups = FunctionalGroups(values)
    geometry = groups.item("XRayGeometrySequence")
    sid = values.positive("DistanceSourceToDetector")
    sod = values.positive("DistanceSourceToPatient")
    if geometry is not None:
        sid = sid or geometry.positive("DistanceSourceToDetector")
        sod = sod or geometry.positive("DistanceSourceToIsocenter")
    arm = CArm(
        primary_angles_deg=_angles(values, groups, "PositionerPrimaryAngle", n_frames),
        secondary_angles_deg=_angles(values, groups, "PositionerSecondaryAngle", n_frames),
        sid_mm=sid,
        sod_mm=sod,
        ermf=values.positive("EstimatedRadiographicMagnificationFactor"),
        table=_table(values, groups, n_frames),
        ecg=read_ecg(values, n_frames),
    )
    return replace(arm, problems=tuple(values.problems[n_problems:]))


def _angles(values: Values, groups: FunctionalGroups, keyword: str, n_frames: int) -> Angles | None:
    if groups:
        isocenter = keyword.replace("Positioner", "PositionerIsocenter")
        return (
            groups.numbers("PositionerPositionSequence", keyword, n_frames)
            or groups.numbers("IsocenterReferenceSystemSequence", isocenter, n_frames)
            or None
        )
    start = values.number(keyword)
    if start is None:
        return None
    increments = values.numbers(f"{keyword}Increment")
    return tuple(start + offset for offset in _offsets(values, f"{keyword}Increment", increments, n_frames))


def _offsets(values: Values, keyword: str, increments: tuple[float, ...], n_frames: int) -> tuple[float, ...]:
    """Return each frame's offset from the first: one increment is per frame, a list is offsets already.

    DICOM:
        PS3.3 C.8.7.5.1.3.
    """
    if len(increments) == 1:
        return tuple(t * increments[0] for t in range(n_frames))
    if len(increments) == n_frames:
        return increments
    if increments:
        values.note(
            f"{describe(keyword)} has {len(increments)} values for {n_frames} frames; it was ignored."
        )
    return (0.0,) * n_frames


def _table(values: Values, groups: FunctionalGroups, n_frames: int) -> TablePosition | None:
    axes = ("Vertical", "Longitudinal", "Lateral")
    table = TablePosition(*(_table_axis(values, groups, axis, n_frames) for axis in axes))
    return None if table == TablePosition() else table


def _table_axis(
    values: Values, groups: FunctionalGroups, axis: str, n_frames: int
) -> tuple[float, ...] | None:
    positions = groups.numbers("TablePositionSequence", f"TableTop{axis}Position", n_frames)
    keyword = f"Table{axis}Increment"
    increments = values.numbers(keyword)
    if positions or not increments:
        return positions or None
    return _offsets(values, keyword, increments, n_frames)
