"""The door of this room: a request becomes a measurement."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from lib.errors import FluoroError
from lib.errors.measure_out import LesionUnseenError, MeasurementRefusedError, MeasureRequestError
from lib.errors.measure_values import NoLesionError, NoReferenceError, NoWallsError
from lib.measure.centre_line import CentreLine
from lib.measure.diameter import DiameterProfile, diameters
from lib.measure.flow_course import flow_of
from lib.measure.lesion_gap import unseen_px
from lib.measure.material import Material
from lib.measure.measurement import Measurement
from lib.measure.phase import end_diastolic
from lib.measure.quality import frame_quality, run_field
from lib.measure.quality_gate import gate
from lib.measure.reference import ReferenceSpans, Span, reference_line
from lib.measure.request import MeasureRequest, Point
from lib.measure.ruler import Ruler
from lib.measure.run_course import Looking, caliper_at, course_of
from lib.measure.scale_choice import chosen_scale
from lib.measure.site import Site, find_site
from lib.measure.stenosis import Stenosis, stenosis

FoundT = TypeVar("FoundT")

FARTHEST_PX: Final = 15.0
"""So far from the line may somebody click who means a place on it."""


def measure(material: Material, request: MeasureRequest) -> Measurement:
    """Measure what a request asks for.

    Raises:
        MeasurementRefusedError: The frame is too poor.
        NoWallsError: The line shows no vessel.
        LesionUnseenError: The tightest part of the narrowing is too faint.
        FluoroError: Whatever else cannot be found: the frame, the branch, a vessel at the click, the scale
            that was asked for. There is no number then.
    """
    site = find_site(material, request)
    found = _in_frame(material, request, site)
    if request.through_run and len(material.frames) > 1:
        return _through_run(material, request, found)
    return found


def _in_frame(material: Material, request: MeasureRequest, site: Site) -> Measurement:
    """Measure the frame of the request; the quality decides first."""
    frame, remarks = material.frames[site.t], [*material.header.problems, *site.doubts]
    field = run_field(material.frames) if len(material.frames) > 1 else None
    quality = frame_quality(frame, site.mask, site.line, field)
    verdict = gate(quality)
    if verdict.word == "refused":
        raise MeasurementRefusedError(site.t + 1, verdict.sentence)
    ruler = Ruler(chosen_scale(material, request.scale, site.t))
    profile = diameters(frame, site.line, site.mask)
    if not profile.is_measured.any():
        raise NoWallsError
    spans = _spans(request)
    lesion = _lesion(profile, _around(site.line, request.around), spans, remarks)
    if lesion is not None and (gap_px := unseen_px(profile, lesion)):
        raise LesionUnseenError(site.t + 1, gap_px)
    at = _middle(profile) if lesion is None else lesion.at
    return Measurement(
        image_id=material.header.sop_instance_uid,
        n_frames=len(material.frames),
        site=site,
        profile=profile,
        reference_px=_reference(profile, spans),
        lesion=lesion,
        at=at,
        caliper=caliper_at(profile, at, site.t, None if lesion is None else lesion.percent_diameter),
        ruler=ruler,
        quality=quality,
        verdict=verdict,
        times_ms=material.times_ms,
        remarks=tuple(remarks),
    )


def _through_run(material: Material, request: MeasureRequest, found: Measurement) -> Measurement:
    """Add the site's course; what cannot be followed or timed becomes a remark."""
    remarks = list(found.remarks)
    looking = Looking(found.share, found.lesion, found.profile, _spans(request))
    course = _or_remark(lambda: course_of(material, found.site, looking, found.ruler), remarks)
    if course is None:
        return replace(found, remarks=tuple(remarks))
    radius_px = found.caliper.diameter_px / 2
    flow = _or_remark(lambda: flow_of(material, course.followed, radius_px), remarks)
    remarks += flow.remarks if flow is not None else ()
    ecg = material.header.carm.ecg
    phase = _or_remark(
        lambda: end_diastolic(material.frames, material.times_ms, ecg, course.followed.lines), remarks
    )
    return replace(found, course=course, flow=flow, phase=phase, remarks=tuple(remarks))


def _or_remark(find: Callable[[], FoundT], remarks: list[str]) -> FoundT | None:
    """Return what is found, or note why it is not and return None."""
    try:
        return find()
    except FluoroError as error:
        remarks.append(str(error))
        return None


def _spans(request: MeasureRequest) -> ReferenceSpans | None:
    """Return the healthy stretches that a person marked, the one nearer to the beginning first."""
    if not request.reference:
        return None
    first, *others = (Span(low, high) for low, high in sorted(request.reference))
    return ReferenceSpans(first, others[0] if others else None)


def _around(line: CentreLine, point: Point | None) -> float | None:
    """Return how far along the line a click lies."""
    if point is None:
        return None
    if line.distance_px(point) > FARTHEST_PX:
        raise MeasureRequestError(
            f"The place x={point[1]:.0f}, y={point[0]:.0f} lies {line.distance_px(point):.0f} px beside the "
            "measured vessel. Click on the vessel, or name another one."
        )
    return float(line.along_px[line.nearest(point)])


def _lesion(
    profile: DiameterProfile, around: float | None, spans: ReferenceSpans | None, remarks: list[str]
) -> Stenosis | None:
    """Return the lesion; an even vessel, or one without reference, has none and says so."""
    try:
        return stenosis(profile, around, spans)
    except (NoLesionError, NoReferenceError) as error:
        remarks.append(str(error))
        return None


def _reference(profile: DiameterProfile, spans: ReferenceSpans | None) -> NDArray[np.float64] | None:
    try:
        return reference_line(profile, spans)
    except NoReferenceError:
        return None


def _middle(profile: DiameterProfile) -> int:
    """Return the measured point that is nearest to the middle of the line."""
    measured = np.flatnonzero(profile.is_measured)
    return int(measured[np.argmin(np.abs(measured - len(profile.line) / 2))])
