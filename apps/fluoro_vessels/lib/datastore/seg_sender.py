"""How a waiting SEG reaches the PACS."""

from dataclasses import dataclass
from io import BytesIO

import pydicom

from lib.datastore.label_files import LabelFiles
from lib.datastore.push_records import PushKind
from lib.datastore.push_shelf import PushShelf
from lib.datastore.records import OutboxEntry
from lib.datastore.shelf import RunShelf
from lib.errors import RunGoneError
from lib.pacs.port import Pacs


@dataclass(frozen=True)
class SegSender:
    """Stores a waiting SEG in the PACS, beside its run and never without it."""

    pacs: Pacs
    shelf: RunShelf
    files: LabelFiles
    pushes: PushShelf | None = None
    """Where nodes get it from too, once the PACS has it."""

    def __call__(self, entry: OutboxEntry) -> None:
        """Send one entry.

        Raises:
            PacsUnavailableError: The PACS does not answer.
            PacsRefusedError: It refused the SEG, or has lost the run that the SEG belongs to.
        """
        if not self.shelf.is_in_pacs(entry.image_id):
            raise RunGoneError(self.pacs.address, entry.image_id)
        data = self.files.read(entry.file, entry.sha256)
        self.pacs.store([pydicom.dcmread(BytesIO(data))])
        if self.pushes is not None:
            self.pushes.push_result(PushKind.SEG, data)
