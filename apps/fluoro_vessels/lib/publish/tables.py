"""Metadata, splits and reports as files of the set."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from lib.metadata.run import FRAME_COLUMNS, RUN_COLUMNS, RunMetadata, read_metadata
from lib.metadata.tables import csv_bytes
from lib.publish.objects import PublishedRun

METADATA: Final = "metadata"
SPLITS: Final = "splits.csv"
REPORTS: Final = "deidentification.json"
PROBLEMS: Final = "problems"


def write_metadata(folder: Path, runs: Sequence[PublishedRun]) -> list[RunMetadata]:
    """Write metadata/runs.csv and metadata/frames.csv, read from the cleaned objects, and return the rows."""
    read = [read_metadata(folder / run.files[0], run.patient) for run in runs]
    (folder / METADATA).mkdir()
    columns = [column for column in RUN_COLUMNS if column.name != PROBLEMS]
    (folder / METADATA / "runs.csv").write_bytes(csv_bytes((one.run for one in read), columns))
    frames = (row for one in read for row in one.frames)
    (folder / METADATA / "frames.csv").write_bytes(csv_bytes(frames, FRAME_COLUMNS))
    return read


def write_splits(folder: Path, runs: Sequence[PublishedRun]) -> None:
    """Write splits.csv: the side of every patient, with its runs; a patient is on one side only."""
    with (folder / SPLITS).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("patient", "split", "run", "file"))
        writer.writerows(
            (run.patient, run.side.value, run.token, run.files[0])
            for run in sorted(runs, key=lambda run: (run.side, run.patient, run.token))
        )


def write_reports(folder: Path, runs: Sequence[PublishedRun]) -> None:
    """Write deidentification.json: what was done to every object, without a word of what it said."""
    reports: dict[str, Any] = {name: report for run in runs for name, report in run.reports.items()}
    (folder / REPORTS).write_text(json.dumps(reports, indent=1) + "\n", encoding="utf-8")
