"""The published runs as data sets of pictures: COCO and nnU-Net, made from the cleaned objects."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np

from lib.arrays import LabelMap
from lib.datastore.labelled import LabelledRuns
from lib.exchange.coco import Coco
from lib.exchange.content import ExportRun
from lib.exchange.format import Format
from lib.exchange.nnunet import NnUnet
from lib.exchange.sheet import Sheet, SheetLabel, SheetRun, write_sheet
from lib.frames.read import read_cine
from lib.labels import Label, LabelTable
from lib.publish.objects import PublishedRun
from lib.seg.series import MANUFACTURER, software_version

ALWAYS: Final = "vessel"
NNUNET_FOLDER: Final = "Dataset501_Fluoro"
FORMATS: Final[dict[str, Format]] = {"coco": Coco(), f"nnunet/{NNUNET_FOLDER}": NnUnet()}
"""Where each lies in the set, and how it is written."""


@dataclass(frozen=True)
class Pictures:
    """Makes pictures of published runs, one run in memory at a time.

    Attributes:
        labelled: Where the label maps are.
        table: What their pixels mean.
        folder: The set.
    """

    labelled: LabelledRuns
    table: LabelTable
    folder: Path

    def write(self, runs: Sequence[PublishedRun], license_text: str) -> Sheet:
        """Write all formats and return what their sheets list."""
        classes, noted = self._classes(runs), [SheetRun.of(one) for one in self.export_runs(runs)]
        sheet = _sheet(noted, classes, license_text)
        for place, how in FORMATS.items():
            (self.folder / place).mkdir(parents=True)
            how.write(self.folder / place, self.export_runs(runs), classes)
            write_sheet(self.folder / place, replace(sheet, format=how.name))
        return sheet

    def export_runs(self, runs: Sequence[PublishedRun]) -> Iterator[ExportRun]:
        """Yield the runs with pixels of their cleaned objects and their label maps."""
        for run in runs:
            label_map, times = self._labelled(run)
            cine = read_cine(self.folder / run.files[0])
            header, rate = cine.header, cine.header.timing.frames_per_second
            spacing = header.spacing
            yield ExportRun(
                token=run.token,
                patient=run.patient,
                side=run.side,
                frames=cine.frames,
                label_map=label_map,
                times=times,
                finished=tuple(t for t in times if t in (run.label.finished_frames or ())),
                spacing_mm=None if spacing is None else (spacing.row_mm, spacing.column_mm),
                frame_time_ms=1000 / rate if rate else None,
                state=run.label.state.value,
                version=run.label.version,
            )

    def _labelled(self, run: PublishedRun) -> tuple[LabelMap, tuple[int, ...]]:
        label_map = self.labelled.label_map(run.label)
        return label_map, self.labelled.frames(run.label, label_map)

    def _classes(self, runs: Sequence[PublishedRun]) -> list[Label]:
        """Return the labels that occur, in the order of the table."""
        present = {self.table.by_name(ALWAYS).index}
        for run in runs:
            label_map, times = self._labelled(run)
            present |= set(np.unique(label_map[list(times)]).tolist())
        return [label for label in self.table if label.index in present]


def _sheet(runs: Sequence[SheetRun], labels: Sequence[Label], license_text: str) -> Sheet:
    return Sheet(
        format="",
        software=f"{MANUFACTURER} {software_version()}",
        date=datetime.now(UTC).date().isoformat(),
        license=license_text,
        labels=tuple(SheetLabel.of(label) for label in labels),
        runs=tuple(runs),
    )
