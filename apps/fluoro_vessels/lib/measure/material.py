"""A run as it comes to be measured: its frames, what its header says, and where its vessels are."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from lib.arrays import Frames, Mask
from lib.errors import LabelShapeError
from lib.frames.cine import Cine, RunHeader
from lib.labels import Label


class MaskOf(Protocol):
    """Gives the vessels of a frame, (H, W) bool, when they are asked for."""

    def __call__(self, t: int) -> NDArray[np.bool_]:
        """Return those of frame t."""
        ...


@dataclass(frozen=True)
class Material:
    """What is measured.

    Attributes:
        cine: The run.
        mask_of: The vessels of a frame.
        masks: (T, H, W), those of all frames, where somebody has them; without, what needs them is left out.
        labels: What branches may be called.
    """

    cine: Cine
    mask_of: MaskOf
    masks: Mask | None = None
    labels: tuple[Label, ...] = ()

    @classmethod
    def with_masks(cls, cine: Cine, masks: Mask, labels: tuple[Label, ...] = ()) -> "Material":
        """Return a run with the vessels of all its frames.

        Raises:
            LabelShapeError: The masks do not have the shape of the run.
        """
        if masks.shape != cine.frames.shape:
            raise LabelShapeError(masks.shape, cine.frames.shape, "frames, rows, columns")
        return cls(cine, lambda t: masks[t], masks, labels)

    @property
    def frames(self) -> Frames:
        """(T, H, W) in [0, 1], vessels dark."""
        return self.cine.frames

    @property
    def header(self) -> RunHeader:
        """What the header says."""
        return self.cine.header

    @property
    def times_ms(self) -> tuple[float, ...] | None:
        """Start of each frame; None where the header does not say."""
        timing = self.header.timing
        return timing.frame_times_ms if timing.frames_per_second else None

    @property
    def view(self) -> tuple[float, float] | None:
        """Primary and secondary angle of the first frame in degrees; None where the header does not say."""
        arm = self.header.carm
        if not arm.primary_angles_deg or not arm.secondary_angles_deg:
            return None
        return arm.primary_angles_deg[0], arm.secondary_angles_deg[0]
