"""The runs that people labelled, with what a training needs of each; one run in memory at a time."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pydicom

from lib.arrays import LabelMap, from_volume
from lib.datastore.cache import RunCache
from lib.datastore.label_files import LabelFiles
from lib.datastore.label_store import SAVED_FOLDER, LabelStore
from lib.datastore.ledger import Ledger
from lib.datastore.patients import TAGS, patient_of
from lib.datastore.records import LabelVersion
from lib.datastore.shelf import RunShelf
from lib.datastore.states import LabelState, RunState
from lib.datastore.volumes import read_label
from lib.errors import LabelShapeError
from lib.frames.cine import Cine
from lib.frames.read import read_cine
from lib.pacs.port import Pacs
from lib.settings import Settings


@dataclass(frozen=True)
class LabelledRuns:
    """Reads labels from the ledger and their runs from the cache or the PACS."""

    ledger: Ledger
    store: LabelStore
    shelf: RunShelf

    def newest(self, states: Collection[LabelState]) -> list[LabelVersion]:
        """Return the newest label in one of the states of every run, in the order of the ledger.

        Rejected runs are left out, and those whose newest label a reviewer returned: an older one that it
        took the place of is no truth either.
        """
        found: list[LabelVersion] = []
        for run in self.ledger.runs():
            if run.state is not RunState.REJECTED:
                counted = {*states, LabelState.RETURNED}
                labels = [label for label in self.ledger.labels(run.image_id) if label.state in counted]
                found += [label for label in labels[-1:] if label.state in states]
        return found

    def label_map(self, label: LabelVersion) -> LabelMap:
        """Return a label, (T, H, W) in the table's indices.

        Raises:
            LabelFileLostError: Its file is gone or was changed.
        """
        self.store.read(label)
        volume, _ = read_label(self.store.path(label))
        return np.ascontiguousarray(from_volume(volume))

    def frames(self, label: LabelVersion, label_map: LabelMap) -> tuple[int, ...]:
        """Return the frames that hold a label or that somebody finished, without the excluded ones."""
        labelled = set(np.flatnonzero(label_map.any(axis=(1, 2))).tolist())
        finished = {t for t in label.finished_frames or () if t < len(label_map)}
        return tuple(sorted((labelled | finished) - self.ledger.excluded_frames(label.image_id)))

    def cine(self, label: LabelVersion, label_map: LabelMap) -> Cine:
        """Return the run of a label, fetched where the cache has it not.

        Raises:
            RunNotFoundError: Neither the cache nor the PACS has it.
            PacsUnavailableError: It would have to be fetched, and the PACS does not answer.
            LabelShapeError: The label is not of the run's shape.
        """
        cine = read_cine(self.shelf.dicom(label.image_id))
        if cine.frames.shape != label_map.shape:
            raise LabelShapeError(label_map.shape, cine.frames.shape, "frames, rows, columns")
        return cine

    def patient(self, label: LabelVersion) -> str:
        """Return what tells the patient of a run apart; never write it anywhere."""
        path = self.shelf.dicom(label.image_id)
        return patient_of(pydicom.dcmread(path, stop_before_pixels=True, specific_tags=list(TAGS)))


def open_labelled_runs(settings: Settings, pacs: Pacs) -> LabelledRuns:
    """Put the parts together; nothing is asked of the PACS yet. Close the ledger in the end."""
    ledger = Ledger.in_folder(settings.data, settings.datastore.ledger_url)
    cache = RunCache(settings.data / "cache", int(settings.datastore.cache_gb * 1e9))
    shelf = RunShelf(pacs, ledger, cache, settings.datastore.list_seconds)
    return LabelledRuns(ledger, LabelStore(ledger, LabelFiles(settings.data / SAVED_FOLDER)), shelf)
