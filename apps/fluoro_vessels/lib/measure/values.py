"""A measurement as numbers with names and units: tables, reports and pictures all read this list."""

import math
from dataclasses import dataclass

import numpy as np

from lib.measure.measurement import Measurement
from lib.measure.stenosis import LesionKind, Stenosis


@dataclass(frozen=True)
class Value:
    """One number of a measurement.

    Attributes:
        key: Stable name for programs.
        name: For people.
        number: The value.
        unit: "%", "mm", "px", "mm2", "px2", "frames", "ms" or "" for a plain number.
        error_percent: Expected error of the scale behind it, one standard deviation; None where it has none.
    """

    key: str
    name: str
    number: float
    unit: str
    error_percent: float | None = None


def values_of(found: Measurement) -> tuple[Value, ...]:
    """Return all numbers of a measurement; those that need no scale lead."""
    return (*_lesion(found), *_vessel(found), *_course(found), *_flow(found))


def value(found: Measurement, key: str) -> Value | None:
    """Return one number of a measurement; None where it has none of that name."""
    return next((one for one in values_of(found) if one.key == key), None)


def _length(found: Measurement, key: str, name: str, number: float) -> Value:
    scale = found.ruler.scale
    return Value(key, name, number, found.ruler.unit, None if scale is None else scale.expected_error_percent)


def _lesion(found: Measurement) -> list[Value]:
    lesion = found.lesion
    if lesion is None:
        return []
    across, along = found.ruler.across(found.profile.line, lesion.at), found.ruler.along(found.profile.line)
    first, last = lesion.lesion
    extreme, area = lesion.mld_px * across, math.pi / 4 * (lesion.mld_px * across) ** 2
    if lesion.kind is LesionKind.ANEURYSM:
        leading = [Value("percent_widening", "Widening", -lesion.percent_diameter, "%")]
        own = [
            _length(found, "max_diameter", "Largest diameter", extreme),
            _area(found, "max_area", "Largest lumen area", area),
        ]
    else:
        leading = _percents(lesion)
        own = [
            _length(found, "mld", "Minimal lumen diameter", extreme),
            _area(found, "minimal_area", "Minimal lumen area", area),
        ]
    return [
        *leading,
        *own,
        _length(found, "reference_diameter", "Reference diameter", lesion.reference_px * across),
        _length(found, "lesion_length", "Lesion length", float(along[last] - along[first])),
    ]


def _percents(lesion: Stenosis) -> list[Value]:
    values = [
        Value("percent_diameter", "Diameter stenosis", lesion.percent_diameter, "%"),
        Value("percent_area", "Area stenosis", lesion.percent_area, "%"),
    ]
    by_contrast = lesion.percent_area_densitometric
    if by_contrast is not None:
        values.append(Value("percent_area_densitometric", "Area stenosis by contrast", by_contrast, "%"))
    return values


def _area(found: Measurement, key: str, name: str, number: float) -> Value:
    """Return an area; a scale that is wrong by 1 % makes it wrong by 2 %."""
    scale = found.ruler.scale
    error = None if scale is None else 2 * scale.expected_error_percent
    return Value(key, name, number, f"{found.ruler.unit}2", error)


def _vessel(found: Measurement) -> list[Value]:
    profile = found.profile
    measured = profile.is_measured
    widths = (profile.diameter_px * found.ruler.across_all(profile.line))[measured]
    site = [] if found.lesion else [_length(found, "diameter", "Diameter at the site", _at_site(found))]
    return [
        *site,
        _length(found, "mean_diameter", "Mean diameter of the vessel", float(np.mean(widths))),
        _length(found, "vessel_length", "Length of the vessel", found.ruler.length(profile.line)),
    ]


def _at_site(found: Measurement) -> float:
    return float(found.ruler.between(found.caliper.left_yx, found.caliper.right_yx))


def _course(found: Measurement) -> list[Value]:
    if found.course is None:
        return []
    spread = found.course.curve.spread
    values = [
        Value("n_frames_measured", "Frames measured", spread.n, "frames"),
        _length(found, "run_median", "Median of the run", spread.median),
        _length(found, "run_sd", "Spread from frame to frame", spread.sd),
    ]
    if spread.neighbours_percent is not None:
        values.append(
            Value("neighbours_percent", "Difference of neighbouring frames", spread.neighbours_percent, "%")
        )
    if found.course.percent is not None:
        median = found.course.percent.spread.median
        values.append(
            Value("run_median_percent_diameter", "Median diameter stenosis of the run", median, "%")
        )
    if found.phase is not None:
        smooth = float(found.course.curve.smoothed[found.phase.t])
        if math.isfinite(smooth):
            values.append(_length(found, "end_diastolic", "Diameter at end diastole", smooth))
    return values


def _flow(found: Measurement) -> list[Value]:
    if found.flow is None or found.flow.timi is None:
        return []
    return [
        Value("timi_frame_count", "Frame count along the vessel at 30/s", found.flow.timi.frames, "frames")
    ]
