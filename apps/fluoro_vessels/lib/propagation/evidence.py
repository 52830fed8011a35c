"""What the frames of a run show by themselves: the probability of a vessel, and what contrast medium adds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lib.arrays import Frames
from lib.propagation.contrast import darkness_of, still_darkness
from lib.propagation.plane import Plane, halved
from lib.propagation.tracker import Watch

Look: TypeAlias = Callable[[Frames, Callable[[], bool]], Iterator[tuple[int, Plane]]]
"""Yields t and (H, W), the probability of a vessel, for each frame of a run, until it is told to stop."""

FULL: Final = 255


@dataclass(frozen=True)
class Evidence:
    """A run as its own frames show it.

    Attributes:
        frames: (T, H, W) in [0, 1], vessels dark.
        probability: (T, H, W) uint8, 255 is certain; a byte a pixel, so that a long run stays small.
        still: Attenuation at half size that is there without contrast medium.
    """

    frames: Frames
    probability: NDArray[np.uint8]
    still: Plane

    def vessel(self, t: int) -> Plane:
        """Return (H, W), the probability of a frame in [0, 1]."""
        return np.asarray(self.probability[t] * np.float32(1 / FULL), np.float32)

    def small_vessel(self, t: int) -> Plane:
        """Return the same at half size."""
        return halved(self.vessel(t))

    def small_added(self, t: int) -> Plane:
        """Return, at half size, the attenuation of a frame without what is always there."""
        return darkness_of(self.frames[t]) - self.still


def gather(frames: Frames, look: Look, watch: Watch) -> Evidence:
    """Return the evidence of all frames: what a network says depends on the whole run.

    Raises:
        CancelledError: The watch said so.
    """
    probability = np.zeros(frames.shape, np.uint8)
    for t, plane in look(frames, watch.is_unwanted):
        probability[t] = np.rint(plane * FULL)
        watch.reached((t + 1) / len(frames))
    watch.look_up()
    return Evidence(frames, probability, still_darkness(frames))
