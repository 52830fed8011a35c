"""Scores the propagation of one key frame to its run, beside three simpler ways, in the same process.

The key is the truth of the frame that shows most of the vessels. It is not scored itself; every other frame
with a truth is, those without contrast medium too, on which nothing may be drawn.
"""

import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from lib.arrays import Frames, Mask
from lib.evaluation.branch_truth import branch_truth
from lib.evaluation.cases import Case
from lib.evaluation.each_case import Failure, score_each
from lib.evaluation.folder import find_cases
from lib.evaluation.metrics import MaskImage, overlap_of
from lib.evaluation.simple_propagation import copied, flowed, unled
from lib.labels import LabelTable, load_label_table
from lib.propagation.evidence import Evidence, Look, gather
from lib.propagation.flow_tracker import FlowStudy
from lib.propagation.open_tracker import vessel_look
from lib.propagation.propagate import propagate
from lib.propagation.tracker import Watch
from lib.settings import settings

OURS: Final = "ours"
DISTANCES: Final = (1, 2, 4, 8, 16, 32)
"""Least distances, in frames, of the groups that are reported."""

DIGITS: Final = 4


@dataclass(frozen=True)
class ScoredFrame:
    """The Dice of each way on one frame, which is so many frames from the key."""

    distance: int
    dice: dict[str, float]


@dataclass(frozen=True)
class ScoredRun:
    """The frames of a run: for the whole tree, and for one branch where the truth tells branches apart."""

    tree: tuple[ScoredFrame, ...]
    branch: tuple[ScoredFrame, ...]
    fps: float


def evaluate_propagation(
    folder: Path, look: Look | None = None, on_case: Callable[[], None] | None = None
) -> dict[str, Any]:
    """Return the figures of all runs in a folder that have a truth.

    Args:
        folder: Runs of the phantom, DICOM runs with a SEG, or sequences of images.
        look: What finds vessels in frames; the installed network where it is None.
        on_case: Called after each run.

    Returns:
        `n` runs, `n_frames`, `dice_mean`, `dice_by_distance` (least distance as text), `baselines`
        (`copy`, `flow`, `per_frame`), `branch` with the same for one branch of each run, `fps`, and
        `failed` (name, reason).

    Raises:
        NothingToScoreError: The folder has no run with a truth.
        UnknownModelError: No network is installed.
    """
    cases = [case for case in find_cases(folder) if case.is_run]
    table = load_label_table(settings().labels, settings().data / "labels")
    runs, failures = score_each(cases, lambda case: _scored(case, table, look or vessel_look()), on_case)
    return _figures(runs, failures)


def _scored(case: Case, table: LabelTable, look: Look) -> ScoredRun:
    cine, truth = case.open(table)
    began = time.perf_counter()
    evidence = gather(cine.frames, look, Watch())
    looked_s = time.perf_counter() - began
    key = max(truth.times, key=lambda t: int(truth.vessel[t].sum()))
    tree, followed_s = _compared(cine.frames, evidence, truth.vessel, truth.times, key)
    branch = branch_truth(case.run, truth.vessel, key) if hasattr(case, "run") else None
    of_branch: tuple[ScoredFrame, ...] = ()
    if branch is not None:
        of_branch, _ = _compared(cine.frames, evidence, branch.mask, truth.times, key)
    return ScoredRun(tree, of_branch, len(cine.frames) / (looked_s + followed_s))


def _compared(
    frames: Frames, evidence: Evidence, truth: Mask, times: Sequence[int], key: int
) -> tuple[tuple[ScoredFrame, ...], float]:
    """Return the scores of every way from one key, and the seconds that ours took."""
    began = time.perf_counter()
    ours = propagate(frames, {key: truth[key]}, Replay(evidence)).masks
    seconds = time.perf_counter() - began
    ways: dict[str, Callable[[int], MaskImage]] = {
        OURS: lambda t: ours[t],
        "copy": copied(truth[key]),
        "flow": flowed(frames, key, truth[key]),
        "per_frame": unled(evidence),
    }
    scored = tuple(
        ScoredFrame(abs(t - key), {name: overlap_of(way(t), truth[t]).dice for name, way in ways.items()})
        for t in times
        if t != key
    )
    return scored, seconds


class Replay:
    """Our own tracker on evidence that is there already."""

    name = "flow"
    version = "replay"

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence

    def study(self, frames: Frames, times: range, watch: Watch) -> FlowStudy:  # noqa: ARG002
        """Return what the tracker would see; see `Tracker.study`."""
        return FlowStudy(self._evidence)


def _figures(runs: Sequence[ScoredRun], failures: Sequence[Failure]) -> dict[str, Any]:
    return {
        "n": len(runs),
        **_of_frames([frame for run in runs for frame in run.tree]),
        "branch": _of_frames([frame for run in runs for frame in run.branch]),
        "fps": round(statistics.median(run.fps for run in runs), 2) if runs else None,
        "failed": [{"name": failure.name, "reason": failure.reason} for failure in failures],
    }


def _of_frames(frames: Sequence[ScoredFrame]) -> dict[str, Any]:
    by_distance: dict[int, list[float]] = defaultdict(list)
    for frame in frames:
        by_distance[max(least for least in DISTANCES if least <= frame.distance)].append(frame.dice[OURS])
    return {
        "n_frames": len(frames),
        "dice_mean": _mean(frame.dice[OURS] for frame in frames),
        "dice_by_distance": {str(least): _mean(by_distance[least]) for least in sorted(by_distance)},
        "baselines": {
            name: _mean(frame.dice[name] for frame in frames) for name in ("copy", "flow", "per_frame")
        },
    }


def _mean(values: Iterable[float]) -> float | None:
    known = list(values)
    return round(statistics.fmean(known), DIGITS) if known else None
