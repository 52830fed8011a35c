"""Measurements of this server: drafts in memory, accepted ones on disk, sent ones in the PACS."""

import threading
from collections import OrderedDict
from typing import Final

from pydicom.dataset import Dataset

from lib.datastore.measurement_drafts import Draft
from lib.datastore.measurement_shelf import MeasurementRecord, MeasurementShelf
from lib.errors.measure_out import MeasurementNotFoundError, MeasurementSentError
from lib.frames.cine import Cine
from lib.frames.files import read_without_pixels
from lib.measure.measure import measure
from lib.measure.out.files import MADE_OF, FileKind, dicom_bytes, made_of
from lib.server.measurement_material import Materials
from lib.server.measurement_models import MeasureBody
from lib.server.measurement_sender import MeasurementSender
from lib.server.services import Services

MOST_DRAFTS: Final = 64
"""Drafts in memory; those used longest ago leave first."""


class MeasurementDesk:
    """Measures, keeps and sends; safe for several threads."""

    def __init__(self, services: Services) -> None:
        self.materials = Materials(services)
        self.shelf = MeasurementShelf(services.settings.data)
        self.sender = MeasurementSender(
            self.shelf,
            services.shelf,
            services.pacs,
            services.settings.datastore.outbox_retry_s,
            services.dicom_door.pushes,
        )
        self._runs = services.shelf
        self._drafts: OrderedDict[str, Draft] = OrderedDict()
        self._lock = threading.Lock()
        self._keeping = threading.Lock()

    def measure(self, body: MeasureBody, owner: str) -> Draft:
        """Measure what a request asks for; see `lib.measure.measure.measure` for what it raises."""
        request = body.request()
        about = self.materials.of(body, owner)
        found = measure(about.material, request)
        draft = Draft(about.run.image_id, owner, about.label, about.saved, found)
        with self._lock:
            self._drafts[draft.id] = draft
            while len(self._drafts) > MOST_DRAFTS:
                self._drafts.popitem(last=False)
        return draft

    def draft(self, measurement_id: str, owner: str) -> Draft | None:
        """Return a draft of one's own; None where it is none."""
        with self._lock:
            draft = self._drafts.get(measurement_id)
        return draft if draft is not None and draft.owner == owner else None

    def accept(self, measurement_id: str, owner: str) -> MeasurementRecord:
        """Keep a draft with all its files; what is kept already stays as it is.

        Raises:
            MeasurementNotFoundError: There is no such measurement, or it is somebody else's draft.
        """
        with self._keeping:
            draft = self.draft(measurement_id, owner)
            return self.shelf.record(measurement_id) if draft is None else self._keep(draft)

    def _keep(self, draft: Draft) -> MeasurementRecord:
        record = draft.keep(self.shelf, self._report(draft), self._cine(draft))
        with self._lock:
            self._drafts.pop(draft.id, None)
        return record

    def send(self, measurement_id: str, owner: str) -> MeasurementRecord:
        """Accept a measurement and give its report to the PACS, now or when the PACS is back."""
        record = self.accept(measurement_id, owner)
        return record if record.sent_at is not None else self.sender.send(record)

    def file(self, measurement_id: str, owner: str, kind: FileKind) -> bytes:
        """Return a file of a draft of one's own or of an accepted measurement."""
        draft = self.draft(measurement_id, owner)
        if draft is not None:
            return self._file(draft, kind)
        found = self.shelf.file(self.shelf.record(measurement_id), str(MADE_OF.get(kind, kind)))
        if found is None:
            raise MeasurementNotFoundError(measurement_id)
        return made_of(kind, found) if kind in MADE_OF else found

    def remove(self, measurement_id: str, owner: str) -> None:
        """Forget a draft, or an accepted measurement of one's own that was not sent."""
        with self._lock:
            draft = self._drafts.get(measurement_id)
            if draft is not None and draft.owner == owner:
                del self._drafts[measurement_id]
                return
        record = self.shelf.record(measurement_id)
        if record.owner != owner:
            raise MeasurementNotFoundError(measurement_id)
        if record.wanted_at is not None:
            raise MeasurementSentError(measurement_id)
        self.shelf.remove(record)

    def _file(self, draft: Draft, kind: FileKind) -> bytes:
        if kind is FileKind.REPORT:
            return dicom_bytes(self._report(draft))
        return draft.file(kind, self._cine(draft))

    def _cine(self, draft: Draft) -> Cine:
        return self.materials.runs.open(self._runs.dicom(draft.image_id)).cine

    def _report(self, draft: Draft) -> Dataset:
        """Return the report of a draft; where its vessels are a saved label's, it refers to the SEG."""
        source = read_without_pixels(self._runs.dicom(draft.image_id))
        seg = self.materials.seg_of(draft.saved)
        return draft.report(source, seg, self.shelf.of_run(draft.image_id))
