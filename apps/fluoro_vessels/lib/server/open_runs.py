"""Runs that were decoded lately, in memory: who looks at one frame soon wants the next."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lib.arrays import Frame, Frames, FrameSource
from lib.errors import FrameNotFoundError
from lib.frames.read import read_cine

LIMIT_BYTES: Final = 512 * 2**20
"""20 runs of 96 x 512 x 512."""

GreyFrames: TypeAlias = NDArray[np.uint8]
"""(T, H, W), uint8: frames in the 256 levels of a picture; a quarter of the size of Frames."""


@dataclass(frozen=True)
class UnitFrames:
    """Grey frames as `Frames`, as far as somebody looks at them: who clicks needs a few of hundreds."""

    grey: GreyFrames

    @property
    def shape(self) -> tuple[int, ...]:
        """T, H and W."""
        return self.grey.shape

    def __len__(self) -> int:
        return len(self.grey)

    def __getitem__(self, key: Any, /) -> NDArray[np.float32]:
        return _unit(self.grey[key])


@dataclass
class _Slot:
    """A run that is decoded or being decoded, by whoever holds the lock."""

    lock: threading.Lock
    frames: GreyFrames | None = None


class OpenRuns:
    """Decoded runs, those used least recently leave first; safe for several threads."""

    def __init__(self, limit_bytes: int = LIMIT_BYTES) -> None:
        self._limit_bytes = limit_bytes
        self._slots: OrderedDict[str, _Slot] = OrderedDict()
        self._lock = threading.Lock()

    def frame(self, image_id: str, dicom: Path, t: int) -> Frame:
        """Return frame t of a run, (H, W) in [0, 1] with 256 levels; one thread decodes, others wait for it.

        Raises:
            FrameNotFoundError: The run has no such frame.
            FrameError: The file cannot be read as a run.
        """
        frames = self._decoded(image_id, dicom)
        if not 0 <= t < len(frames):
            raise FrameNotFoundError(image_id, t + 1, len(frames))
        return _unit(frames[t])

    def frames(self, image_id: str, dicom: Path) -> Frames:
        """Return all frames of a run, (T, H, W) in [0, 1] with 256 levels.

        Raises:
            FrameError: The file cannot be read as a run.
        """
        return _unit(self._decoded(image_id, dicom))

    def source(self, image_id: str, dicom: Path) -> FrameSource:
        """Return the frames of a run, each turned into [0, 1] only when it is asked for.

        Raises:
            FrameError: The file cannot be read as a run.
        """
        return UnitFrames(self._decoded(image_id, dicom))

    def size_bytes(self) -> int:
        """Return how much memory the decoded runs take."""
        with self._lock:
            return self._size()

    def _decoded(self, image_id: str, dicom: Path) -> GreyFrames:
        slot = self._slot(image_id)
        with slot.lock:
            if slot.frames is None:
                slot.frames = _grey(dicom)
        self._let_go(image_id)
        return slot.frames

    def _slot(self, image_id: str) -> _Slot:
        with self._lock:
            slot = self._slots.setdefault(image_id, _Slot(threading.Lock()))
            self._slots.move_to_end(image_id)
            return slot

    def _let_go(self, image_id: str) -> None:
        """Forget the oldest runs, but never the one that is wanted now."""
        with self._lock:
            while self._size() > self._limit_bytes and next(iter(self._slots)) != image_id:
                self._slots.popitem(last=False)

    def _size(self) -> int:
        return sum(slot.frames.nbytes for slot in self._slots.values() if slot.frames is not None)


def _unit(grey: GreyFrames) -> NDArray[np.float32]:
    return np.divide(grey, np.float32(255), dtype=np.float32)


def _grey(dicom: Path) -> GreyFrames:
    frames = read_cine(dicom).frames
    grey = np.empty(frames.shape, np.uint8)
    for t, frame in enumerate(frames):
        grey[t] = np.rint(frame * 255)
    return grey
