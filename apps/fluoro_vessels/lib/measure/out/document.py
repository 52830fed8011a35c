"""A measurement as JSON: every number with its unit, its method and its expected error, and the geometry."""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from lib.measure.measurement import Measurement
from lib.measure.run_course import Caliper, RunCourse
from lib.measure.values import Value, values_of


def document(found: Measurement) -> dict[str, Any]:
    """Return a measurement in JSON types; frames are numbered from 1, places are [x, y] in pixels."""
    return {
        "image_id": found.image_id,
        "frame_number": found.t + 1,
        "n_frames": found.n_frames,
        "unit": found.ruler.unit,
        "values": [_value(one) for one in values_of(found)],
        "scale": _scale(found),
        "quality": _quality(found),
        "branch": _branch(found),
        "caliper": _caliper(found, found.caliper),
        "lesion": _lesion(found),
        "profile": _profile(found),
        "course": _course(found),
        "phase": _phase(found),
        "flow": _flow(found),
        "remarks": list(found.remarks),
    }


def _value(one: Value) -> dict[str, Any]:
    return {
        "key": one.key,
        "name": one.name,
        "value": _number(one.number),
        "unit": one.unit,
        "expected_error_percent": one.error_percent,
    }


def _scale(found: Measurement) -> dict[str, Any] | None:
    scale = found.ruler.scale
    if scale is None:
        return None
    return {
        "mm_per_px": {"row": scale.mm_per_px[0], "column": scale.mm_per_px[1]},
        "method": str(scale.method),
        "expected_error_percent": scale.expected_error_percent,
        "words": scale.words,
    }


def _quality(found: Measurement) -> dict[str, Any]:
    quality = found.quality
    return {
        "verdict": found.verdict.word,
        "sentence": found.verdict.sentence,
        "score": _number(quality.score),
        "contrast": _number(quality.contrast),
        "noise": _number(quality.noise),
        "blur_px": _number(quality.blur_px),
        "collimation": _number(quality.collimation),
        "is_cut": quality.is_cut,
        "overlap": _number(quality.overlap),
    }


def _branch(found: Measurement) -> dict[str, Any] | None:
    branch, name = found.site.branch, found.site.name
    if branch is None:
        return None
    suggested = None
    if name is not None:
        suggested = {"name": name.name, "confidence": _number(name.confidence), "reason": name.reason}
    return {"branch_id": branch.id, "flags": list(branch.flags), "suggested_name": suggested}


def _caliper(found: Measurement, caliper: Caliper) -> dict[str, Any]:
    return {
        "points": _places([caliper.left_yx, caliper.right_yx]),
        "diameter": _number(float(found.ruler.between(caliper.left_yx, caliper.right_yx))),
        "confidence": _number(caliper.confidence),
    }


def _lesion(found: Measurement) -> dict[str, Any] | None:
    lesion = found.lesion
    if lesion is None:
        return None
    return {
        "kind": str(lesion.kind),
        "at": lesion.at,
        "first": lesion.lesion[0],
        "last": lesion.lesion[1],
        "confidence": _number(lesion.confidence),
    }


def _profile(found: Measurement) -> dict[str, Any]:
    profile, ruler = found.profile, found.ruler
    across = ruler.across_all(profile.line)
    widths = np.where(profile.is_measured, profile.diameter_px * across, np.nan)
    reference = None if found.reference_px is None else _numbers(found.reference_px * across)
    return {
        "along": _numbers(ruler.along(profile.line)),
        "points": _places(profile.line.yx),
        "left": _places(profile.left_yx),
        "right": _places(profile.right_yx),
        "diameter": _numbers(widths),
        "reference_diameter": reference,
        "confidence": _numbers(profile.confidence),
    }


def _course(found: Measurement) -> dict[str, Any] | None:
    course = found.course
    if course is None:
        return None
    spread = course.curve.spread
    return {
        "diameter": _numbers(course.curve.values),
        "smooth_diameter": _numbers(course.curve.smoothed),
        "is_outlier": [bool(one) for one in course.curve.is_outlier],
        "percent_diameter": None if course.percent is None else _numbers(course.percent.values),
        "times_ms": None if found.times_ms is None else _numbers(found.times_ms),
        "calipers": _calipers(course),
        "losses": list(course.followed.losses),
        "spread": {
            "n": spread.n,
            "median": _number(spread.median),
            "low": _number(spread.low),
            "high": _number(spread.high),
            "sd": _number(spread.sd),
            "neighbours_percent": _number(spread.neighbours_percent),
        },
    }


def _calipers(course: RunCourse) -> list[Any]:
    return [None if one is None else _places([one.left_yx, one.right_yx]) for one in course.calipers]


def _phase(found: Measurement) -> dict[str, Any] | None:
    phase = found.phase
    if phase is None:
        return None
    numbers = [t + 1 for t in phase.frames]
    return {
        "frame_number": phase.t + 1,
        "frame_numbers": numbers,
        "method": phase.method,
        "words": phase.words,
    }


def _flow(found: Measurement) -> dict[str, Any] | None:
    flow = found.flow
    if flow is None:
        return None
    timi = flow.timi
    arrivals = [
        None if one is None else {"frame_number": _number(one.frame + 1), "words": one.words}
        for one in flow.arrivals
    ]
    return {
        "density": [{"place": one.place.name, "values": _numbers(one.density)} for one in flow.curves],
        "arrivals": arrivals,
        "timi": None if timi is None else {"frames": _number(timi.frames), "words": timi.words},
        "vessel_area_px": None if flow.area_px is None else [int(one) for one in flow.area_px],
    }


def _number(number: float | None) -> float | None:
    """Return a number that JSON has; what is no number becomes null."""
    return None if number is None or not math.isfinite(number) else round(float(number), 5)


def _numbers(numbers: ArrayLike) -> list[float | None]:
    return [_number(float(one)) for one in np.asarray(numbers, np.float64)]


def _places(yx: ArrayLike) -> list[list[float | None]]:
    """Return places (N, 2), y and x, as [x, y]."""
    return [[_number(float(x)), _number(float(y))] for y, x in np.asarray(yx, np.float64)]
