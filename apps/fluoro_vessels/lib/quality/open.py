"""Puts the parts of this room together."""

from dataclasses import dataclass
from pathlib import Path

from lib.datastore.labelled import LabelledRuns
from lib.labels import LabelTable
from lib.quality.agreement import Agreements
from lib.quality.look_again import LookAgain
from lib.quality.results import QUALITY_FOLDER, Results


@dataclass(frozen=True)
class LabelQuality:
    """What there is to know about the quality of labels."""

    agreements: Agreements
    look_again: LookAgain


def open_quality(runs: LabelledRuns, table: LabelTable, data: Path) -> LabelQuality:
    """Return the quality of the labels of a data folder; nothing is computed yet."""
    results = Results(data / QUALITY_FOLDER)
    return LabelQuality(Agreements(runs, table, results), LookAgain(runs, table, results))
