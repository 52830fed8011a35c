"""A measurement that is not kept yet, and how it comes to be kept."""

import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pydicom.dataset import Dataset

from lib.datastore.measurement_shelf import MeasurementRecord, MeasurementShelf
from lib.datastore.records import LabelVersion
from lib.frames.cine import Cine
from lib.labels import Label
from lib.measure.measurement import Measurement
from lib.measure.out.document import document
from lib.measure.out.files import DRAWN, FileKind, content, dicom_bytes
from lib.measure.out.report import Sender, write_report
from lib.measure.out.seg_reference import seg_frames

logger = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Draft:
    """A measurement that nobody accepted yet; only who asked for it sees it.

    Attributes:
        image_id: The run.
        owner: Who measured.
        label: What its vessels are labelled as.
        saved: The saved label that they come from; None where they do not.
        found: The measurement.
        id: Of the measurement.
    """

    image_id: str
    owner: str
    label: Label
    saved: LabelVersion | None
    found: Measurement
    id: str = field(default_factory=lambda: uuid.uuid4().hex)

    def file(self, kind: FileKind, cine: Cine) -> bytes:
        """Return one of the files that are drawn from the run."""
        return content(kind, self.found, cine.frames, cine.header.timing.frames_per_second)

    def report(self, source: Dataset, seg: Dataset | None, before: Sequence[MeasurementRecord]) -> Dataset:
        """Return its DICOM report.

        Args:
            source: Header of the run.
            seg: Header of the DICOM SEG of the saved label, where there is one: the report refers to it.
            before: The measurements of the run that are kept.
        """
        frames = () if seg is None else seg_frames(seg, self.label, self.found.t)
        now, number = datetime.now().astimezone(), len(before) + 1
        sender = Sender(self.owner, now, number, self.label, seg, frames)
        report: Dataset = write_report(source, self.found, sender)
        return report

    def keep(self, shelf: MeasurementShelf, report: Dataset, cine: Cine) -> MeasurementRecord:
        """Keep it with all its files.

        Raises:
            DiskFullError: There is no room; nothing is left behind.
        """
        files = {str(kind): self.file(kind, cine) for kind in DRAWN}
        record = self._record(str(report.SOPInstanceUID))
        shelf.keep(record, files | {str(FileKind.REPORT): dicom_bytes(report)})
        logger.info("kept measurement %s of run %s", record.id, record.image_id)
        return record

    def _record(self, sop_instance_uid: str) -> MeasurementRecord:
        return MeasurementRecord(
            id=self.id,
            image_id=self.image_id,
            owner=self.owner,
            label=self.label.name,
            frame_number=self.found.t + 1,
            values=tuple(document(self.found)["values"]),
            verdict=self.found.verdict.word,
            accepted_at=datetime.now(UTC),
            sop_instance_uid=sop_instance_uid,
        )
