"""A site through a run: the caliper of every frame, and the curve of its values."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lib.errors import FluoroError
from lib.measure.centre_line import CentreLine
from lib.measure.diameter import DiameterProfile, diameters
from lib.measure.follow import Followed, follow
from lib.measure.lesion_gap import unseen_px
from lib.measure.material import Material
from lib.measure.reference import ReferenceSpans
from lib.measure.ruler import Ruler
from lib.measure.site import Site
from lib.measure.stenosis import Stenosis, stenosis
from lib.measure.through_run import SiteCurve, site_curve
from lib.measure.wall_look import usual_look
from lib.measure.wall_profile import Look
from lib.ridges.workers import each

WINDOW_PX: Final = 40.0
"""So much vessel on either side of the lesion is measured in each frame, for its reference."""

ROW_STEP: Final = 4
"""Points of the line from one measured row to the next: twice as far apart as in the chosen frame."""

REACH_PX: Final = 3.0
"""Half the stretch that a frame's value is taken from where the vessel has no lesion."""


@dataclass(frozen=True)
class Caliper:
    """The site in one frame.

    Attributes:
        t: The frame.
        left_yx: Where the walls are, y and x.
        right_yx: See above.
        diameter_px: From wall to wall.
        confidence: 0 to 1.
        percent_diameter: Narrowing against this frame's own reference, in %; None where it has none.
    """

    t: int
    left_yx: tuple[float, float]
    right_yx: tuple[float, float]
    diameter_px: float
    confidence: float
    percent_diameter: float | None = None


@dataclass(frozen=True, eq=False)
class RunCourse:
    """A site in all frames.

    Attributes:
        followed: The line in each frame.
        calipers: T of them; None where the site was not measured.
        curve: Their diameters in the ruler's unit.
        percent: Their narrowing in %; None where no frame has one.
    """

    followed: Followed
    calipers: tuple[Caliper | None, ...]
    curve: SiteCurve
    percent: SiteCurve | None


@dataclass(frozen=True, eq=False)
class Looking:
    """How a frame is looked at.

    Attributes:
        share: Where the site lies along the line, 0 to 1.
        lesion: What was found in the measured frame; None: the vessel is even.
        profile: Of the measured frame; its look is that of the run.
        reference: Healthy stretches that a person marked.
    """

    share: float
    lesion: Stenosis | None
    profile: DiameterProfile
    reference: ReferenceSpans | None

    @property
    def look(self) -> Look:
        """The look of the run; how dark contrast medium is changes from frame to frame and is left out."""
        known = self.profile.look or usual_look(self.profile.blur_px)
        return replace(known, medium=None)


def course_of(material: Material, site: Site, looking: Looking, ruler: Ruler) -> RunCourse:
    """Return the site's course through the run.

    Raises:
        NoValueInRunError: It was measured in no frame.
    """
    followed = follow(material.frames, site.line, site.t, material.masks)
    calipers = each(lambda t: _caliper(material, t, followed[t], looking), range(len(followed)))
    values = [None if one is None else float(ruler.between(one.left_yx, one.right_yx)) for one in calipers]
    percents = [None if one is None else one.percent_diameter for one in calipers]
    known = any(percent is not None for percent in percents)
    percent = site_curve(percents, material.times_ms) if known else None
    return RunCourse(followed, tuple(calipers), site_curve(values, material.times_ms), percent)


def caliper_at(profile: DiameterProfile, at: int, t: int, percent: float | None) -> Caliper:
    """Return the caliper at one point of a line."""
    left, right = profile.left_yx[at], profile.right_yx[at]
    return Caliper(
        t,
        (float(left[0]), float(left[1])),
        (float(right[0]), float(right[1])),
        float(profile.diameter_px[at]),
        float(profile.confidence[at]),
        percent,
    )


def _caliper(material: Material, t: int, line: CentreLine | None, looking: Looking) -> Caliper | None:
    """Return the site's caliper in frame t; None where it is not seen."""
    if line is None:
        return None
    mask = None if material.masks is None else material.masks[t]
    around = looking.share * line.length_px
    first, last = _window(line, around, looking)
    look = looking.look
    try:
        profile = diameters(material.frames[t], line.part(first, last), mask, look=look, row_step=ROW_STEP)
        return _measured(profile, t, around - float(line.along_px[first]), looking)
    except FluoroError:
        return None


def _window(line: CentreLine, around: float, looking: Looking) -> tuple[int, int]:
    """Return first and last index of what is measured; all of it where a person marked a reference."""
    if looking.reference is not None:
        return 0, len(line) - 1
    reach = WINDOW_PX + (0.0 if looking.lesion is None else looking.lesion.length_px)
    return line.index_at(around - reach), line.index_at(around + reach)


def _measured(profile: DiameterProfile, t: int, along: float, looking: Looking) -> Caliper | None:
    if looking.lesion is None:
        at = _typical(profile, along)
        return None if at is None else caliper_at(profile, at, t, None)
    found = stenosis(profile, along, looking.reference)
    if not profile.is_measured[found.at] or unseen_px(profile, found):
        return None
    return caliper_at(profile, found.at, t, found.percent_diameter)


def _typical(profile: DiameterProfile, along: float) -> int | None:
    """Return the point near a place whose diameter is the median of its surroundings."""
    near = np.flatnonzero(profile.is_measured & (np.abs(profile.along_px - along) <= REACH_PX))
    if not len(near):
        return None
    values: NDArray[np.float64] = profile.diameter_px[near]
    return int(near[np.argsort(values)[len(values) // 2]])
