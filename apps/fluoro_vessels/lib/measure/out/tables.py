"""Tables as CSV: the site in every frame of the run, and the vessel along its line."""

import csv
import io
import math
from collections.abc import Iterator, Sequence
from typing import Final

from lib.measure.measurement import Measurement
from lib.measure.run_course import Caliper

RUN_COLUMNS: Final = (
    "frame_number", "time_ms", "x1_px", "y1_px", "x2_px", "y2_px", "diameter", "unit", "smooth_diameter",
    "confidence", "is_outlier", "percent_diameter_stenosis", "vessel_area_px",
)  # fmt: skip
"""One row for each frame; what was not measured is empty."""

LINE_COLUMNS: Final = (
    "along", "x_px", "y_px", "x1_px", "y1_px", "x2_px", "y2_px", "diameter", "reference_diameter", "unit",
    "confidence", "relative_area_by_contrast", "is_lesion",
)  # fmt: skip
"""One row for each half pixel along the line."""

Cell = str | float | int | None


def run_csv(found: Measurement) -> str:
    """Return the site in each frame; without a course only the measured frame has values."""
    return _text(RUN_COLUMNS, _run_rows(found))


def line_csv(found: Measurement) -> str:
    """Return the diameters along the vessel in the measured frame."""
    return _text(LINE_COLUMNS, _line_rows(found))


def _text(columns: Sequence[str], rows: Iterator[list[Cell]]) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([["" if cell is None else cell for cell in row] for row in rows])
    return file.getvalue()


def _run_rows(found: Measurement) -> Iterator[list[Cell]]:
    course, unit = found.course, found.ruler.unit
    area = None if found.flow is None else found.flow.area_px
    for t in range(found.n_frames):
        caliper = _caliper_of(found, t)
        diameter = None if caliper is None else _diameter(found, caliper)
        smooth = None if course is None else float(course.curve.smoothed[t])
        yield [
            t + 1,
            None if found.times_ms is None else round(found.times_ms[t], 3),
            *(_ends(caliper) if caliper else (None,) * 4),
            _rounded(diameter, 4),
            unit,
            _rounded(smooth, 4),
            None if caliper is None else _rounded(caliper.confidence, 3),
            None if course is None or caliper is None else int(course.curve.is_outlier[t]),
            None if caliper is None else _rounded(caliper.percent_diameter, 2),
            None if area is None else int(area[t]),
        ]


def _caliper_of(found: Measurement, t: int) -> Caliper | None:
    if found.course is not None:
        return found.course.calipers[t]
    return found.caliper if t == found.t else None


def _diameter(found: Measurement, caliper: Caliper) -> float:
    return float(found.ruler.between(caliper.left_yx, caliper.right_yx))


def _ends(caliper: Caliper) -> tuple[float, float, float, float]:
    """Return x1, y1, x2, y2 of the walls."""
    (y1, x1), (y2, x2) = caliper.left_yx, caliper.right_yx
    return round(x1, 3), round(y1, 3), round(x2, 3), round(y2, 3)


def _line_rows(found: Measurement) -> Iterator[list[Cell]]:
    profile, ruler = found.profile, found.ruler
    along, across = ruler.along(profile.line), ruler.across_all(profile.line)
    first, last = found.lesion.lesion if found.lesion is not None else (1, 0)
    for n, (y, x) in enumerate(profile.line.yx):
        is_measured = bool(profile.is_measured[n])
        (y1, x1), (y2, x2) = profile.left_yx[n], profile.right_yx[n]
        reference = None if found.reference_px is None else float(found.reference_px[n] * across[n])
        density = None if profile.densitometric is None else float(profile.densitometric[n])
        walls = [_rounded(float(one), 3) for one in (x1, y1, x2, y2)] if is_measured else [None] * 4
        yield [
            round(float(along[n]), 4),
            round(float(x), 3),
            round(float(y), 3),
            *walls,
            _rounded(float(profile.diameter_px[n] * across[n]), 4) if is_measured else None,
            _rounded(reference, 4),
            ruler.unit,
            _rounded(float(profile.confidence[n]), 3),
            _rounded(density, 4),
            int(first <= n <= last),
        ]


def _rounded(number: float | None, digits: int) -> float | None:
    """Return a number that a cell can hold; what is no number is empty."""
    return None if number is None or not math.isfinite(number) else round(number, digits)
