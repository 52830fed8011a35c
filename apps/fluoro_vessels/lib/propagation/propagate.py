"""Carries the masks of key frames to a run: both directions, blended between keys, all or nothing."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lib.arrays import Frames, Mask, shape_text
from lib.errors import FrameRangeError, KeyFrameError, NoKeyFrameError
from lib.propagation.blend import Blend
from lib.propagation.tracker import MaskImage, Tracker, Watch

STUDY_SHARE: Final = 0.5
"""Share of the whole work that looking at the run takes."""


@dataclass(frozen=True)
class Propagated:
    """Masks of a run.

    Attributes:
        masks: (T, H, W) bool. A frame that was not wanted, is no key and not finished is empty.
        confidence: (T,) float32 in [0, 1]; 1 at key and finished frames, 0 at frames that were not wanted.
    """

    masks: Mask
    confidence: NDArray[np.float32]


@dataclass(frozen=True)
class Leg:
    """A walk from a key frame in one direction, up to the next key or the end of what is wanted."""

    key: int
    path: range
    until: int | None
    """The key frame at the other end, None where there is none."""

    def weight(self, t: int) -> float:
        """Return how much this key has to say at t, beside the one at the other end, in (0, 1]."""
        if self.until is None:
            return 1.0
        return abs(self.until - t) / abs(self.until - self.key)


def propagate(  # noqa: PLR0913  # the last four are wishes that most callers leave out
    frames: Frames,
    keys: Mapping[int, MaskImage],
    tracker: Tracker,
    *,
    wanted: range | None = None,
    finished: Mapping[int, MaskImage] | None = None,
    on_progress: Callable[[float], None] | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> Propagated:
    """Return masks for the wanted frames of a run.

    Args:
        frames: (T, H, W) in [0, 1], vessels dark.
        keys: t -> (H, W); masks to begin from, of the whole tree or of one branch.
        tracker: Follows a mask in one direction.
        wanted: Frames to fill, in rising order and without gaps; all where it is None.
        finished: t -> (H, W); frames that a person finished stay bit by bit as they are.
        on_progress: Told the share that is done, in [0, 1].
        is_cancelled: Asked several times a second.

    Raises:
        NoKeyFrameError: No key has a pixel.
        KeyFrameError: A mask has another shape than the frames, or belongs to no frame.
        FrameRangeError: A wanted frame is not in the run.
        CancelledError: `is_cancelled` said so; there is no result.
    """
    fixed = {**keys, **(finished or {})}
    times = range(len(frames)) if wanted is None else wanted
    _check(frames, keys, fixed, times)
    watch = Watch(on_progress, is_cancelled)
    blend = Blend(frames.shape[1:])
    legs = [leg for leg in _legs(sorted(keys), times) if set(leg.path) & set(times) - fixed.keys()]
    if legs:
        _walk(legs, frames, keys, tracker, blend, watch)
    masks, confidence = np.zeros(frames.shape, np.bool_), np.zeros(len(frames), np.float32)
    for t in blend.times() & set(times):
        masks[t], confidence[t] = blend.mask(t), blend.confidence(t)
    for t, mask in fixed.items():
        masks[t], confidence[t] = mask, 1.0
    watch.reached(1.0)
    return Propagated(masks, confidence)


def _walk(
    legs: list[Leg],
    frames: Frames,
    keys: Mapping[int, MaskImage],
    tracker: Tracker,
    blend: Blend,
    watch: Watch,
) -> None:
    """Follow every key along its legs into the blend."""
    passed = [t for leg in legs for t in (leg.key, *leg.path)]
    study = tracker.study(frames, range(min(passed), max(passed) + 1), watch.part(0.0, STUDY_SHARE))
    steps, done = sum(len(leg.path) for leg in legs), 0
    rest = watch.part(STUDY_SHARE, 1.0)
    for leg in legs:
        rest.look_up()
        for guess in study.follow(leg.key, keys[leg.key], leg.path):
            blend.add(guess, leg.weight(guess.t))
            done += 1
            rest.reached(done / steps)


def _legs(keys: list[int], times: range) -> Iterator[Leg]:
    """Yield the walks that reach every wanted frame: from each key to both sides, up to the next key."""
    first, last = times[0], times[-1]
    for place, key in enumerate(keys):
        before = keys[place - 1] if place else None
        after = keys[place + 1] if place + 1 < len(keys) else None
        down = first if before is None else max(before + 1, first)
        up = last if after is None else min(after - 1, last)
        yield Leg(key, range(key - 1, down - 1, -1), before)
        yield Leg(key, range(key + 1, up + 1), after)


def _check(
    frames: Frames, keys: Mapping[int, MaskImage], fixed: Mapping[int, MaskImage], times: range
) -> None:
    """Refuse masks that do not fit the run, and frames that it does not have."""
    if len(times) == 0 or times.step != 1 or times[0] < 0 or times[-1] >= len(frames):
        raise FrameRangeError(times.start + 1, times.stop, len(frames))
    for t, mask in fixed.items():
        if not 0 <= t < len(frames):
            raise KeyFrameError(t + 1, f"the run has frames 1 to {len(frames)}")
        if mask.shape != frames.shape[1:]:
            raise KeyFrameError(t + 1, f"it has {shape_text(mask)} pixels, the frame {shape_text(frames[0])}")
    if not any(mask.any() for mask in keys.values()):
        raise NoKeyFrameError
