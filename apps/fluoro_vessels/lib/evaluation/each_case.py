"""Goes through cases one at a time; one that cannot be scored does not stop the others."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from lib.errors import (
    FluoroError,
    ModelsFileError,
    NotFoundError,
    WeightsChecksumError,
    WeightsUnreadableError,
)
from lib.evaluation.cases import Case

METHOD_FAILS: Final = (NotFoundError, ModelsFileError, WeightsChecksumError, WeightsUnreadableError)
"""What is wrong with the method and not with a case; then there is nothing to score."""

ScoreT = TypeVar("ScoreT")


@dataclass(frozen=True)
class Failure:
    """A case that could not be scored, and why."""

    name: str
    reason: str


def score_each(
    cases: Sequence[Case], score: Callable[[Case], ScoreT], on_case: Callable[[], None] | None = None
) -> tuple[list[ScoreT], list[Failure]]:
    """Return the scores of all cases that have one, and why the others have none.

    Args:
        cases: In order.
        score: Opens a case and keeps numbers of it, no arrays.
        on_case: Called after each case.

    Raises:
        FluoroError: One of `METHOD_FAILS`: no weights, or other ones than they should be.
    """
    scores: list[ScoreT] = []
    failures: list[Failure] = []
    for case in cases:
        try:
            scores.append(score(case))
        except METHOD_FAILS:
            raise
        except (FluoroError, OSError) as error:
            reason = str(error) if isinstance(error, FluoroError) else error.strerror or type(error).__name__
            failures.append(Failure(case.name, reason))
        if on_case is not None:
            on_case()
    return scores, failures
