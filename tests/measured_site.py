"""A measurement made by hand, so that what is written of it can be checked without measuring anything."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lib.measure.centre_line import CentreLine
from lib.measure.diameter import DiameterProfile
from lib.measure.follow import Followed
from lib.measure.measurement import Measurement
from lib.measure.quality import FrameQuality
from lib.measure.quality_gate import Verdict
from lib.measure.ruler import Ruler
from lib.measure.run_course import Caliper, RunCourse, caliper_at
from lib.measure.scale import Scale, ScaleMethod
from lib.measure.site import Site
from lib.measure.stenosis import LesionKind, Stenosis
from lib.measure.through_run import SiteCurve, Spread

SIDE = 64
WIDTH_PX, NARROW_PX = 10.0, 4.0
MM = Scale((0.25, 0.25), ScaleMethod.GEOMETRY, 5.0, "A pixel is 0.25 mm by the geometry; expected error 5 %.")
QUALITY = FrameQuality(0.3, 0.02, 0.8, 5.0, 0.0, False, 0.0, 0.9)
GOOD = Verdict("measured", "Good enough.")


def a_profile(row: float = 30.0) -> DiameterProfile:
    """A vessel from left to right, 10 px wide and 4 px in the middle."""
    line = CentreLine.of([(row, 8.0), (row, 56.0)])
    middle = line.length_px / 2
    widths = WIDTH_PX - (WIDTH_PX - NARROW_PX) * np.exp(-(((line.along_px - middle) / 5.0) ** 2))
    half = widths[:, None] / 2 * line.normals
    return DiameterProfile(
        line, widths, line.yx + half, line.yx - half, np.full(len(line), 0.9), None, blur_px=0.8
    )


def a_measurement(n_frames: int = 4, *, scale: Scale | None = MM, **changes: Any) -> Measurement:
    """Return a narrowing of 60 % on frame 2, or on the only one; frame 3 was not measured."""
    profile, ruler = a_profile(), Ruler(scale)
    at = int(np.argmin(profile.diameter_px))
    lesion = Stenosis(
        at=at, mld_px=NARROW_PX, reference_px=WIDTH_PX, percent_diameter=60.0, percent_area=84.0,
        percent_area_densitometric=None, lesion=(at - 10, at + 10), length_px=10.0,
        area_px2=float(np.pi / 4 * NARROW_PX**2), kind=LesionKind.STENOSIS, confidence=0.9,
    )  # fmt: skip
    t = min(1, n_frames - 1)
    site = Site(t, profile.line, np.ones((SIDE, SIDE), bool))
    given = {
        "image_id": "1.2.3", "n_frames": n_frames, "site": site, "profile": profile,
        "reference_px": np.full(len(profile.line), WIDTH_PX), "lesion": lesion, "at": at,
        "caliper": caliper_at(profile, at, t, 60.0), "ruler": ruler, "quality": QUALITY, "verdict": GOOD,
        "times_ms": tuple(100.0 * t for t in range(n_frames)),
        "course": a_course(profile, at, n_frames, ruler) if n_frames > 1 else None,
    }  # fmt: skip
    return Measurement(**{**given, **changes})


def a_course(profile: DiameterProfile, at: int, n_frames: int, ruler: Ruler) -> RunCourse:
    """The site in all frames but the third."""
    calipers: list[Caliper | None] = [caliper_at(profile, at, t, 60.0) for t in range(n_frames)]
    lines: list[CentreLine | None] = [profile.line] * n_frames
    if n_frames > 2:
        calipers[2], lines[2] = None, None
    values = np.array([np.nan if one is None else NARROW_PX * ruler.steps[0] for one in calipers])
    losses = tuple(None if line is not None else "no contrast" for line in lines)
    followed = Followed(1, tuple(lines), losses, np.ones(n_frames))  # type: ignore[arg-type]
    return RunCourse(followed, tuple(calipers), a_curve(values), None)


def a_curve(values: NDArray[np.float64]) -> SiteCurve:
    """A curve without outliers."""
    spread = Spread(int(np.isfinite(values).sum()), float(np.nanmedian(values)), 1.0, 1.0, 0.01, 0.5)
    return SiteCurve(values, np.zeros(len(values), bool), np.nan_to_num(values, nan=1.0), None, spread)
