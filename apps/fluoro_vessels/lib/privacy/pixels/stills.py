"""What stays while the picture moves: a run as a few pictures."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lib.frames.layout import Codes, Layout

Still = NDArray[np.float32]
"""(H, W), 0 (the lowest value of the run) to 255 (its highest)."""


@dataclass(frozen=True, eq=False)
class Stills:
    """Pictures of a whole run.

    Noise and movement fade in the mean, so faint text stands out; what is written on a few frames only is
    left in the brightest or the darkest values.

    Attributes:
        n_frames: How many frames there are.
        mean: Mean of each pixel.
        brightest: Highest value of each pixel.
        darkest: Lowest value of each pixel.
    """

    n_frames: int
    mean: Still
    brightest: Still
    darkest: Still

    @property
    def reach(self) -> Still:
        """Return how far each pixel moves; (H, W), 0 to 255."""
        return self.brightest - self.darkest


def stills_of(codes: Codes, layout: Layout) -> Stills:
    """Return the pictures of a run.

    Args:
        codes: (T, H, W) stored values as unsigned bit patterns.
        layout: How the values lie in their bits.
    """
    values = _ordered(codes, layout)
    brightest, darkest = values.max(axis=0), values.min(axis=0)
    low, high = float(darkest.min()), float(brightest.max())
    mean = values.mean(axis=0, dtype=np.float32)

    def scaled(picture: NDArray[Any]) -> Still:
        return np.asarray(
            (picture.astype(np.float32) - low) * np.float32(255 / max(high - low, 1)), np.float32
        )

    return Stills(len(codes), scaled(mean), scaled(brightest), scaled(darkest))


def _ordered(codes: Codes, layout: Layout) -> NDArray[Any]:
    """Return values that rise as the codes mean: overlays above cut off, signs turned into an offset."""
    shift = 0 if layout.transfer_syntax_uid.is_encapsulated else layout.high_bit - layout.bits_stored + 1
    span = 1 << layout.bits_stored
    if shift == 0 and span == 1 << 8 * codes.dtype.itemsize and not layout.is_signed:
        return codes
    values: NDArray[Any] = (codes >> shift) & codes.dtype.type(span - 1)
    return values ^ codes.dtype.type(span >> 1) if layout.is_signed else values
