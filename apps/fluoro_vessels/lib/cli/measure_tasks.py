"""What `fluoro measure` is to do: a task for each file of the inputs, or for each row of a list."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from lib.errors.measure_out import ManifestError
from lib.measure.request import MeasureRequest, Point
from lib.pacs.files import find_files

COLUMNS: Final = {"file", "frame_number", "branch", "x1", "y1", "x2", "y2", "masks"}


@dataclass(frozen=True)
class MeasureTask:
    """One thing to measure.

    Attributes:
        path: The run's file.
        request: What of it.
        is_named: A person named this very file; then it is a failure if it is no run.
        masks: A DICOM SEG with its vessels; None: they are found.
    """

    path: Path
    request: MeasureRequest
    is_named: bool = True
    masks: Path | None = None


def tasks_of(inputs: Sequence[Path], request: MeasureRequest, masks: Path | None) -> list[MeasureTask]:
    """Return the tasks of all inputs; a file whose name ends in .csv is a list.

    Raises:
        ManifestError: A list cannot be read.
    """
    lists = [path for path in inputs if path.suffix.lower() == ".csv" and path.is_file()]
    others = [path for path in inputs if path not in lists]
    named = {path.resolve() for path in others}
    tasks = [
        MeasureTask(path, request, path.resolve() in named, masks)
        for path in find_files(others)
        if path.suffix.lower() != ".csv"
    ]
    for path in lists:
        tasks += _listed(path, request, masks)
    return tasks


def _listed(path: Path, request: MeasureRequest, masks: Path | None) -> Iterator[MeasureTask]:
    """Yield the tasks of a list; files are named from the folder in which it lies."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            columns, rows = set(reader.fieldnames or ()), list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ManifestError(path.name, f"it cannot be read ({type(error).__name__})") from error
    if "file" not in columns or columns - COLUMNS:
        strange = ", ".join(sorted(columns - COLUMNS)) or "none called file"
        raise ManifestError(path.name, f"its columns are not as they should be ({strange})")
    for number, row in enumerate(rows, 2):
        mask = row.get("masks") or ""
        yield MeasureTask(
            path.parent / (row["file"] or ""),
            _requested(path, number, row, request),
            masks=path.parent / mask if mask else masks,
        )


def _requested(path: Path, number: int, row: Mapping[str, str], request: MeasureRequest) -> MeasureRequest:
    """Return what a row asks for; what it leaves empty is as the options say."""
    frame = _whole(path, number, row, "frame_number")
    branch = _whole(path, number, row, "branch")
    points = _points(path, number, row)
    if frame is None and branch is None and not points:
        return request
    return replace(
        request,
        t=request.t if frame is None else frame - 1,
        branch=branch if branch is not None or points else request.branch,
        points=points or (() if branch is not None else request.points),
    )


def _points(path: Path, number: int, row: Mapping[str, str]) -> tuple[Point, ...]:
    words = [(row.get(name) or "").strip() for name in ("x1", "y1", "x2", "y2")]
    if not any(words):
        return ()
    try:
        x1, y1, x2, y2 = map(float, words)
    except ValueError as error:
        raise ManifestError(path.name, f"row {number} has no two points x1, y1, x2, y2") from error
    return (y1, x1), (y2, x2)


def _whole(path: Path, number: int, row: Mapping[str, str], name: str) -> int | None:
    word = (row.get(name) or "").strip()
    if not word:
        return None
    if not word.isdecimal() or (name == "frame_number" and int(word) < 1):
        raise ManifestError(path.name, f"row {number} has {word[:20]!r} as its {name}")
    return int(word)
