"""How well people agree who labelled the same run: Dice, surface Dice and clDice, label by label."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby
from typing import Final, TypeAlias

import numpy as np

from lib.arrays import LabelMap
from lib.datastore.labelled import LabelledRuns
from lib.datastore.records import LabelVersion
from lib.errors import LabelShapeError
from lib.evaluation.metrics import MaskImage, score_frame
from lib.labels import LabelTable
from lib.quality.results import Results
from lib.quality.tasks import Task
from lib.trainers.lessons import finished_times, masks_of

ANY_VESSEL: Final = "any vessel"
"""What is compared beside the labels: one person draws `vessel`, another one its branches."""

Pair: TypeAlias = tuple[LabelVersion, LabelVersion]
"""The newest labels of two people of one run, the older one first."""


@dataclass(frozen=True)
class Score:
    """How well two people's pixels of one label agree on a frame (t); each in [0, 1]."""

    t: int
    label: str
    dice: float
    surface_dice_2px: float
    cldice: float


@dataclass(frozen=True)
class PairScores:
    """Two people's labels of a run, and their scores on the frames that both finished."""

    pair: Pair
    scores: tuple[Score, ...]


@dataclass(frozen=True)
class Agreements:
    """Compares people's labels, and keeps what came out: one file for each pair of labels.

    Attributes:
        runs: Where labels are.
        table: What their pixels mean.
        results: Where scores are kept.
    """

    runs: LabelledRuns
    table: LabelTable
    results: Results

    def tasks(self) -> list[Task]:
        """Return the pairs that nobody compared yet."""
        missing = [pair for pair in self._pairs() if self.results.get(_name(pair)) is None]
        return [Task(_name(pair), lambda pair=pair: self.compare(pair)) for pair in missing]  # type: ignore[misc]

    def known(self) -> list[PairScores]:
        """Return the pairs that were compared, without frames that were excluded since."""
        found = []
        for pair in self._pairs():
            written = self.results.get(_name(pair))
            if written is not None:
                excluded = self.runs.ledger.excluded_frames(pair[0].image_id)
                scores = (Score(*row) for row in written["scores"])
                found.append(PairScores(pair, tuple(score for score in scores if score.t not in excluded)))
        return found

    def compare(self, pair: Pair) -> None:
        """Score two labels of a run on the frames that both finished, and keep the scores.

        Raises:
            LabelFileLostError: The file of one is gone or was changed.
            LabelShapeError: They are not of one shape.
        """
        first, second = (self.runs.label_map(label) for label in pair)
        if first.shape != second.shape:
            raise LabelShapeError(first.shape, second.shape, "frames, rows, columns")
        times = sorted(set(_finished(pair[0], first)) & set(_finished(pair[1], second)))
        scores = [score for t in times for score in self._scores(t, first[t], second[t])]
        rows = [[one.t, one.label, one.dice, one.surface_dice_2px, one.cldice] for one in scores]
        self.results.put(_name(pair), {"scores": rows})

    def _scores(self, t: int, first: LabelMap, second: LabelMap) -> Iterator[Score]:
        """Yield the scores of the labels that at least one of two frames (H, W) has."""
        for name, mask, other in self._masks(first, second):
            if mask.any() or other.any():
                score = score_frame(mask, other)
                yield Score(t, name, score.overlap.dice, score.surface_dice_2px, score.cldice)

    def _masks(self, first: LabelMap, second: LabelMap) -> Iterator[tuple[str, MaskImage, MaskImage]]:
        (any_first, _), (any_second, _) = masks_of(first, self.table), masks_of(second, self.table)
        yield ANY_VESSEL, any_first, any_second
        present = np.union1d(first, second)
        for label in self.table:
            if label.index in present:
                yield label.name, first == label.index, second == label.index

    def _pairs(self) -> list[Pair]:
        labels = self.runs.ledger.labels_by_several()
        by_run = groupby(labels, key=lambda label: label.image_id)
        return [pair for _, of_run in by_run for pair in combinations(of_run, 2)]


def means(scores: Sequence[Score]) -> dict[str, Mapping[str, float]]:
    """Return for each label the number of frames and the mean figures over them."""
    by_label: dict[str, list[Score]] = {}
    for score in scores:
        by_label.setdefault(score.label, []).append(score)
    return {
        label: {
            "n_frames": len(of_label),
            "dice": _mean([score.dice for score in of_label]),
            "surface_dice_2px": _mean([score.surface_dice_2px for score in of_label]),
            "cldice": _mean([score.cldice for score in of_label]),
        }
        for label, of_label in by_label.items()
    }


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values))


def _finished(label: LabelVersion, label_map: LabelMap) -> tuple[int, ...]:
    return finished_times(label, label_map, frozenset())


def _name(pair: Pair) -> str:
    return f"agreement/{pair[0].id}-{pair[1].id}"
