"""Why a run was suggested, in words for the person who will label it."""

from collections.abc import Sequence

from lib.activelearning.choice import Choice
from lib.activelearning.run_score import RunScore


def reason(choice: Choice, run: RunScore | None, frames: Sequence[int]) -> str:
    """Return the sentences about a run.

    Args:
        choice: What there was to choose from.
        run: What the model makes of the run; None where it has not looked at it, or was not asked.
        frames: The frames that are suggested, from 0.
    """
    if choice.strategy == "first":
        return f"The first of {_waiting(choice)}. {_begin_with(frames)}"
    if choice.strategy == "random":
        return f"Drawn by chance from {_waiting(choice)}. {_begin_with(frames)}"
    if run is None or not choice.is_by_score:
        looked_at = f"The model has looked at {len(choice.scored):,} of {_waiting(choice)}"
        return f"{looked_at}, too few to choose by; this one was drawn by chance. {_begin_with(frames)}"
    if choice.strategy == "diverse":
        return f"{_new_look(choice, run)} {_begin_with(frames)}"
    unsure = f"The model is unsure about {_frames(frames)}, {_more_than(choice, run)}"
    news = _news(choice, run) if choice.strategy == "mixed" else ""
    return f"{unsure}; {news}." if news else f"{unsure}."


def _more_than(choice: Choice, run: RunScore) -> str:
    """Compare a run with the others that wait; chance may have chosen one of the surer ones."""
    n_others = len(choice.scored) - 1
    if n_others < 1:
        return "and no other run that waits was looked at"
    share = sum(other.uncertainty < run.uncertainty for other in choice.scored) / n_others
    if share < 0.5:
        return "though less than in many runs that wait: chance has its say while few are labelled"
    return f"more than in {100 * share:.0f} % of the runs that wait"


def _new_look(choice: Choice, run: RunScore) -> str:
    if not choice.views:
        return "No run is labelled yet, so any run is new."
    news = _news(choice, run)
    return f"It looks unlike the runs that are labelled{f'; {news}' if news else ''}."


def _news(choice: Choice, run: RunScore) -> str:
    """Say what no labelled run has: this patient, this view; nothing where a labelled run may have it."""
    if run.patient and all(patient not in ("", run.patient) for patient, _ in choice.views):
        return "no run of this patient is labelled yet"
    if run.angle_group and all(group not in ("", run.angle_group) for _, group in choice.views):
        return f"no {run.angle_group} view is labelled yet"
    return ""


def _begin_with(frames: Sequence[int]) -> str:
    return f"Begin with {_frames(frames)}."


def _frames(frames: Sequence[int]) -> str:
    """Return frames as people count them, from 1, in order of time."""
    numbers = [str(t + 1) for t in sorted(frames)]
    if len(numbers) == 1:
        return f"frame {numbers[0]}"
    return f"frames {', '.join(numbers[:-1])} and {numbers[-1]}"


def _waiting(choice: Choice) -> str:
    return f"{choice.n_waiting:,} runs that wait" if choice.n_waiting != 1 else "1 run that waits"
