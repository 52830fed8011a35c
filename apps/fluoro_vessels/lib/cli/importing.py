"""Labels of a data set on their way into the datastore: all are checked before the first is saved."""

import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from lib.arrays import to_volume
from lib.datastore.cache import RunCache
from lib.datastore.desk import SUFFIX, LabelDesk
from lib.datastore.label_files import LabelFiles
from lib.datastore.label_store import SAVED_FOLDER, LabelStore
from lib.datastore.ledger import Ledger
from lib.datastore.outbox import Outbox
from lib.datastore.patients import PatientTokens
from lib.datastore.records import LabelVersion, LedgerRun
from lib.datastore.seg_sender import SegSender
from lib.datastore.shelf import RunShelf
from lib.datastore.states import FINAL_TAG
from lib.datastore.volumes import write_label
from lib.errors import DataSetError, DataSetRunError, DataSetShapeError
from lib.exchange.content import FoundRun
from lib.frames.files import read_without_pixels
from lib.frames.read import read_header
from lib.labels import LabelTable
from lib.pacs.dicomweb import connect
from lib.settings import Settings

DRAFT_TAG: Final = "draft"
"""What drafts are saved under, as the viewer's are."""


@dataclass(frozen=True)
class ImportedLabel:
    """A label that was saved."""

    image_id: str
    label_id: str
    version: int
    state: str
    frame_numbers: list[int]


@dataclass(frozen=True)
class _Waiting:
    """A label that was checked and waits in a file."""

    run: LedgerRun
    file: Path
    times: tuple[int, ...]
    indices: tuple[int, ...]


@dataclass(frozen=True)
class LabelImport:
    """Saves the labels of a data set.

    Attributes:
        desk: Where labels are saved.
        ledger: Knows the runs.
        data: The data folder, whose key makes the tokens of runs.
        author: Who made the labels.
        is_final: Whether they are submitted, or else drafts.
    """

    desk: LabelDesk
    ledger: Ledger
    data: Path
    author: str
    is_final: bool

    def save(
        self, found: Iterable[FoundRun], format_name: str, on_run: Callable[[], None]
    ) -> list[ImportedLabel]:
        """Check all labels, then save them; covered frames count as finished, others are empty.

        Raises:
            DataSetError: A label is not that of a run, or is unknown; nothing is saved.
            DataSetRunError: Nobody knows a run; nothing is saved.
            RunNotFoundError: The PACS has a run no more; nothing is saved.
        """
        runs = self._runs()
        with tempfile.TemporaryDirectory(prefix="import-") as folder:
            waiting: dict[str, _Waiting] = {}
            for one in found:
                if one.frames:
                    checked = self._check(one, runs, Path(folder) / f"{len(waiting)}{SUFFIX}")
                    if checked.run.image_id in waiting:
                        raise DataSetError(f"it has two labels of run {one.run}")
                    waiting[checked.run.image_id] = checked
                on_run()
            return self._save_all(list(waiting.values()), format_name)

    def _runs(self) -> dict[str, LedgerRun]:
        """Return all runs by what they may be called in a data set: their tokens and their own ids."""
        tokens = PatientTokens(self.data)
        runs = self.ledger.runs()
        return {tokens.run_token(run.image_id): run for run in runs} | {run.image_id: run for run in runs}

    def _check(self, found: FoundRun, runs: Mapping[str, LedgerRun], file: Path) -> _Waiting:
        """Write the label of a run into a file, if it fits the run."""
        run = runs.get(found.run)
        if run is None:
            raise DataSetRunError(found.run)
        header = read_header(read_without_pixels(self.desk.shelf.dicom(run.image_id)))
        label_map = np.zeros((header.n_frames, header.rows, header.columns), np.uint8)
        for t, frame in found.frames.items():
            if frame.shape != label_map.shape[1:]:
                raise DataSetShapeError(found.run, frame.shape, label_map.shape[1:])
            if not 0 <= t < header.n_frames:
                raise DataSetError(f"it has frame {t + 1} of run {found.run}, which has {header.n_frames}")
            label_map[t] = frame
        write_label(file, to_volume(label_map), header.spacing)
        indices = tuple(int(index) for index in np.unique(label_map) if index)
        return _Waiting(run, file, tuple(sorted(found.frames)), indices)

    def _save_all(self, waiting: Iterable[_Waiting], format_name: str) -> list[ImportedLabel]:
        """Save what waits; if one cannot be saved, those before are taken out of sight again."""
        saved: list[LabelVersion] = []
        tag = FINAL_TAG if self.is_final else DRAFT_TAG
        try:
            for one in waiting:
                saved.append(self.desk.save(one.run, one.file, tag, self._info(one, format_name)))
        except BaseException:
            for label in saved:
                self.ledger.remove_label(label.id, self.author)
            raise
        return [_imported(label) for label in saved]

    def _info(self, one: _Waiting, format_name: str) -> dict[str, Any]:
        table = self.desk.table
        return {
            "client_id": self.author,
            "imported_from": format_name,
            "label_info": [{"name": table.by_index(index).name, "idx": index} for index in one.indices],
            "finished_frame_numbers": [t + 1 for t in one.times],
        }


def open_desk(settings: Settings, table: LabelTable) -> tuple[LabelDesk, Ledger]:
    """Put the parts together; nothing is asked of the PACS yet. Close the ledger in the end."""
    pacs = connect(settings.pacs)
    ledger = Ledger.in_folder(settings.data, settings.datastore.ledger_url)
    cache = RunCache(settings.data / "cache", int(settings.datastore.cache_gb * 1e9))
    shelf = RunShelf(pacs, ledger, cache, settings.datastore.list_seconds)
    files = LabelFiles(settings.data / SAVED_FOLDER)
    outbox = Outbox(ledger, SegSender(pacs, shelf, files), settings.datastore.outbox_retry_s)
    return LabelDesk(shelf, LabelStore(ledger, files), outbox, table, settings), ledger


def _imported(label: LabelVersion) -> ImportedLabel:
    frames = [t + 1 for t in label.finished_frames or ()]
    return ImportedLabel(label.image_id, label.id, label.version, label.state.value, frames)
