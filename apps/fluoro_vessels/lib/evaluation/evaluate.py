"""Scores a method on case after case; of each frame a few numbers are kept and no array."""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from lib.arrays import Frame, LabelMap
from lib.evaluation.cases import DEVICES, VESSEL, Case, Truth, mask_of
from lib.evaluation.each_case import Failure, score_each
from lib.evaluation.metrics import FrameScore, MaskImage, Overlap, overlap_of, score_frame
from lib.frames.cine import Cine
from lib.labels import LabelTable

Segment: TypeAlias = Callable[[Cine], LabelMap]
"""A method with its parameters: a run becomes (T, H, W) indices of the label table."""

Prune: TypeAlias = Callable[[MaskImage], MaskImage]
"""Keeps a part of a result, (H, W), without knowing the truth."""


@dataclass(frozen=True)
class Method:
    """What is scored: how a run is segmented, and what of the result counts.

    Attributes:
        segment: Of whole runs.
        table: The labels.
        prune: What of the result counts; None: all.
        segment_frame: The labels, (H, W), of frame t alone, as `segment` would give them; None where the
            method needs the whole run.
    """

    segment: Segment
    table: LabelTable
    prune: Prune | None = None
    segment_frame: Callable[[Cine, int], NDArray[np.uint8]] | None = None


@dataclass(frozen=True)
class SeenFrame:
    """One frame with its truth and its result, as a person would compare them.

    Attributes:
        t: Place in the run.
        frame: (H, W) in [0, 1].
        truth: (H, W) bool.
        found: (H, W) bool; all that the method called vessel.
        result: (H, W) bool; what of it counts.
        device_dice: Dice of catheters, guidewires, implants; None where no truth speaks of them.
        group: See `Truth`.
    """

    t: int
    frame: Frame
    truth: MaskImage
    found: MaskImage
    result: MaskImage
    device_dice: float | None
    group: str


@dataclass(frozen=True)
class ScoredFrame:
    """The numbers of one frame.

    Attributes:
        name: The case's name; in a run with the frame number, from one.
        subject: Who it shows.
        place: Number of the case and t; finds the frame again.
        score: Of the result that counts.
        unpruned: Of all that the method called vessel.
        device_dice: See `SeenFrame`.
        group: See `Truth`.
    """

    name: str
    subject: str
    place: tuple[int, int]
    score: FrameScore
    unpruned: Overlap
    device_dice: float | None
    group: str


@dataclass
class Evaluation:
    """What is known about a method after some cases; it grows by numbers only."""

    frames: list[ScoredFrame] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    case_ms: list[float] = field(default_factory=list)
    """Milliseconds per frame that each case took, reading and scoring not included."""

    @property
    def ms_per_frame(self) -> float:
        """The median over the cases, so that the first one may load the weights."""
        return statistics.median(self.case_ms) if self.case_ms else 0.0


def evaluate(cases: Sequence[Case], method: Method, on_case: Callable[[], None] | None = None) -> Evaluation:
    """Score a method on all cases; one that cannot be read or segmented does not stop the others.

    Args:
        cases: Opened one at a time.
        method: What is scored.
        on_case: Called after each case.

    Raises:
        FluoroError: One of `METHOD_FAILS`: no weights, or other ones than they should be.
    """
    numbers = count()
    scored, failures = score_each(cases, lambda case: _scored(next(numbers), case, method), on_case)
    return Evaluation(
        frames=[frame for frames, _ in scored for frame in frames],
        failures=failures,
        case_ms=[ms for _, ms in scored],
    )


def look(case: Case, method: Method) -> tuple[Iterator[SeenFrame], float]:
    """Segment a case and return its frames with a truth, and the milliseconds that each of the run's took."""
    cine, truth = case.open(method.table)
    began = time.perf_counter()
    label_map = method.segment(cine)
    ms = (time.perf_counter() - began) * 1e3 / len(cine.frames)
    return (_seen(t, cine, truth, label_map, method) for t in truth.times), ms


def _scored(number: int, case: Case, method: Method) -> tuple[list[ScoredFrame], float]:
    seen_frames, ms = look(case, method)
    return [_numbers(seen, number, case) for seen in seen_frames], ms


def _numbers(seen: SeenFrame, number: int, case: Case) -> ScoredFrame:
    return ScoredFrame(
        name=f"{case.name} frame {seen.t + 1}" if case.is_run else case.name,
        subject=case.subject,
        place=(number, seen.t),
        score=score_frame(seen.result, seen.truth),
        unpruned=overlap_of(seen.found, seen.truth),
        device_dice=seen.device_dice,
        group=seen.group,
    )


def _seen(t: int, cine: Cine, truth: Truth, label_map: LabelMap, method: Method) -> SeenFrame:
    """Compare a frame with its truth.

    A label map says one thing of a pixel. Where a device lies in a vessel, which is both, either is right.
    """
    found = mask_of(label_map[t], method.table, (VESSEL,))
    result = found if method.prune is None else method.prune(found)
    vessel, device_dice = truth.vessel[t], None
    if truth.device is not None:
        device = mask_of(label_map[t], method.table, DEVICES)
        is_both = vessel & truth.device[t]
        device_dice = overlap_of(device, truth.device[t] & ~(is_both & found)).dice
        vessel = vessel & ~(is_both & device)
    return SeenFrame(t, cine.frames[t], vessel, found, result, device_dice, truth.group)
