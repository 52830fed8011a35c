"""What there was to choose from when a run was chosen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lib.activelearning.run_score import RunScore

BY_SCORE: Final = ("mixed", "uncertainty", "diverse")
"""Strategies that need to know what the model makes of the runs."""

ENOUGH_SCORED: Final = 20
"""With fewer runs looked at, of more that wait, nothing is chosen by scores."""


@dataclass(frozen=True)
class Choice:
    """What there was to choose from.

    Attributes:
        strategy: How.
        n_waiting: Runs that wait for a label and that nobody else has.
        scored: Those of them that the model looked at.
        labelled: Runs with a label that the model looked at, the one labelled last at the end.
        views: Patient and angle group of every run with a label, "" where nobody read its header.
    """

    strategy: str
    n_waiting: int
    scored: Sequence[RunScore]
    labelled: Sequence[RunScore]
    views: Sequence[tuple[str, str]]

    @property
    def is_by_score(self) -> bool:
        """Whether the scores decide; else chance does, or the order of the list."""
        return self.strategy in BY_SCORE and len(self.scored) >= min(ENOUGH_SCORED, self.n_waiting)
