"""On which size a picture is worked on, and the way there and back."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.arrays import Frames
from lib.errors import ImageSizeError

LEAST_SIDE: Final = 64
LONGEST_SIDE: Final = 2048
NATIVE_SIDE: Final = 768
"""A picture whose longest side is at most this is worked on as it is."""

WORKING_SIDE: Final = 512
"""Longest side that larger ones are brought to; vessels then have the widths that the network has learned."""

SIZE_STEP: Final = 32
"""The network halves its input five times."""


@dataclass(frozen=True)
class WorkingSize:
    """Three sizes (height, width) in pixels.

    Attributes:
        native: Of the picture.
        working: That the frames are resized to.
        padded: That the network sees, a multiple of SIZE_STEP; what is added repeats the picture mirrored.
    """

    native: tuple[int, int]
    working: tuple[int, int]
    padded: tuple[int, int]

    def to_working(self, frames: Frames) -> Frames:
        """Return (T, h, w); the frames themselves where nothing is to be done."""
        if self.working == self.native:
            return frames
        rows, columns = self.working
        resized = np.empty((len(frames), rows, columns), np.float32)
        for t, frame in enumerate(frames):
            cv2.resize(frame, (columns, rows), dst=resized[t], interpolation=cv2.INTER_AREA)
        return resized

    def pad(self, stack: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return (C, h, w) grown to the padded size, below and to the right."""
        below, right = (after - before for after, before in zip(self.padded, self.working, strict=True))
        return np.pad(stack, ((0, 0), (0, below), (0, right)), "reflect") if below or right else stack

    def to_native(self, probabilities: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return (K, H, W) of the native size from (K, padded height, padded width)."""
        rows, columns = self.working
        cut = probabilities[:, :rows, :columns]
        if self.working == self.native:
            return np.ascontiguousarray(cut)
        height, width = self.native
        resized = [cv2.resize(plane, (width, height), interpolation=cv2.INTER_LINEAR) for plane in cut]
        return np.stack(resized)


def working_size(rows: int, columns: int) -> WorkingSize:
    """Choose the sizes for a picture.

    Raises:
        ImageSizeError: A side is shorter than 64 or longer than 2048 pixels.
    """
    if min(rows, columns) < LEAST_SIDE or max(rows, columns) > LONGEST_SIDE:
        raise ImageSizeError(rows, columns, LEAST_SIDE, LONGEST_SIDE)
    longest = max(rows, columns)
    scale = 1.0 if longest <= NATIVE_SIDE else WORKING_SIDE / longest
    working = (round(rows * scale), round(columns * scale))
    padded = (-(-working[0] // SIZE_STEP) * SIZE_STEP, -(-working[1] // SIZE_STEP) * SIZE_STEP)
    return WorkingSize(native=(rows, columns), working=working, padded=padded)
