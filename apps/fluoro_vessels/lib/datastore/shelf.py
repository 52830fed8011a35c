"""The runs of the PACS: which there are, and the files of those that somebody opened."""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from lib.arrays import to_volume
from lib.datastore.cache import CacheUse, RunCache
from lib.datastore.ids import check_image_id, is_safe
from lib.datastore.ledger import Ledger
from lib.datastore.records import LedgerRun
from lib.datastore.volumes import write_nifti
from lib.errors import RunNotFoundError, UnavailableError
from lib.frames.read import read_cine, read_dataset, read_header
from lib.pacs.port import Pacs
from lib.pacs.runs import RunRef

logger = logging.getLogger(__name__)

DICOM: Final = ".dcm"
VOLUME: Final = ".nii.gz"
THUMBNAIL: Final = ".png"


class RunShelf:
    """Lists and fetches runs. A run that was fetched is read again without the PACS."""

    def __init__(self, pacs: Pacs, ledger: Ledger, cache: RunCache, list_seconds: float) -> None:
        """Open a shelf; a list of the PACS is believed for `list_seconds`."""
        self.pacs = pacs
        self._ledger = ledger
        self._cache = cache
        self._list_seconds = list_seconds
        self._listing = threading.Lock()
        self._image_ids: list[str] = []
        self._listed_at = float("-inf")
        self._failure: UnavailableError | None = None
        self._failed_at = float("-inf")

    @property
    def address(self) -> str:
        """DICOMweb root of the PACS, without credentials."""
        return self.pacs.address

    def image_ids(self) -> list[str]:
        """Return the ids of all runs that the PACS has, in its order.

        Of all threads that ask at once, one asks the PACS. If that fails, it fails for all that waited:
        were each to try for itself, a PACS that hangs would hold them one after the other.
        """
        asked_at = time.monotonic()
        with self._listing:
            if self._failure is not None and self._failed_at > asked_at:
                raise self._failure
            if time.monotonic() - self._listed_at > self._list_seconds:
                self._list()
            return list(self._image_ids)

    def refresh(self) -> None:
        """Ask the PACS for its runs now."""
        with self._listing:
            self._list()

    def run(self, image_id: str) -> LedgerRun:
        """Return a run by its SOP Instance UID, or by the Series Instance UID of a series with one run.

        A run that the ledger knows needs no PACS.

        Raises:
            RunNotFoundError: Neither the ledger nor the PACS has it.
            AmbiguousSeriesError: The series holds several runs.
        """
        check_image_id(image_id)
        try:
            return self._ledger.run(image_id)
        except RunNotFoundError:
            return self._note(self.pacs.find_run(image_id))

    def dicom(self, image_id: str) -> Path:
        """Return the run's DICOM file in the cache, fetched when it is not there.

        Raises:
            RunNotFoundError: The PACS no longer has it, and neither has the cache.
            PacsUnavailableError: It would have to be fetched, and the PACS does not answer.
        """
        run = self.run(image_id)
        return self._cache.make(run.image_id, DICOM, lambda path: self._fetch(run, path))

    def volume(self, image_id: str) -> Path:
        """Return the run as NIfTI (X, Y, F) in the cache."""
        run = self.run(image_id)
        return self._cache.make(run.image_id, VOLUME, lambda path: self._convert(run, path))

    def thumbnail(self, image_id: str, make: Callable[[], bytes]) -> Path:
        """Return a small picture of a run in the cache; `make` returns its PNG when it is not there."""
        run = self.run(image_id)
        return self._cache.make(run.image_id, THUMBNAIL, lambda path: _write_bytes(path, make()))

    def add(self, file: Path) -> str:
        """Store a DICOM file in the PACS and return its image id.

        Raises:
            FrameError: The file is not a run.
        """
        header = read_header(file)
        self.pacs.store([read_dataset(file)])
        with self._listing:
            self._listed_at = float("-inf")
        return header.sop_instance_uid

    def cache_use(self) -> CacheUse:
        """Return how full the cache is and how well it serves."""
        return self._cache.use()

    def is_in_pacs(self, image_id: str) -> bool:
        """Ask the PACS whether it has a run at this moment."""
        try:
            self.pacs.find_run(image_id)
        except RunNotFoundError:
            self._ledger.mark_gone(image_id)
            return False
        return True

    def _list(self) -> None:
        began = time.monotonic()
        try:
            listed = self.pacs.list_runs()
        except UnavailableError as error:
            self._failure, self._failed_at = error, time.monotonic()
            raise
        runs = [run for run in listed if is_safe(run.sop_instance_uid)]
        self._ledger.note_runs(runs, are_all=True)
        self._image_ids = [run.sop_instance_uid for run in runs]
        self._listed_at = time.monotonic()
        logger.info("listed %d runs in %.2f s", len(runs), self._listed_at - began)

    def _note(self, ref: RunRef) -> LedgerRun:
        self._ledger.note_runs([ref])
        return self._ledger.run(ref.sop_instance_uid)

    def _fetch(self, run: LedgerRun, path: Path) -> None:
        began = time.monotonic()
        try:
            dataset = self.pacs.retrieve(_ref_of(run))
        except RunNotFoundError:
            self._ledger.mark_gone(run.image_id)
            raise
        dataset.save_as(path, enforce_file_format=True)
        logger.info(
            "fetched run %s: %.1f MB in %.2f s", run.image_id, _megabytes(path), time.monotonic() - began
        )

    def _convert(self, run: LedgerRun, path: Path) -> None:
        cine = read_cine(self.dicom(run.image_id))
        write_nifti(path, to_volume(cine.frames), cine.header.spacing)


def _ref_of(run: LedgerRun) -> RunRef:
    return RunRef(
        study_instance_uid=run.study_instance_uid,
        series_instance_uid=run.series_instance_uid,
        sop_instance_uid=run.image_id,
        sop_class_uid=run.sop_class_uid,
        modality=run.modality,
        n_frames=run.n_frames,
        rows=run.rows,
        columns=run.columns,
    )


def _write_bytes(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def _megabytes(path: Path) -> float:
    return path.stat().st_size / 1e6
