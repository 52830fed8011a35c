"""The one table of states: of runs, of labels, and how the two and MONAI Label's tags hang together.

Everything that asks "may this move?" or "what does this mean for the run?" asks here.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import reduce
from typing import Final, TypeVar

from lib.errors import StateMoveError, TagStateError, UnknownStateError


class RunState(StrEnum):
    """How far the work on a run is."""

    NEW = "new"
    IN_PROGRESS = "in progress"
    DONE = "done"
    SKIPPED = "skipped"
    REJECTED = "rejected"


class LabelState(StrEnum):
    """How far a label is on its way from a draft to the training set."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"


RUN_MOVES: Final[Mapping[RunState, frozenset[RunState]]] = {
    RunState.NEW: frozenset(
        {RunState.IN_PROGRESS, RunState.DONE, RunState.SKIPPED, RunState.REJECTED},
    ),
    RunState.IN_PROGRESS: frozenset({RunState.NEW, RunState.DONE, RunState.SKIPPED, RunState.REJECTED}),
    RunState.DONE: frozenset({RunState.NEW, RunState.IN_PROGRESS, RunState.REJECTED}),
    RunState.SKIPPED: frozenset({RunState.NEW, RunState.IN_PROGRESS, RunState.DONE, RunState.REJECTED}),
    RunState.REJECTED: frozenset({RunState.NEW}),
}
"""From each state of a run, where it may go. A rejected run must be taken back before work goes on."""

LABEL_MOVES: Final[Mapping[LabelState, frozenset[LabelState]]] = {
    LabelState.DRAFT: frozenset({LabelState.SUBMITTED}),
    LabelState.SUBMITTED: frozenset({LabelState.APPROVED, LabelState.RETURNED}),
    LabelState.APPROVED: frozenset({LabelState.RETURNED}),
    LabelState.RETURNED: frozenset({LabelState.SUBMITTED}),
}
"""From each state of a label, where it may go."""

EFFECT: Final[Mapping[LabelState, Mapping[RunState, RunState]]] = {
    LabelState.DRAFT: {RunState.NEW: RunState.IN_PROGRESS},
    LabelState.SUBMITTED: {
        RunState.NEW: RunState.DONE,
        RunState.IN_PROGRESS: RunState.DONE,
        RunState.SKIPPED: RunState.DONE,
    },
    LabelState.APPROVED: {
        RunState.NEW: RunState.DONE,
        RunState.IN_PROGRESS: RunState.DONE,
        RunState.SKIPPED: RunState.DONE,
    },
    LabelState.RETURNED: {RunState.NEW: RunState.IN_PROGRESS, RunState.DONE: RunState.IN_PROGRESS},
}
"""What a label that reaches a state does to its run; a state that is not listed stays.

So a draft leaves a done run done (a model may write drafts at any time), and nothing but a
person takes a run out of `rejected`.
"""

FINAL_TAG: Final = "final"
"""MONAI Label's tag of labels that count as truth."""

RETURNED_TAG: Final = "returned"
"""The tag that MONAI Label sees on a label that was final and came back from review."""

FINAL_STATES: Final = frozenset({LabelState.SUBMITTED, LabelState.APPROVED})
"""Labels in these states are what MONAI Label calls `final`; all others are not."""

StateT = TypeVar("StateT", RunState, LabelState)


def run_state(word: str) -> RunState:
    """Return the run state that a word names, or raise UnknownStateError."""
    try:
        return RunState(word)
    except ValueError as error:
        raise UnknownStateError(word, list(RunState)) from error


def check_run_move(before: RunState, after: RunState) -> None:
    """Raise StateMoveError unless a run may go from one state to the other; staying is no move."""
    _check("run", before, after, RUN_MOVES)


def check_label_move(before: LabelState, after: LabelState) -> None:
    """Raise StateMoveError unless a label may go from one state to the other; staying is no move."""
    _check("label", before, after, LABEL_MOVES)


def run_after(run: RunState, label: LabelState) -> RunState:
    """Return the state of a run after its newest label of a tag reached a state."""
    return EFFECT[label].get(run, run)


def run_with(run: RunState, labels: Iterable[LabelState]) -> RunState:
    """Return the state of a run after labels were removed, from the newest label of each tag, oldest first.

    What a person decided about the run itself, skipped or rejected, stays.
    """
    if run in (RunState.SKIPPED, RunState.REJECTED):
        return run
    return reduce(run_after, labels, RunState.NEW)


def first_state(tag: str) -> LabelState:
    """Return the state in which a label saved under MONAI Label's tag begins."""
    return LabelState.SUBMITTED if tag == FINAL_TAG else LabelState.DRAFT


def check_first_state(tag: str, state: LabelState) -> None:
    """Raise TagStateError unless a new label of a tag may begin in a state."""
    if state is not first_state(tag):
        raise TagStateError(tag, state.value, first_state(tag).value)


def shown_tag(tag: str, state: LabelState) -> str:
    """Return the tag that MONAI Label sees: what the state says, then what it was saved under."""
    if state in FINAL_STATES:
        return FINAL_TAG
    return RETURNED_TAG if tag == FINAL_TAG else tag


def _check(kind: str, before: StateT, after: StateT, moves: Mapping[StateT, frozenset[StateT]]) -> None:
    if after != before and after not in moves[before]:
        allowed = sorted(state.value for state in moves[before])
        raise StateMoveError(kind, before.value, after.value, allowed)
