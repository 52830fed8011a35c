"""What the vessel network makes of a few frames of a run: how unsure it is, and what they look like."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lib.activelearning.embedding import embedding_of, joined
from lib.activelearning.uncertainty import frame_uncertainty
from lib.arrays import Frames
from lib.networks.runtime import LEAST_RANGE, Engine, Probabilities
from lib.networks.sizes import WorkingSize, working_size
from lib.networks.stack import background_of, stack_at

SURE: Final = 0.5
"""From this probability on a pixel counts as foreground."""


@dataclass(frozen=True)
class Look:
    """What a network makes of a run.

    Attributes:
        uncertainty: From 0 to 1, the mean of the frames.
        foreground: Share of the picture that is vessel, on the fullest frame looked at.
        embedding: (d,) float32, of length 1.
        frames: (t, uncertainty) of the frames looked at, the most uncertain first.
    """

    uncertainty: float
    foreground: float
    embedding: NDArray[np.float32]
    frames: tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class _Seen:
    """A frame as the network saw it, (5, h, w), and what it said, (K, h, w)."""

    stack: NDArray[np.float32]
    probabilities: Probabilities


class _Eye:
    """Looks at frames of one run, at each once."""

    def __init__(self, size: WorkingSize, frames: Frames, engine: Engine) -> None:
        self.seen: dict[int, _Seen] = {}
        self._size, self._frames, self._engine = size, frames, engine
        self._background = background_of(frames)

    def see(self, times: Sequence[int]) -> None:
        """Look at those frames that were not looked at before."""
        new = [t for t in times if t not in self.seen]
        if not new:
            return
        stacks = [stack_at(self._frames, t, self._background) for t in new]
        answers = self._engine.probabilities(np.stack([self._size.pad(stack) for stack in stacks]))
        rows, columns = self._size.working
        for t, stack, answer in zip(new, stacks, answers, strict=True):
            self.seen[t] = _Seen(stack, answer[:, :rows, :columns])


def look(
    frames: Frames, engine: Engine, times: Sequence[int], pause: Callable[[], None] = lambda: None
) -> Look:
    """Look at some frames of a run, each with its neighbour in time.

    Args:
        frames: (T, H, W) in [0, 1], vessels dark; sides of 64 to 2048 pixels.
        engine: Runs the network.
        times: The frames, from 0; see `times_to_look`.
        pause: Called before each frame; it may wait.

    Raises:
        ImageSizeError: A side is too short or too long.
    """
    size = working_size(*frames.shape[1:])
    if float(frames.max()) - float(frames.min()) < LEAST_RANGE:
        return Look(0.0, 0.0, joined([]), tuple((t, 0.0) for t in times))
    eye = _Eye(size, size.to_working(frames), engine)
    unsure: dict[int, float] = {}
    for t in dict.fromkeys(times):
        pause()
        other = _neighbour(t, len(frames))
        eye.see([t] if other is None else [t, other])
        beside = None if other is None else eye.seen[other].probabilities
        unsure[t] = frame_uncertainty(eye.seen[t].probabilities, beside)
    return _summed_up(unsure, [eye.seen[t] for t in unsure])


def times_to_look(n_frames: int, fullest: int, n_times: int) -> list[int]:
    """Return up to `n_times` frames in order of time, the fullest among them.

    They lie between the middle of what is before the fullest frame and the middle of what is after it: there
    the contrast is in the vessels.

    Args:
        n_frames: Of the run.
        fullest: t of the frame that shows the vessels best.
        n_times: At least 1.
    """
    fullest = min(max(fullest, 0), n_frames - 1)
    first, last = fullest // 2, (fullest + n_frames - 1) // 2
    spread = {round(t) for t in np.linspace(first, last, n_times)}
    if fullest not in spread:
        spread = spread - {min(spread, key=lambda t: abs(t - fullest))} | {fullest}
    return sorted(spread)


def _neighbour(t: int, n_frames: int) -> int | None:
    """Return the next frame, the one before for the last, None where there is only one."""
    if n_frames == 1:
        return None
    return t + 1 if t + 1 < n_frames else t - 1


def _summed_up(unsure: dict[int, float], seen: Sequence[_Seen]) -> Look:
    """Return what the frames say of the run together."""
    shares = [float((one.probabilities[0] >= SURE).mean()) for one in seen]
    return Look(
        uncertainty=float(np.mean(list(unsure.values()))) if unsure else 0.0,
        foreground=max(shares, default=0.0),
        embedding=joined([embedding_of(one.stack, one.probabilities) for one in seen]),
        frames=tuple(sorted(unsure.items(), key=lambda item: (-item[1], item[0]))),
    )
