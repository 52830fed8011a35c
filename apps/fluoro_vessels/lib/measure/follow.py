"""Where one stretch of vessel lies in every frame of a run."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray

from lib.arrays import Frames, Mask
from lib.errors.measure_run import FrameOfSiteError, MasksOfRunError, SiteOutsideFrameError
from lib.measure.centre_line import CentreLine
from lib.measure.follow_walk import Found, Loss, Study, is_inside
from lib.ridges.workers import each


@dataclass(frozen=True, eq=False)
class Followed(Sequence[CentreLine | None]):
    """A line through a run: item t is the line in frame t, or None.

    The lines of all frames show the same stretch: the same share of their lengths is the same place.

    Attributes:
        t0: Frame in which it was drawn.
        lines: T lines; None where the stretch was not found.
        losses: T reasons; None where there is a line.
        likeness: (T,) 0 to 1, how much the surroundings look like those in t0; 0 without a line.
    """

    t0: int
    lines: tuple[CentreLine | None, ...]
    losses: tuple[Loss | None, ...]
    likeness: NDArray[np.float64]

    def __len__(self) -> int:
        """Return T."""
        return len(self.lines)

    @overload
    def __getitem__(self, index: int) -> CentreLine | None: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[CentreLine | None]: ...
    def __getitem__(self, index: int | slice) -> CentreLine | Sequence[CentreLine | None] | None:
        """Return the line in frame t."""
        return self.lines[index]

    def __iter__(self) -> Iterator[CentreLine | None]:
        """Go through the frames."""
        return iter(self.lines)

    def places(self, share: float) -> NDArray[np.float64]:
        """Return (T, 2), y and x of one place through the run, NaN where it was not found.

        Args:
            share: Of the line's length, 0 at its beginning to 1 at its end.
        """
        nowhere = np.full(2, np.nan)
        return np.stack([nowhere if line is None else _place(line, share) for line in self.lines])


def follow(frames: Frames, line: CentreLine, t0: int, masks: Mask | None = None) -> Followed:
    """Follow a line through a run.

    Args:
        frames: (T, H, W) in [0, 1], vessels dark.
        line: Middle of a vessel in frame t0.
        t0: Frame in which it was drawn, from 0.
        masks: (T, H, W) vessels, where they are known: they keep the line from leaving the vessel.

    Raises:
        FrameOfSiteError: The run has no frame t0.
        SiteOutsideFrameError: The line leaves the picture.
        MasksOfRunError: The masks have another shape than the frames.
    """
    _check(frames, line, t0, masks)
    study = Study.of(frames, line, t0, masks)
    paths = (range(t0 + 1, len(frames)), range(t0 - 1, -1, -1))
    found = {t0: Found(line, None, 1.0)}
    for part in each(study.walk, paths):
        found.update(part)
    ordered = [found[t] for t in range(len(frames))]
    return Followed(
        t0=t0,
        lines=tuple(one.line for one in ordered),
        losses=tuple(one.loss for one in ordered),
        likeness=np.array([one.likeness for one in ordered]),
    )


def _check(frames: Frames, line: CentreLine, t0: int, masks: Mask | None) -> None:
    if not 0 <= t0 < len(frames):
        raise FrameOfSiteError(t0, len(frames))
    if masks is not None and masks.shape != frames.shape:
        raise MasksOfRunError(masks.shape, frames.shape)
    beyond = line.yx[~is_inside(line.yx, frames.shape)]
    if len(beyond):
        raise SiteOutsideFrameError((float(beyond[0, 0]), float(beyond[0, 1])), frames.shape)


def _place(line: CentreLine, share: float) -> NDArray[np.float64]:
    at = share * (len(line) - 1)
    return np.array([np.interp(at, np.arange(len(line)), line.yx[:, axis]) for axis in (0, 1)])
