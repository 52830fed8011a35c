"""Submitted labels beside what the live model says: at those that differ most somebody should look again."""

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from lib.datastore.labelled import LabelledRuns
from lib.datastore.records import LabelHead
from lib.labels import LabelTable
from lib.quality.lines import dispute_of
from lib.quality.look import LabelLook, label_look, read_look
from lib.quality.opinion import Opinion, live_opinion
from lib.quality.results import Results
from lib.quality.tasks import Task
from lib.trainers.lessons import finished_times, masks_of

MOST_FRAMES: Final = 20
"""Of a label with more finished frames so many are looked at, evenly spread."""


@dataclass(frozen=True)
class LookAgain:
    """Keeps, for each submitted label, how far it is from what the live model says.

    Attributes:
        runs: Where labels and runs are.
        table: What their pixels mean.
        results: Where it is kept: one file for each label and version of the model.
        opinion: Returns what is live now; the list is of its opinion only.
    """

    runs: LabelledRuns
    table: LabelTable
    results: Results
    opinion: Callable[[], Opinion] = live_opinion

    def tasks(self) -> list[Task]:
        """Return the labels that nobody looked at with the live model, the newest first.

        Raises:
            UnknownModelError: No model is installed.
        """
        opinion = self.opinion()
        labels = [label for label in self._labels() if self._known(label.id, opinion) is None]
        return [Task(label.id, self._looker(label.id, opinion)) for label in reversed(labels)]

    def known(self) -> list[tuple[LabelHead, LabelLook]]:
        """Return the labels that were looked at with the live model, those that differ most first.

        Raises:
            UnknownModelError: No model is installed.
        """
        opinion = self.opinion()
        found = [(label, look) for label in self._labels() if (look := self._known(label.id, opinion))]
        return sorted(found, key=lambda pair: -pair[1].disagreement)

    def look(self, label_id: str, opinion: Opinion) -> LabelLook:
        """Compare a label with an opinion on the frames that a person finished, and keep what came out.

        Raises:
            LabelFileLostError: The label's file is gone or was changed.
            RunNotFoundError: Neither the cache nor the PACS has its run.
            PacsUnavailableError: The run would have to be fetched, and the PACS does not answer.
        """
        label = self.runs.ledger.label(label_id)
        label_map = self.runs.label_map(label)
        finished = finished_times(label, label_map, self.runs.ledger.excluded_frames(label.image_id))
        times = spread(finished, MOST_FRAMES)
        vessel, _ = masks_of(label_map, self.table)
        seen = opinion.vessels(self.runs.cine(label, label_map), times) if times else ()
        disputes = {t: dispute_of(vessel[t], mask) for t, mask in zip(times, seen, strict=True)}
        look = label_look(label.id, opinion.version, disputes)
        self.results.put(_name(label.id, opinion), {**look.to_json(), "at": time.time()})
        return look

    def _labels(self) -> list[LabelHead]:
        """Return the submitted labels: who approves one has looked at it."""
        return self.runs.ledger.waiting_for_review()

    def _looker(self, label_id: str, opinion: Opinion) -> Callable[[], LabelLook]:
        return lambda: self.look(label_id, opinion)

    def _known(self, label_id: str, opinion: Opinion) -> LabelLook | None:
        written = self.results.get(_name(label_id, opinion))
        try:
            return None if written is None else read_look(written)
        except (KeyError, TypeError):
            return None


def spread(times: Sequence[int], n: int) -> tuple[int, ...]:
    """Return at most n of the frames, evenly spread, with the first and the last."""
    if len(times) <= n:
        return tuple(times)
    step = (len(times) - 1) / (n - 1)
    return tuple(times[round(i * step)] for i in range(n))


def _name(label_id: str, opinion: Opinion) -> str:
    digest = hashlib.sha256(opinion.version.encode()).hexdigest()
    return f"look-again/{digest[:12]}/{label_id}"
