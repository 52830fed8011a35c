"""Writes a data set with its card and checksums: as a whole or not at all."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from lib.errors import ExportFolderError, NothingToExportError
from lib.exchange.card import write_card, write_sums
from lib.exchange.content import ExportRun, Side
from lib.exchange.format import Format
from lib.exchange.sheet import UNKNOWN_LICENSE, Sheet, SheetLabel, SheetRun, write_sheet
from lib.labels import Label
from lib.registry.whole_folder import whole_folder
from lib.seg.series import MANUFACTURER, software_version


@dataclass(frozen=True)
class Written:
    """What an export wrote."""

    folder: Path
    n_patients: int
    n_runs: int
    n_frames: int
    splits: dict[str, int]
    """Frames on each side."""


def write_dataset(
    target: Path, how: Format, runs: Iterable[ExportRun], labels: Sequence[Label], license_text: str = ""
) -> Written:
    """Write runs as a data set; one run is in memory at a time.

    Args:
        target: Its folder, which must be absent or empty.
        how: The format.
        runs: What to write; runs without frames are left out.
        labels: The labels that may occur, in the order of the table.
        license_text: Under which terms it may be used.

    Raises:
        ExportFolderError: The folder is taken.
        NothingToExportError: There are no runs with frames.
        DiskFullError: There is no room; nothing is left behind.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise ExportFolderError(target, "exists and is not empty")
    noted: list[SheetRun] = []
    with whole_folder(target) as folder:
        how.write(folder, _noting(runs, noted), labels)
        if not noted:
            raise NothingToExportError
        sheet = _sheet(how.name, noted, labels, license_text)
        write_sheet(folder, sheet)
        write_card(folder, sheet, how.notes)
        write_sums(folder)
    splits = {side.value: sheet.count(side)[2] for side in Side}
    return Written(target, *sheet.count(), splits)


def _noting(runs: Iterable[ExportRun], noted: list[SheetRun]) -> Iterator[ExportRun]:
    for run in runs:
        if run.times:
            noted.append(SheetRun.of(run))
            yield run


def _sheet(name: str, runs: Sequence[SheetRun], labels: Sequence[Label], license_text: str) -> Sheet:
    return Sheet(
        format=name,
        software=f"{MANUFACTURER} {software_version()}",
        date=datetime.now(UTC).date().isoformat(),
        license=license_text or UNKNOWN_LICENSE,
        labels=tuple(SheetLabel.of(label) for label in labels),
        runs=tuple(runs),
    )
