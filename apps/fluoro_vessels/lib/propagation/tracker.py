"""What follows a mask through a run: one direction, from one key frame."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lib.arrays import Frames
from lib.errors import CancelledError

MaskImage: TypeAlias = NDArray[np.bool_]
"""(H, W) bool; the mask of one frame."""


@dataclass(frozen=True)
class Guess:
    """What a tracker believes about one frame.

    Attributes:
        t: The frame.
        score: (H, W) float32 in [0, 1]; the mask has the pixels of 0.5 and more.
        confidence: In [0, 1], how far the tracker trusts this frame.
    """

    t: int
    score: NDArray[np.float32]
    confidence: float


@dataclass(frozen=True)
class Watch:
    """Who waits for the work: is told how far it is, and may stop it."""

    on_progress: Callable[[float], None] | None = None
    is_cancelled: Callable[[], bool] | None = None

    def reached(self, share: float) -> None:
        """Tell what share, in [0, 1], is done; then see whether to go on."""
        self.look_up()
        if self.on_progress is not None:
            self.on_progress(share)

    def look_up(self) -> None:
        """Raise CancelledError when the work is no longer wanted."""
        if self.is_unwanted():
            raise CancelledError("propagation")

    def is_unwanted(self) -> bool:
        """Say whether somebody stopped the work."""
        return self.is_cancelled is not None and self.is_cancelled()

    def part(self, begin: float, end: float) -> "Watch":
        """Return a watch over a part of the work, which reaches from `begin` to `end` of the whole."""
        return Watch(lambda share: self._tell(begin + (end - begin) * share), self.is_cancelled)

    def _tell(self, share: float) -> None:
        if self.on_progress is not None:
            self.on_progress(share)


class Study(Protocol):
    """A run as a tracker has looked at it; its keys share it."""

    def follow(self, t: int, key: MaskImage, path: range) -> Iterator[Guess]:
        """Follow a mask in one direction.

        Args:
            t: The key frame.
            key: (H, W), its mask.
            path: The frames to go to, beginning beside the key: t + 1, t + 2, ... or t - 1, t - 2, ...

        Yields:
            One guess for each frame of the path, in its order.
        """
        ...


class Tracker(Protocol):
    """An engine that can follow masks; safe to use for several runs, one after the other."""

    @property
    def name(self) -> str:
        """What people choose it by."""

    @property
    def version(self) -> str:
        """Changes whenever the same run and key may give another mask."""

    def study(self, frames: Frames, times: range, watch: Watch) -> Study:
        """Look at the frames that a propagation may pass.

        Args:
            frames: (T, H, W) in [0, 1], vessels dark: the whole run.
            times: The frames that matter, keys included.
            watch: Told the share of the study that is done.

        Raises:
            CancelledError: The watch said so.
        """
        ...
