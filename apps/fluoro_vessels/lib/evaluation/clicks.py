"""Scores an engine for clicks: a simulated person corrects one frame of each case, click after click."""

import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from lib.evaluation.cases import Case, Truth
from lib.evaluation.each_case import Failure, score_each
from lib.evaluation.metrics import MaskImage, score_frame
from lib.frames.cine import Cine
from lib.interaction.clicker import Clicker
from lib.interaction.prompts import Point
from lib.interaction.rituals import ClickProtocol, Start
from lib.interaction.simulate import next_click
from lib.labels import LabelTable
from lib.ridges.main_branches import main_branches

REPORTED: Final = (0, 1, 2, 3, 5, 10, 20)
"""Numbers of clicks after which people want to know how good the mask is."""


@dataclass(frozen=True)
class Ritual:
    """How every case is clicked.

    Attributes:
        clicker: Answers the clicks.
        table: Names the labels of a truth.
        protocol: How the person clicks.
        start: What the first click corrects; a rule without access to the truth.
        n_clicks: Clicks on each case, 1 or more; fewer where nothing is left to click.
    """

    clicker: Clicker
    table: LabelTable
    protocol: ClickProtocol = ClickProtocol.CENTER
    start: Start = Start.AUTOMATIC
    n_clicks: int = REPORTED[-1]

    @property
    def reported(self) -> tuple[int, ...]:
        """Numbers of clicks at which a session is scored in full, the last one among them."""
        return (*(n for n in REPORTED if n < self.n_clicks), self.n_clicks)


@dataclass(frozen=True)
class Answer:
    """The mask after a click, (H, W), and how long it took; None where there was nothing left to click."""

    mask: MaskImage
    ms: float | None


@dataclass(frozen=True)
class Session:
    """The numbers of one case.

    Attributes:
        name: The case's name; in a run with the frame number, from one.
        subject: Who it shows.
        iou: Intersection over union by number of clicks, from 0; where nothing is left to click the
            last one stays.
        surface_dice: Share of the borders within 2 px of each other, by number of clicks as reported.
        opening_ms: Milliseconds from the frames to the mask that the first click corrects.
        click_ms: Of each click that was made.
    """

    name: str
    subject: str
    iou: tuple[float, ...]
    surface_dice: tuple[float, ...]
    opening_ms: float
    click_ms: tuple[float, ...]

    @property
    def worse(self) -> tuple[bool, ...]:
        """Of each click that was made: whether the mask was worse after it."""
        return tuple(self.iou[n + 1] < self.iou[n] for n in range(len(self.click_ms)))


@dataclass(frozen=True)
class ClickEvaluation:
    """What is known about an engine for clicks; numbers only.

    Attributes:
        sessions: Of each case that was clicked.
        n_empty: Cases without a vessel, which nobody would click.
        failures: Cases that could not be scored.
        reported: See `Ritual`.
    """

    sessions: list[Session]
    n_empty: int
    failures: list[Failure]
    reported: tuple[int, ...]


def evaluate_clicks(
    cases: Sequence[Case], ritual: Ritual, on_case: Callable[[], None] | None = None
) -> ClickEvaluation:
    """Click on all cases; one that cannot be read or answered does not stop the others.

    Args:
        cases: Opened one at a time; of a run only the frame whose truth has most vessel.
        ritual: How.
        on_case: Called after each case.

    Raises:
        FluoroError: The engine has no weights, or other ones than it should have.
    """
    scores, failures = score_each(cases, lambda case: click_through(case, ritual), on_case)
    sessions = [session for session in scores if session is not None]
    return ClickEvaluation(sessions, len(scores) - len(sessions), failures, ritual.reported)


def click_through(case: Case, ritual: Ritual) -> Session | None:
    """Return the numbers of a case's session; None where its truth has no vessel."""
    cine, truth = case.open(ritual.table)
    t = _fullest(truth)
    if t is None:
        return None
    wanted = truth.vessel[t]
    # From the name, so that a case is clicked alike in whatever folder it lies.
    random = np.random.default_rng(zlib.crc32(case.name.encode()))
    iou, surface_dice, times = [], [], []
    for n, answer in enumerate(answers(cine, t, wanted, ritual, random)):
        iou.append(iou_of(answer.mask, wanted))
        if n in ritual.reported:
            surface_dice.append(score_frame(answer.mask, wanted).surface_dice_2px)
        if answer.ms is not None:
            times.append(answer.ms)
    name = f"{case.name} frame {t + 1}" if case.is_run else case.name
    return Session(name, case.subject, tuple(iou), tuple(surface_dice), times[0], tuple(times[1:]))


def answers(
    cine: Cine, t: int, wanted: MaskImage, ritual: Ritual, random: np.random.Generator
) -> Iterator[Answer]:
    """Yield the mask that the first click corrects, and the masks after each of the clicks.

    Args:
        cine: The run.
        t: Which frame of it.
        wanted: (H, W), the truth, which decides where the person clicks and nothing else.
        ritual: How.
        random: Decides what a hurried hand does.
    """
    began = time.perf_counter()
    encoding = ritual.clicker.encode(cine.frames, t)
    if ritual.start is Start.EMPTY:
        mask = np.zeros_like(wanted)
    else:
        found = ritual.clicker.start(encoding)
        mask = main_branches(found) if ritual.start is Start.MAIN else found
    yield Answer(mask, _ms_since(began))
    made: list[Point] = []
    for _ in range(ritual.n_clicks):
        prompt = next_click(mask, wanted, ritual.protocol, random, made)
        if prompt is None:
            yield Answer(mask, None)
            continue
        made += prompt.points
        began = time.perf_counter()
        mask = ritual.clicker.answer(encoding, mask, prompt)
        yield Answer(mask, _ms_since(began))


def iou_of(mask: MaskImage, truth: MaskImage) -> float:
    """Return intersection over union of two masks, (H, W); 1 where both are empty."""
    union = np.count_nonzero(mask | truth)
    return float(np.count_nonzero(mask & truth) / union) if union else 1.0


def _fullest(truth: Truth) -> int | None:
    """Return the frame t with most vessel among those that a truth speaks of; None where it has none."""
    areas = {t: int(np.count_nonzero(truth.vessel[t])) for t in truth.times}
    t = max(areas, key=lambda t: areas[t], default=None)
    return t if t is not None and areas[t] else None


def _ms_since(began: float) -> float:
    return (time.perf_counter() - began) * 1e3
