"""Films a scenario: optical depths become quanta, quanta become stored values."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lib.arrays import Frames
from lib.phantom.imaging.detector import expose
from lib.phantom.imaging.processing import develop
from lib.phantom.model import Depth, Truth
from lib.phantom.scenario import Scenario
from lib.phantom.stage import MASK_TIMES_S, Moment, Stage

WINDOW: Final = (0.5, 99.5)


@dataclass(frozen=True)
class PhantomRun:
    """A filmed scenario.

    Attributes:
        scenario: What was filmed.
        frame_numbers: Which t of the run these frames are.
        frames: (T, H, W) values, uint8 or uint16; vessels are dark.
        bits_stored: 8, 10 or 12.
        is_inverted: A file of it stores MONOCHROME1 and turns the values round.
        truth: Masks and lines of the same T frames.
    """

    scenario: Scenario
    frame_numbers: tuple[int, ...]
    frames: NDArray[np.uint8] | NDArray[np.uint16]
    bits_stored: int
    is_inverted: bool
    truth: Truth

    @property
    def field(self) -> NDArray[np.bool_]:
        """(H, W), what the collimator leaves of the picture."""
        return self.scenario.field.mask((self.frames.shape[1], self.frames.shape[2]))

    def display(self) -> Frames:
        """Return (T, H, W) float32 in [0, 1], vessels dark, windowed by the values inside the field."""
        low, high = np.percentile(self.frames[:, self.field][:, ::7], WINDOW)
        shown = (self.frames.astype(np.float32) - np.float32(low)) / np.float32(max(high - low, 1))
        return np.asarray(np.clip(shown, 0, 1), np.float32)


def simulate(scenario: Scenario, frames: Sequence[int] | None = None) -> PhantomRun:
    """Film a scenario, or some of its frames.

    Contents and noise of a frame do not depend on the frames that are filmed beside it; the window is that of
    all filmed frames, and a trace of the frame before is left only in a row without gaps.

    Args:
        scenario: What to film.
        frames: t of the wanted frames; all where it is None.
    """
    wanted = tuple(range(scenario.n_frames) if frames is None else frames)
    stage = Stage(scenario)
    moments = [stage.at(t * scenario.frame_time_ms / 1000) for t in wanted]
    filmed = np.stack(
        [_expose(scenario, moment.depth, number) for moment, number in zip(moments, wanted, strict=True)]
    )
    masks = _mask_frames(stage) if scenario.is_dsa else None
    has_no_gaps = wanted == tuple(range(wanted[0], wanted[0] + len(wanted)))
    return PhantomRun(
        scenario=scenario,
        frame_numbers=wanted,
        frames=develop(filmed, scenario.processing, scenario.field, masks, are_neighbours=has_no_gaps),
        bits_stored=scenario.processing.bits,
        is_inverted=scenario.processing.is_inverted,
        truth=_truth(moments, scenario.field.mask(stage.shape)),
    )


def _mask_frames(stage: Stage) -> NDArray[np.float32]:
    """Return (M, H, W) intensities before the injection."""
    scenario = stage.scenario
    numbers = range(scenario.n_frames, scenario.n_frames + len(MASK_TIMES_S))
    return np.stack(
        [_expose(scenario, stage.at(time).depth, n) for time, n in zip(MASK_TIMES_S, numbers, strict=True)]
    )


def _expose(scenario: Scenario, depth: Depth, number: int) -> NDArray[np.float32]:
    """Return the intensities of one frame, (H, W); its noise is its own."""
    return expose(depth, scenario.detector, scenario.random("noise", number))


def _truth(moments: Sequence[Moment], field: NDArray[np.bool_]) -> Truth:
    return Truth(
        vessel=np.stack([moment.vessel & field for moment in moments]),
        catheter=np.stack([moment.catheter & field for moment in moments]),
        guidewire=np.stack([moment.guidewire & field for moment in moments]),
        implant=np.stack([moment.implant & field for moment in moments]),
        centre_lines=tuple(moment.centre_lines for moment in moments),
        phases=tuple(moment.phase for moment in moments),
    )
