"""What INT8 needs from simulated runs: stacks to measure value ranges with, and runs that show its cost."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lib.arrays import Frames
from lib.networks.runtime import Engine, segment_run
from lib.networks.stack import background_of, stack_at
from lib.phantom import draw_scenario, simulate
from lib.trainers.shelf import TRAINING_SEED, pick_frames

CALIBRATION_RUNS: Final = 64
FRAMES_PER_RUN: Final = 4
"""256 stacks at most: more change nothing in the ranges."""

SIZE: Final = 512
TEST_SEED: Final = 2_000_000
"""Seeds from here on are never trained on."""

THRESHOLD: Final = 0.5


@dataclass(frozen=True)
class Drop:
    """What INT8 costs, as mean Dice of the class vessel over frames that show one."""

    n_frames: int
    dice_fp32: float
    dice_int8: float

    @property
    def drop(self) -> float:
        """Dice that INT8 loses."""
        return self.dice_fp32 - self.dice_int8


def calibration_stacks(
    n_runs: int = CALIBRATION_RUNS, first_seed: int = TRAINING_SEED
) -> Iterator[NDArray[np.float32]]:
    """Yield (5, 512, 512) of frames of the runs of the training."""
    for seed in range(first_seed, first_seed + n_runs):
        frames, _, picked = film(seed)
        background = background_of(frames)
        for t in picked:
            yield stack_at(frames, t, background)


def measure_drop(full: Engine, fast: Engine, seeds: Sequence[int]) -> Drop:
    """Compare two engines of one network on runs that neither has seen."""
    scores: list[tuple[float, float]] = []
    for seed in seeds:
        frames, truth, picked = film(seed)
        masks = [
            {t: probabilities[0] >= THRESHOLD for t, probabilities in segment_run(frames, engine)}
            for engine in (full, fast)
        ]
        for t in picked:
            if truth[t].any():
                scores.append((dice(masks[0][t], truth[t]), dice(masks[1][t], truth[t])))
    means = np.mean(scores, axis=0)
    return Drop(len(scores), float(means[0]), float(means[1]))


def film(seed: int) -> tuple[Frames, NDArray[np.bool_], list[int]]:
    """Return some frames of a run, their vessels, and which of them are not only neighbours."""
    scenario = draw_scenario(seed, size=SIZE)
    random = np.random.default_rng([seed, 78])
    picks, filmed = pick_frames(scenario.n_frames, FRAMES_PER_RUN, random)
    run = simulate(scenario, filmed)
    return run.display(), run.truth.vessel, [filmed.index(t) for t in picks]


def dice(mask: NDArray[np.bool_], truth: NDArray[np.bool_]) -> float:
    """Return the Dice of two masks; `truth` is not empty."""
    return float(2 * (mask & truth).sum() / (mask.sum() + truth.sum()))
