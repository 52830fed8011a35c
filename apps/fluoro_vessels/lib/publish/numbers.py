"""What the data sheet counts."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lib.exchange.content import Side
from lib.metadata.run import RunMetadata
from lib.publish.objects import PublishedRun


@dataclass(frozen=True)
class SetNumbers:
    """The counts of a set.

    Attributes:
        sides: Side to patients and runs.
        n_frames: All frames of the runs.
        n_labelled: Frames with a label or finished.
        n_reports: Measurement reports.
        sources: Manufacturer and model to runs.
        parts: Body part to runs.
        views: View of the first frame to runs, the commonest first.
        annotators: Runs that each annotator labelled: A1, A2 ...
        models: Model and version that labels began from, to runs.
        n_reviewed: Runs whose label somebody else than its author approved.
    """

    sides: Mapping[Side, tuple[int, int]]
    n_frames: int
    n_labelled: int
    n_reports: int
    sources: Mapping[str, int]
    parts: Mapping[str, int]
    views: Mapping[str, int]
    annotators: Mapping[str, int]
    models: Mapping[str, int]
    n_reviewed: int


def count(
    runs: Sequence[PublishedRun], rows: Sequence[RunMetadata], n_labelled: int, n_reviewed: int
) -> SetNumbers:
    """Count a set; `rows` are those of the runs, in their order."""
    said = [row.run for row in rows]
    by_author = Counter(run.label.author for run in runs).most_common()
    return SetNumbers(
        sides={side: _side(runs, side) for side in Side},
        n_frames=sum(len(row.frames) for row in rows),
        n_labelled=n_labelled,
        n_reports=sum(len(run.files) - 2 for run in runs),
        sources=_common(
            " ".join(str(row[key]) for key in ("manufacturer", "model") if row[key]) for row in said
        ),
        parts=_common(str(row["body_part"] or "") for row in said),
        views=_common(str(row["view"] or "") for row in said),
        annotators={f"A{number}": n for number, (_, n) in enumerate(by_author, 1)},
        models=_common(run.label.model or "nothing: drawn by hand" for run in runs),
        n_reviewed=n_reviewed,
    )


def _side(runs: Sequence[PublishedRun], side: Side) -> tuple[int, int]:
    own = [run for run in runs if run.side is side]
    return len({run.patient for run in own}), len(own)


def _common(texts: Iterable[str]) -> dict[str, int]:
    return {text or "not stated": n for text, n in Counter(texts).most_common()}
