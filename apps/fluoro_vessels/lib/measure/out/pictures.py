"""Pictures of a measurement: the key frame with its profile, and the run with its curve."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from lib.arrays import Frames, Picture
from lib.measure.measurement import Measurement
from lib.measure.out.canvas import CALIPER, LESION, REFERENCE, WALL, Canvas
from lib.measure.out.graph_panel import Curve, Panel
from lib.measure.run_course import Caliper
from lib.measure.values import Value, values_of

KEY_SIDE_PX: Final = 900
"""A key frame is enlarged to about this side."""

SHOWN: Final = (
    "percent_diameter", "percent_area", "percent_widening", "mld", "max_diameter", "reference_diameter",
    "diameter", "lesion_length",
)  # fmt: skip
"""What stands on the key frame."""

OVERHANG: Final = 0.6
"""By this share of the diameter a caliper's arms reach beyond the walls, so that the walls stay visible."""


def key_frame(frames: Frames, found: Measurement) -> Picture:
    """Return the measured frame with walls, caliper and values, and the profile of diameters below."""
    frame = frames[found.t]
    canvas = Canvas.of(frame, max(1, round(KEY_SIDE_PX / max(frame.shape))))
    _draw_walls(canvas, found)
    _draw_caliper(canvas, found.caliper)
    canvas.lines_of_text(_words(found))
    return np.vstack([canvas.picture, profile_panel(found).draw(canvas.picture.shape[1], _site_along(found))])


def movie_pictures(frames: Frames, found: Measurement) -> Iterator[Picture]:
    """Yield every frame with its caliper, and the curve of the run below with a mark at the frame."""
    panel = curve_panel(found)
    times = _times(found)
    for t, frame in enumerate(frames):
        canvas = Canvas.of(frame, max(1, round(KEY_SIDE_PX / 2 / max(frame.shape))))
        caliper = found.course.calipers[t] if found.course is not None else None
        caliper = found.caliper if caliper is None and t == found.t else caliper
        if caliper is not None:
            _draw_caliper(canvas, caliper)
        canvas.lines_of_text(_frame_words(found, t, caliper))
        yield np.vstack([canvas.picture, panel.draw(canvas.picture.shape[1], times[t])])


def profile_panel(found: Measurement) -> Panel:
    """Return the diameters along the vessel, its reference, and the lesion shaded."""
    profile, ruler = found.profile, found.ruler
    along, across = ruler.along(profile.line), ruler.across_all(profile.line)
    widths = np.where(profile.is_measured, profile.diameter_px * across, np.nan)
    curves = [Curve(along, widths, WALL, thickness=2)]
    if found.reference_px is not None:
        curves.insert(0, Curve(along, found.reference_px * across, REFERENCE))
    shaded = None
    if found.lesion is not None:
        first, last = found.lesion.lesion
        shaded = float(along[first]), float(along[last])
    return Panel(f"Diameter along the vessel ({ruler.unit})", ruler.unit, ruler.unit, tuple(curves), shaded)


def curve_panel(found: Measurement) -> Panel:
    """Return the site's diameter through the run: values as dots, outliers in red, the smooth curve."""
    times, unit = _times(found), found.ruler.unit
    x_words = "frame" if found.times_ms is None else "s"
    if found.course is None:
        only = np.where(np.arange(found.n_frames) == found.t, _diameter(found, found.caliper), np.nan)
        return Panel(f"Diameter at the site ({unit})", x_words, unit, (Curve(times, only, WALL, True),))
    curve = found.course.curve
    curves = (
        Curve(times, curve.smoothed, CALIPER, thickness=2),
        Curve(times, np.where(curve.is_outlier, np.nan, curve.values), WALL, has_dots=True),
        Curve(times, np.where(curve.is_outlier, curve.values, np.nan), LESION, has_dots=True),
    )
    return Panel(f"Diameter at the site through the run ({unit})", x_words, unit, curves)


def _times(found: Measurement) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return (T,) seconds, or frame numbers where the header states no times."""
    if found.times_ms is None:
        return np.arange(1.0, found.n_frames + 1)
    return np.asarray(found.times_ms, np.float64) / 1000


def _draw_walls(canvas: Canvas, found: Measurement) -> None:
    profile = found.profile
    for every in (profile.left_yx, profile.right_yx):
        wall = np.where(profile.is_measured[:, None], every, np.nan)
        canvas.line(wall, WALL)
        if found.lesion is not None:
            first, last = found.lesion.lesion
            canvas.line(wall[first : last + 1], LESION, 2)


def _draw_caliper(canvas: Canvas, caliper: Caliper) -> None:
    """Draw two arms that end at the walls; between them the picture stays free."""
    ends = np.array([caliper.left_yx, caliper.right_yx])
    away = (ends[0] - ends[1]) * OVERHANG
    length = float(np.linalg.norm(away)) or 1.0
    reach = away / length * max(length, 6.0)
    canvas.line([ends[0], ends[0] + reach], CALIPER, 2)
    canvas.line([ends[1], ends[1] - reach], CALIPER, 2)


def _words(found: Measurement) -> list[str]:
    lines = [_said(one) for one in values_of(found) if one.key in SHOWN]
    scale = found.ruler.scale
    lines.append(
        "Scale: none, lengths in pixels"
        if scale is None
        else f"Scale: {scale.method}, +- {scale.expected_error_percent:.1f} %"
    )
    lines.append(
        f"Frame {found.t + 1} of {found.n_frames}; quality {found.quality.score:.2f}, {found.verdict.word}"
    )
    return lines


def _frame_words(found: Measurement, t: int, caliper: Caliper | None) -> list[str]:
    unit = found.ruler.unit
    words = [f"Frame {t + 1} of {found.n_frames}"]
    if caliper is not None:
        words.append(f"{_diameter(found, caliper):.2f} {unit}")
    if caliper is not None and caliper.percent_diameter is not None:
        percent = caliper.percent_diameter
        words.append(f"{percent:.0f} % diameter stenosis" if percent >= 0 else f"{-percent:.0f} % widening")
    return words


def _said(one: Value) -> str:
    digits = 0 if one.unit == "%" else 2
    return f"{one.name}: {one.number:.{digits}f} {one.unit}"


def _diameter(found: Measurement, caliper: Caliper) -> float:
    return float(found.ruler.between(caliper.left_yx, caliper.right_yx))


def _site_along(found: Measurement) -> float:
    return float(found.ruler.along(found.profile.line)[found.at])
