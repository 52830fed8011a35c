"""A session: what a person showed on the frames of a run, one step after the other, and what still counts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from lib.errors import NothingToUndoError
from lib.interaction.clean_up import CleanUp, clean_up
from lib.interaction.overlap import Overlap, combine
from lib.interaction.prompts import Point, Prompt, PromptKind

FrameLabels: TypeAlias = NDArray[np.uint8]
"""(H, W), uint8: one frame's label map; 0 is background, other values are indices of the label table."""

Answer: TypeAlias = Callable[[NDArray[np.bool_], Prompt], NDArray[np.bool_]]
"""A click engine on one frame: (H, W) before and a prompt give (H, W) after; the same again each time."""


@dataclass(frozen=True, eq=False)
class Drawing:
    """A mask that a person drew, (H, W) bool."""

    mask: NDArray[np.bool_]


@dataclass(frozen=True)
class Step:
    """One prompt or drawing, as it was made.

    Attributes:
        number: Rises from step to step, over all sessions.
        t: The frame, zero-based.
        label: Index of the label that it is about.
        overlap: Who gets pixels that another label has.
        shown: What the person showed.
        author: Who.
        at: When, UTC.
    """

    number: int
    t: int
    label: int
    overlap: Overlap
    shown: Prompt | Drawing
    author: str
    at: datetime


@dataclass(frozen=True)
class Session:
    """Steps in order; the first `n_active` count, the others were undone."""

    steps: tuple[Step, ...] = ()
    n_active: int = 0

    @property
    def active(self) -> tuple[Step, ...]:
        """The steps that count."""
        return self.steps[: self.n_active]

    def on_frame(self, t: int) -> tuple[Step, ...]:
        """Return the steps that count on a frame."""
        return tuple(step for step in self.active if step.t == t)

    def frames(self) -> tuple[int, ...]:
        """Return the frames (t) that have steps that count, in order of time."""
        return tuple(sorted({step.t for step in self.active}))

    def with_step(self, step: Step) -> "Session":
        """Return the session after a new step; what was undone is dropped."""
        return Session((*self.active, step), self.n_active + 1)

    def undone(self) -> "Session":
        """Return the session without its last step, whatever frame that is on.

        Raises:
            NothingToUndoError: No step counts.
        """
        if self.n_active == 0:
            raise NothingToUndoError("undo")
        return replace(self, n_active=self.n_active - 1)

    def redone(self) -> "Session":
        """Return the session with the step that was undone last.

        Raises:
            NothingToUndoError: No step was undone.
        """
        if self.n_active == len(self.steps):
            raise NothingToUndoError("redo")
        return replace(self, n_active=self.n_active + 1)

    def reset(self) -> "Session":
        """Return the session with every step undone."""
        return replace(self, n_active=0)


def replay(
    start: FrameLabels, steps: Sequence[Step], answer: Answer, rules: CleanUp, n_done: int = 0
) -> FrameLabels:
    """Return a frame's label map after all its steps, (H, W).

    Args:
        start: (H, W), the label map after the first `n_done` steps.
        steps: All steps of this frame that count.
        answer: The click engine on this frame.
        rules: What is tidied after each prompt.
        n_done: How many steps `start` already has.
    """
    label_map = start
    for number in range(n_done, len(steps)):
        label_map = _after(label_map, steps[number], answer, rules, _clicked(steps[: number + 1]))
    return label_map


def _after(
    label_map: FrameLabels, step: Step, answer: Answer, rules: CleanUp, clicked: Sequence[Point]
) -> FrameLabels:
    """Return the label map after one more step.

    What a prompt subtracts is what it alone points at. Otherwise the engine corrects the label's mask, and
    what it takes from the label is free before the overlap is settled.
    """
    if isinstance(step.shown, Drawing):
        return combine(label_map, step.shown.mask, step.label, step.overlap)
    before = label_map == step.label
    if step.overlap is Overlap.SUBTRACT:
        pointed_at = answer(np.zeros_like(before), replace(step.shown, is_positive=True))
        return combine(label_map, pointed_at, step.label, Overlap.SUBTRACT)
    after = clean_up(answer(before, step.shown), rules, clicked)
    freed = combine(label_map, before & ~after, step.label, Overlap.SUBTRACT)
    return combine(freed, after, step.label, step.overlap)


def _clicked(steps: Sequence[Step]) -> list[Point]:
    """Return where the last step's label was clicked so far, (y, x)."""
    ours = [step for step in steps if step.label == steps[-1].label and step.overlap is not Overlap.SUBTRACT]
    return [point for step in ours for point in _said_yes(step.shown)]


def _said_yes(shown: Prompt | Drawing) -> tuple[Point, ...]:
    """Return the points of a prompt that lie on what is meant; a box's corners need not."""
    is_click = isinstance(shown, Prompt) and shown.is_positive and shown.kind is not PromptKind.BOX
    return shown.points if isinstance(shown, Prompt) and is_click else ()
