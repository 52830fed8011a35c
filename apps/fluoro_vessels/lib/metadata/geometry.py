"""Where C-arm and table stood: of the run, and of every frame."""

from dataclasses import dataclass, fields
from typing import Any, Final

from lib.frames.carm import CArm, TablePosition
from lib.frames.groups import FunctionalGroups
from lib.frames.values import Values
from lib.metadata.angles import ISOCENTER_MACRO, RunAngles, run_angles
from lib.metadata.beam import beam
from lib.metadata.columns import column

AXES: Final = ("x", "y", "z")
NOWHERE: Final = (None, None, None)


@dataclass(frozen=True)
class View:
    """From where a frame was filmed; vectors are in the patient's axes around the isocentre."""

    view: str | None = column("the view in words: RAO 30 CRA 20")
    primary_deg: float | None = column(
        "+ is LAO, - is RAO; increments are added", "deg", "(0018,1510), (0018,1520); (0018,9463)"
    )
    secondary_deg: float | None = column(
        "+ is cranial, - is caudal; increments are added", "deg", "(0018,1511), (0018,1521); (0018,9464)"
    )
    sid_mm: float | None = column("distance from source to detector", "mm", "(0018,1110)")
    sod_mm: float | None = column("distance from source to isocentre", "mm", "(0018,1111); (0018,9402)")
    view_x: float | None = column("unit vector from source to detector: to the patient's left")
    view_y: float | None = column("the same: to the back")
    view_z: float | None = column("the same: to the head")
    source_x_mm: float | None = column("focal spot from the isocentre: to the left", "mm")
    source_y_mm: float | None = column("the same: to the back", "mm")
    source_z_mm: float | None = column("the same: to the head", "mm")
    detector_x_mm: float | None = column("where the beam meets the detector: to the left", "mm")
    detector_y_mm: float | None = column("the same: to the back", "mm")
    detector_z_mm: float | None = column("the same: to the head", "mm")


@dataclass(frozen=True)
class RunGeometry(View):
    """Geometry of a run: the view of its first frame, and what holds for all."""

    last_primary_deg: float | None = column("primary angle of the last frame", "deg")
    last_secondary_deg: float | None = column("secondary angle of the last frame", "deg")
    angle_source: str | None = column("what angles were relative to: positioner (the patient) or isocenter")
    positioner_motion: str | None = column("STATIC or DYNAMIC", dicom="(0018,1500)")
    table_motion: str | None = column("STATIC or DYNAMIC", dicom="(0018,1134)")
    ermf: float | None = column("magnification as stated", dicom="(0018,1114)")


@dataclass(frozen=True)
class FrameGeometry(View):
    """Geometry of a frame: its view, and where the table stood."""

    table_vertical_mm: float | None = column(
        "table top, since the first frame or as the equipment counts: + is down",
        "mm",
        "(0018,1135); (300A,0128)",
    )
    table_longitudinal_mm: float | None = column(
        "the same: + is towards LAO", "mm", "(0018,1137); (300A,0129)"
    )
    table_lateral_mm: float | None = column("the same: + is towards CRA", "mm", "(0018,1136); (300A,012A)")
    table_x_mm: float | None = column(
        "table reference point from the isocentre: X, left", "mm", "(0018,9466)"
    )
    table_y_mm: float | None = column("the same: Y, down", "mm", "(0018,9467)")
    table_z_mm: float | None = column("the same: Z, to the head of the table", "mm", "(0018,9468)")


VECTORS: Final = tuple(one.name for one in fields(View) if one.name.split("_")[1:2] in (["x"], ["y"], ["z"]))


def read_geometry(values: Values, arm: CArm, n_frames: int) -> tuple[RunGeometry, list[FrameGeometry]]:
    """Return where C-arm and table stood, for the run and for each of its frames."""
    groups = FunctionalGroups(values)
    angles = run_angles(values, arm, n_frames)
    frames = [
        FrameGeometry(**_view(arm, groups, angles, t), **_table(values, arm.table, groups, t))
        for t in range(n_frames)
    ]
    run = RunGeometry(
        **{one.name: getattr(frames[0], one.name) for one in fields(View)},
        last_primary_deg=frames[-1].primary_deg,
        last_secondary_deg=frames[-1].secondary_deg,
        angle_source=None if angles is None else angles.source,
        positioner_motion=values.text("PositionerMotion"),
        table_motion=values.text("TableMotion"),
        ermf=arm.ermf,
    )
    return run, frames


def view_words(primary_deg: float, secondary_deg: float) -> str:
    """Return a view as people say it: 'RAO 30 CRA 20'."""
    return (CArm((primary_deg,), (secondary_deg,)).view or "").replace(" / ", " ")


def _view(arm: CArm, groups: FunctionalGroups, angles: RunAngles | None, t: int) -> dict[str, Any]:
    """Return the columns of `View` for a frame."""
    sid, sod = _distances(arm, groups, t)
    if angles is None:
        return {"sid_mm": sid, "sod_mm": sod}
    primary, secondary = angles.degrees[t]
    found = beam(angles.views[t], sid, sod)
    vectors = (*found.view, *(found.source_mm or NOWHERE), *(found.detector_mm or NOWHERE))
    return {
        "view": view_words(primary, secondary),
        "primary_deg": primary,
        "secondary_deg": secondary,
        "sid_mm": sid,
        "sod_mm": sod,
        **dict(zip(VECTORS, vectors, strict=True)),
    }


def _distances(arm: CArm, groups: FunctionalGroups, t: int) -> tuple[float | None, float | None]:
    """Return SID and SOD of a frame; enhanced objects may state them for each."""
    item = groups.item("XRayGeometrySequence", t)
    if item is None:
        return arm.sid_mm, arm.sod_mm
    sid, sod = item.positive("DistanceSourceToDetector"), item.positive("DistanceSourceToIsocenter")
    return sid or arm.sid_mm, sod or arm.sod_mm


def _table(values: Values, table: TablePosition | None, groups: FunctionalGroups, t: int) -> dict[str, Any]:
    """Return where the table stood at a frame."""
    table = table or TablePosition()
    stated = {
        "vertical": table.vertical_mm,
        "longitudinal": table.longitudinal_mm,
        "lateral": table.lateral_mm,
    }
    place = {
        f"table_{axis}_mm": per_frame[t] if per_frame else values.number(f"TableTop{axis.title()}Position")
        for axis, per_frame in stated.items()
    }
    item = groups.item(ISOCENTER_MACRO, t)
    if item is not None:
        place |= {f"table_{axis}_mm": item.number(f"Table{axis.upper()}PositionToIsocenter") for axis in AXES}
    return place
