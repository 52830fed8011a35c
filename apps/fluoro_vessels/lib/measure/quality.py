"""How good a frame is for measuring, in numbers that people know: contrast, noise, blur, what is cut off."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from lib.arrays import Frame, Frames, Mask
from lib.errors.measure_run import MasksOfRunError, NoVesselInMaskError
from lib.frames.field import field_of_view
from lib.measure.centre_line import CentreLine
from lib.measure.quality_blur import wall_blur_px
from lib.measure.quality_numbers import (
    PlaneMask,
    contrast_of,
    is_cut,
    noise_of,
    overlap_along,
    radius_of,
    share_at_border,
)
from lib.ridges.workers import each

HALF_CNR: Final = 4.0
"""Contrast-to-noise that leaves half of the score."""

GOOD_BLUR: Final = 0.25
"""Blur in radii up to which walls could not be sharper."""

FIELD_FRAMES: Final = 8
"""Frames that tell the collimator from the picture."""


@dataclass(frozen=True)
class FrameQuality:
    """What a frame is worth for measuring.

    Attributes:
        contrast: By how much vessels are darker than what lies beside them, in shares of the grey range.
        noise: Standard deviation of noise, grain and fine anatomy beside the vessels, in the same unit.
        blur_px: Standard deviation of the blur across the walls; None where no wall was clear enough.
        radius_px: Half of the vessel's width as the mask shows it; blur matters in proportion to it.
        collimation: Share of the line, or of the mask, that lies at or beyond the collimator or the
            picture's edge.
        is_cut: Whether an end of the line lies there, so that the vessel goes on unseen.
        overlap: Share of the line beside or under another vessel; 0 without a line.
        score: 0 to 1, all of it together.
    """

    contrast: float
    noise: float
    blur_px: float | None
    radius_px: float
    collimation: float
    is_cut: bool
    overlap: float
    score: float

    @property
    def contrast_to_noise(self) -> float:
        """Return contrast in standard deviations of the noise."""
        return self.contrast / max(self.noise, 1e-6)


@dataclass(frozen=True)
class RunQuality:
    """The quality of all frames of a run.

    Attributes:
        frames: T of them; None where nothing was marked.
        best: t of the best one.
        score: 0 to 1, the median of the frames that have a quality.
    """

    frames: tuple[FrameQuality | None, ...]
    best: int
    score: float


def run_field(frames: Frames) -> PlaneMask:
    """Return (H, W), what collimator and round borders leave of the picture in a run."""
    picked = np.unique(np.linspace(0, len(frames) - 1, FIELD_FRAMES).round().astype(np.int64))
    return field_of_view([frames[t] for t in picked])


def frame_quality(
    frame: Frame, mask: PlaneMask, line: CentreLine | None = None, field: PlaneMask | None = None
) -> FrameQuality:
    """Return the quality of a frame, of the site where a line names one.

    Args:
        frame: (H, W) in [0, 1], vessels dark.
        mask: (H, W) all vessels.
        line: The site.
        field: (H, W) what the collimator leaves, see `run_field`; found in the frame where it is None.

    Raises:
        MasksOfRunError: The mask has another shape than the frame.
        NoVesselInMaskError: The mask is empty.
    """
    if mask.shape != frame.shape:
        raise MasksOfRunError(mask.shape, frame.shape)
    if not mask.any():
        raise NoVesselInMaskError
    shown = field_of_view([frame]) if field is None else field
    radius_px = radius_of(mask, line)
    numbers: dict[str, float] = {
        "contrast": contrast_of(frame, mask, line, radius_px),
        "noise": noise_of(frame, shown, mask),
        "collimation": share_at_border(shown, mask, line),
        "overlap": 0.0 if line is None else overlap_along(mask, line, radius_px),
    }
    blur_px = None if line is None else wall_blur_px(frame, line, radius_px)
    cut = line is not None and is_cut(shown, line, radius_px)
    return FrameQuality(
        **numbers,
        blur_px=blur_px,
        radius_px=radius_px,
        is_cut=cut,
        score=_score(**numbers, blur=0.0 if blur_px is None else blur_px / radius_px),
    )


def run_quality(frames: Frames, masks: Mask, lines: Sequence[CentreLine | None] | None = None) -> RunQuality:
    """Return the quality of every frame.

    Args:
        frames: (T, H, W) in [0, 1], vessels dark.
        masks: (T, H, W) all vessels.
        lines: The site in each frame; where it is None a frame has no quality.

    Raises:
        MasksOfRunError: The masks have another shape than the frames.
        NoVesselInMaskError: No frame shows a vessel.
    """
    if masks.shape != frames.shape:
        raise MasksOfRunError(masks.shape, frames.shape)
    field = run_field(frames)

    def look(t: int) -> FrameQuality | None:
        line = None if lines is None else lines[t]
        if not masks[t].any() or (lines is not None and line is None):
            return None
        return frame_quality(frames[t], masks[t], line, field)

    found = tuple(each(look, range(len(frames))))
    scores = np.array([np.nan if one is None else one.score for one in found])
    if not np.isfinite(scores).any():
        raise NoVesselInMaskError
    return RunQuality(found, best=int(np.nanargmax(scores)), score=float(np.nanmedian(scores)))


def _score(*, contrast: float, noise: float, collimation: float, overlap: float, blur: float) -> float:
    """Return the product of what each number leaves: one bad thing is enough to spoil a measurement."""
    ratio = max(contrast, 0.0) / max(noise, 1e-6)
    clear = ratio / (ratio + HALF_CNR)
    sharp = min(GOOD_BLUR / max(blur, GOOD_BLUR), 1.0)
    return float(np.clip(clear * sharp * (1 - collimation) * (1 - overlap), 0, 1))
