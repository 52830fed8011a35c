"""The files of what people push: runs, SEGs of labels, reports of measurements."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from lib.datastore.label_files import LabelFiles
from lib.datastore.label_store import SAVED_FOLDER
from lib.datastore.measurement_shelf import MeasurementShelf
from lib.errors.dimse import NothingToPushError
from lib.measure.out.files import FileKind
from lib.server.dimse.models import PushBody
from lib.server.services import Services

SUFFIX: Final = ".dcm"


class PushSources:
    """Finds the DICOM file behind an id."""

    def __init__(self, services: Services) -> None:
        data = services.settings.data
        self._services = services
        self._labels = LabelFiles(data / SAVED_FOLDER)
        self._measurements = MeasurementShelf(data)

    @contextmanager
    def file(self, body: PushBody) -> Iterator[Path]:
        """Yield the file of what a request names; it may be gone when the block ends.

        Raises:
            RunNotFoundError, LabelNotFoundError, MeasurementNotFoundError: There is no such thing.
            NothingToPushError: The label has no SEG, or the measurement no report.
        """
        if body.image_id is not None:
            yield self._services.shelf.dicom(body.image_id)
            return
        data = self._seg(body.label_id) if body.label_id is not None else self._report(body.measurement_id)
        with tempfile.NamedTemporaryFile(suffix=SUFFIX) as file:
            file.write(data)
            file.flush()
            yield Path(file.name)

    def _seg(self, label_id: str) -> bytes:
        ledger = self._services.ledger
        ledger.label(label_id)
        found = ledger.seg_file_of(label_id)
        if found is None:
            raise NothingToPushError(f"Label {label_id}")
        return self._labels.read(*found)

    def _report(self, measurement_id: str | None) -> bytes:
        record = self._measurements.record(measurement_id or "")
        report = self._measurements.file(record, str(FileKind.REPORT))
        if report is None:
            raise NothingToPushError(f"Measurement {record.id}")
        return report
