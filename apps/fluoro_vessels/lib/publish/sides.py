"""A patient is on one side of the split, whatever the headers call the patient."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from lib.exchange.content import Side
from lib.publish.objects import PublishedRun

STRICT: Final = (Side.TEST, Side.VALIDATION, Side.TRAIN)
"""What was kept apart once stays apart."""


def one_side_each(runs: Sequence[PublishedRun]) -> list[PublishedRun]:
    """Return the runs, those of one patient all on the strictest side that any of them had.

    Sides hang on the words of this server for patients. Two of them may have become one pseudonym, where
    headers name another issuer of the same Patient ID, or no Patient ID at all.
    """
    sides: dict[str, Side] = {}
    for run in runs:
        sides[run.patient] = min(run.side, sides.get(run.patient, run.side), key=STRICT.index)
    return [replace(run, side=sides[run.patient]) for run in runs]
