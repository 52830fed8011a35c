"""Measures two models on the frozen patients, whom no training meets: Dice frame by frame, and time."""

import time
from collections.abc import Iterable, Iterator, Sequence
from statistics import median
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lib.arrays import Frames
from lib.networks.runtime import Engine
from lib.networks.sizes import working_size
from lib.networks.stack import background_of, stack_at
from lib.registry import GateFrame
from lib.trainers.calibrate import THRESHOLD, dice
from lib.trainers.lessons import Lesson

SPEED_SIDE: Final = 512
SPEED_ROUNDS: Final = 5


def gate_frames(lessons: Iterable[Lesson], before: Engine, after: Engine) -> Iterator[GateFrame]:
    """Yield what two models make of finished frames; where a person found no vessel, Dice says nothing.

    Args:
        lessons: Of frozen patients.
        before: The live model, as it serves.
        after: The candidate, as it would.
    """
    for lesson in lessons:
        asked = [frame for frame in lesson.frames if frame.vessel.any()]
        if not asked:
            continue
        times = [frame.t for frame in asked]
        masks = [list(vessels_at(asked[0].frames, times, engine)) for engine in (before, after)]
        for frame, old, new in zip(asked, *masks, strict=True):
            scores = dice(old, frame.vessel), dice(new, frame.vessel)
            yield GateFrame(frame.patient, frame.run, lesson.slices, *scores)


def vessels_at(frames: Frames, times: Sequence[int], engine: Engine) -> Iterator[NDArray[np.bool_]]:
    """Yield (H, W), what a network calls vessel on some frames of a run.

    Raises:
        ImageSizeError: A side is too short or too long.
    """
    size = working_size(*frames.shape[1:])
    small = size.to_working(frames)
    background = background_of(small)
    for first in range(0, len(times), engine.batch):
        some = times[first : first + engine.batch]
        stacks = np.stack([size.pad(stack_at(small, t, background)) for t in some])
        for probabilities in engine.probabilities(stacks):
            yield size.to_native(probabilities)[0] >= THRESHOLD


def speeds_ms(before: Engine, after: Engine) -> tuple[float, float]:
    """Return the time for a frame of both, measured in turns, so that a busy machine is unfair to neither."""
    n_frames = min(before.batch, after.batch)
    random = np.random.default_rng(0)
    stacks = random.standard_normal((n_frames, 5, SPEED_SIDE, SPEED_SIDE), dtype=np.float32)
    taken: tuple[list[float], list[float]] = ([], [])
    for number in range(SPEED_ROUNDS + 1):
        for engine, times in zip((before, after), taken, strict=True):
            begun = time.perf_counter()
            engine.probabilities(stacks)
            if number:  # the first round compiles
                times.append(1000 * (time.perf_counter() - begun) / n_frames)
    return median(taken[0]), median(taken[1])
