"""What was measured at one site of a run, and how far it can be trusted."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lib.measure.diameter import DiameterProfile
from lib.measure.flow_course import FlowCourse
from lib.measure.phase import Phase
from lib.measure.quality import FrameQuality
from lib.measure.quality_gate import Verdict
from lib.measure.ruler import Ruler
from lib.measure.run_course import Caliper, RunCourse
from lib.measure.site import Site
from lib.measure.stenosis import Stenosis


@dataclass(frozen=True, eq=False)
class Measurement:
    """A measurement.

    Attributes:
        image_id: SOP Instance UID of the run; "" where the image has none.
        n_frames: Frames of the run.
        site: The vessel in its frame.
        profile: Diameters along it.
        reference_px: (N,) diameter that a healthy vessel would have; None where nothing says.
        lesion: The narrowing or widening; None where the vessel is even.
        at: Index of the line that stands for the site: the lesion's, or the middle of an even vessel.
        caliper: The walls there.
        ruler: Pixels or millimetres.
        quality: Of the frame at the site.
        verdict: What the quality allows; never "refused".
        times_ms: When the frames were taken; None where the header does not say.
        course: The site in all frames; None where nobody asked or it could not be followed.
        phase: The end-diastolic frame; None where it was not found.
        flow: How contrast medium passes; None where the site has no course.
        remarks: What was left out and why, in sentences.
    """

    image_id: str
    n_frames: int
    site: Site
    profile: DiameterProfile
    reference_px: NDArray[np.float64] | None
    lesion: Stenosis | None
    at: int
    caliper: Caliper
    ruler: Ruler
    quality: FrameQuality
    verdict: Verdict
    times_ms: tuple[float, ...] | None = None
    course: RunCourse | None = None
    phase: Phase | None = None
    flow: FlowCourse | None = None
    remarks: tuple[str, ...] = ()

    @property
    def t(self) -> int:
        """The measured frame."""
        return self.site.t

    @property
    def share(self) -> float:
        """Where the site lies along the line, 0 to 1."""
        line = self.profile.line
        return float(line.along_px[self.at] / line.length_px)
