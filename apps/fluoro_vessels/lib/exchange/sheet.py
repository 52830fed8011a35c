"""dataset.json: what is in a data set, for people, for programs and for reading it in again.

Where the format has a dataset.json of its own (nnU-Net), ours is its part `fluoro_vessels`.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from lib.errors import NoDataSetError
from lib.exchange.content import ExportRun, Side
from lib.labels import Label

FILE: Final = "dataset.json"
OURS: Final = "fluoro_vessels"
UNKNOWN_LICENSE: Final = "not stated"


@dataclass(frozen=True)
class SheetRun:
    """What the sheet says of one run; the fields are those of `ExportRun`, frames count from 1."""

    run: str
    patient: str
    split: str
    name: str
    n_frames: int
    rows: int
    columns: int
    frame_numbers: tuple[int, ...]
    finished_frame_numbers: tuple[int, ...]
    spacing_mm: tuple[float, float] | None
    frame_time_ms: float | None
    label_state: str
    label_version: int

    @classmethod
    def of(cls, run: ExportRun) -> "SheetRun":
        """Return the entry of a run."""
        n_frames, rows, columns = run.label_map.shape
        return cls(
            run=run.token,
            patient=run.patient,
            split=run.side.value,
            name=run.name,
            n_frames=n_frames,
            rows=rows,
            columns=columns,
            frame_numbers=tuple(t + 1 for t in run.times),
            finished_frame_numbers=tuple(t + 1 for t in run.finished),
            spacing_mm=run.spacing_mm,
            frame_time_ms=run.frame_time_ms,
            label_state=run.state,
            label_version=run.version,
        )


@dataclass(frozen=True)
class SheetLabel:
    """A label that occurs: its name and its value in our label maps."""

    name: str
    index: int
    set: str
    color: tuple[int, int, int]

    @classmethod
    def of(cls, label: Label) -> "SheetLabel":
        """Return the entry of a label of the table."""
        return cls(label.name, label.index, label.set_name, label.color)


@dataclass(frozen=True)
class Sheet:
    """All that dataset.json says."""

    format: str
    software: str
    date: str
    license: str
    labels: tuple[SheetLabel, ...]
    runs: tuple[SheetRun, ...]

    def count(self, side: Side | None = None) -> tuple[int, int, int]:
        """Return how many patients, runs and frames there are, in all or on one side."""
        runs = [run for run in self.runs if side is None or run.split == side.value]
        return len({run.patient for run in runs}), len(runs), sum(len(run.frame_numbers) for run in runs)

    def run_of(self, name: str) -> SheetRun | None:
        """Return the run whose files begin with a name."""
        return next((run for run in self.runs if run.name == name), None)


def write_sheet(folder: Path, sheet: Sheet) -> None:
    """Write dataset.json, into the format's own where there is one."""
    counts = {
        side: dict(zip(("patients", "runs", "frames"), sheet.count(side), strict=True)) for side in Side
    }
    document: dict[str, Any] = {**asdict(sheet), "counts": counts}
    file = folder / FILE
    if file.exists():
        own = json.loads(file.read_text(encoding="utf-8"))
        document = {**own, OURS: {**own.get(OURS, {}), **document}}
    file.write_text(json.dumps(document, indent=2), encoding="utf-8")


def read_sheet(folder: Path) -> Sheet:
    """Read the dataset.json of a folder that `fluoro export` wrote.

    Raises:
        NoDataSetError: There is none, or it is somebody else's.
    """
    try:
        document = json.loads((folder / FILE).read_text(encoding="utf-8"))
        said = document.get(OURS, document)
        return Sheet(
            labels=tuple(SheetLabel(**{**label, "color": tuple(label["color"])}) for label in said["labels"]),
            runs=tuple(SheetRun(**{**run, **_tuples(run)}) for run in said["runs"]),
            **{key: str(said[key]) for key in ("format", "software", "date", "license")},
        )
    except FileNotFoundError as error:
        raise NoDataSetError(folder, f"has no {FILE}") from error
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise NoDataSetError(folder, f"has a {FILE} that is not ours or is damaged") from error


def _tuples(run: dict[str, Any]) -> dict[str, Any]:
    keys = ("frame_numbers", "finished_frame_numbers", "spacing_mm")
    return {key: tuple(run[key]) for key in keys if isinstance(run[key], Sequence)}
