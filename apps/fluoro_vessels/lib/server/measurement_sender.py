"""Gives the reports of measurements to the PACS: at once, and again until it works, also after a restart."""

import logging
import threading
from datetime import UTC, datetime
from io import BytesIO
from typing import Final

import pydicom

from lib.datastore.measurement_shelf import MeasurementRecord, MeasurementShelf
from lib.datastore.push_records import PushKind
from lib.datastore.push_shelf import PushShelf
from lib.datastore.shelf import RunShelf
from lib.errors import PacsRefusedError, PacsUnavailableError, RunGoneError
from lib.errors.measure_out import MeasurementNotFoundError
from lib.measure.out.files import FileKind
from lib.pacs.port import Pacs

logger = logging.getLogger(__name__)

LEAST_PAUSE_S: Final = 1.0


class MeasurementSender:
    """Stores reports beside their runs. Sending twice is harmless: the PACS keeps one of an instance."""

    def __init__(
        self,
        shelf: MeasurementShelf,
        runs: RunShelf,
        pacs: Pacs,
        retry_s: float,
        pushes: PushShelf | None = None,
    ) -> None:
        """Prepare; what an earlier process left waiting is sent in the background.

        Args:
            shelf: Where the reports are.
            runs: Says whether the PACS has a report's run.
            pacs: Who gets the reports.
            retry_s: Pause before another try.
            pushes: Where nodes get them from too, once the PACS has them.
        """
        self._shelf = shelf
        self._runs = runs
        self._pacs = pacs
        self._pushes = pushes
        self._retry_s = max(retry_s, LEAST_PAUSE_S)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        if shelf.waiting():
            self._begin()

    def send(self, record: MeasurementRecord) -> MeasurementRecord:
        """Send a report now; where the PACS does not answer it waits and is sent in the background.

        Raises:
            PacsRefusedError: The PACS does not take it, or has lost the run.
        """
        record = self._shelf.change(record, wanted_at=record.wanted_at or datetime.now(UTC))
        try:
            return self._store(record)
        except PacsUnavailableError as error:
            self._begin()
            return self._shelf.change(record, problem=str(error))
        except PacsRefusedError as error:
            self._shelf.change(record, wanted_at=None, problem=str(error))
            raise

    def send_waiting(self) -> int:
        """Send all that waits, until the PACS does not answer; returns how many still wait."""
        for record in self._shelf.waiting():
            try:
                self._store(record)
            except PacsUnavailableError:
                break
            except PacsRefusedError as error:
                self._shelf.change(record, wanted_at=None, problem=str(error))
                logger.warning("did not send measurement %s: %s", record.id, error)
        return len(self._shelf.waiting())

    def _store(self, record: MeasurementRecord) -> MeasurementRecord:
        if not self._runs.is_in_pacs(record.image_id):
            raise RunGoneError(self._pacs.address, record.image_id)
        data = self._shelf.file(record, str(FileKind.REPORT))
        if data is None:
            raise MeasurementNotFoundError(record.id)
        self._pacs.store([pydicom.dcmread(BytesIO(data))])
        if self._pushes is not None:
            self._pushes.push_result(PushKind.SR, data)
        logger.info("sent measurement %s of run %s", record.id, record.image_id)
        return self._shelf.change(record, sent_at=datetime.now(UTC), problem="")

    def _begin(self) -> None:
        """Try again in the background, by one thread, until nothing waits."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="measurements", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        pause = threading.Event()
        while True:
            pause.wait(self._retry_s)
            self._safely()
            with self._lock:
                if not self._shelf.waiting():
                    self._thread = None
                    return

    def _safely(self) -> None:
        """Send what waits; nothing that a disk or a PACS does ends the thread."""
        try:
            self.send_waiting()
        except Exception as error:
            logger.error("sending measurements stumbled: %s", type(error).__name__)
