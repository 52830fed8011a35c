"""The spool: objects that nodes stored here, safe on this disk until the PACS has them."""

import logging
import secrets
import time
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pydicom.errors import InvalidDicomError
from pydicom.filereader import read_partial
from pydicom.tag import BaseTag, Tag

from lib.datastore.durable import disk_full_says_so, make_folder, sync
from lib.datastore.ids import is_safe
from lib.datastore.ledger_received import ReceivedInLedger
from lib.datastore.quota import Quota
from lib.datastore.received_records import ReceivedRecord
from lib.errors.dimse import ReceivedBrokenError, ReceivedMismatchError
from lib.frames.deflated import refuse_bomb
from lib.frames.size import HARD, SizeLimits, require_declared_size
from lib.frames.values import MALFORMED, Values
from lib.pacs.dimse.received import ReceivedObject
from lib.pacs.runs import is_run

logger = logging.getLogger(__name__)

FOLDER: Final = "spool"
SUFFIX: Final = ".dcm"
LEFT_ALONE_S: Final = 3600.0
"""Younger files may be on their way in, or belong to an object that is just being noted."""

_READ: Final = (
    "SOPClassUID",
    "SOPInstanceUID",
    "StudyInstanceUID",
    "SeriesInstanceUID",
    "Modality",
    "Rows",
    "Columns",
    "NumberOfFrames",
)
_LAST: Final = Tag("Columns")
_NEEDED: Final = ("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID")
_BROKEN: Final = (*MALFORMED, InvalidDicomError, RecursionError)


class Spool:
    """Takes objects in. Whatever line a crash strikes, what was acknowledged is here or in the PACS."""

    def __init__(
        self,
        data: Path,
        ledger: ReceivedInLedger,
        modalities: Collection[str],
        limits: SizeLimits = HARD,
        quota: Quota | None = None,
    ) -> None:
        """Use a data folder; the folder of the spool is made in it.

        Args:
            data: The data folder.
            ledger: Remembers what is in the spool.
            modalities: Those of runs.
            limits: What a header may declare.
            quota: How much the data folder may hold.
        """
        self.folder = data / FOLDER
        self._ledger = ledger
        self._modalities = modalities
        self._limits = limits
        self._quota = quota or Quota(data, None)
        self._on_taken: Callable[[], None] = lambda: None
        with disk_full_says_so(data):
            make_folder(self.folder)

    def tell(self, on_taken: Callable[[], None]) -> None:
        """Call somebody whenever something was taken in."""
        self._on_taken = on_taken

    def take(self, received: ReceivedObject) -> None:
        """Keep an object; when this returns, it survives a power cut and may be acknowledged.

        Raises:
            ReceivedMismatchError: The dataset is another one than the request says.
            ReceivedBrokenError: It cannot be read, or lacks what names it.
            FrameError: It declares more pixels than the limits allow, or unpacks to too much.
            DiskFullError, QuotaReachedError, LedgerError, LedgerBusyError: It could not be kept.
        """
        facts = _checked_facts(received, self._limits)
        n_bytes = received.path.stat().st_size
        self._quota.require_room(n_bytes)
        name = f"{secrets.token_hex(16)}{SUFFIX}"
        with disk_full_says_so(self.folder):
            sync(received.path)
            received.path.replace(self.folder / name)
            sync(self.folder)
        replaced = self._ledger.note_received(self._record(received, facts, name, n_bytes))
        if replaced:
            self.remove(replaced)
        logger.info("received %s of %s, %d bytes", received.sop_instance_uid, received.source, n_bytes)
        self._on_taken()

    def path(self, name: str) -> Path:
        """Return where a file of the spool lies."""
        return self.folder / name

    def remove(self, name: str) -> None:
        """Delete a file that nobody needs any more."""
        self.path(name).unlink(missing_ok=True)

    def sweep(self, older_than_s: float = LEFT_ALONE_S) -> int:
        """Delete what broken associations and crashes left: nobody was told that it is safe here."""
        before = time.time() - older_than_s
        old = {path.name for path in self.folder.glob("*") if path.stat().st_mtime < before}
        left = old - self._ledger.needs_spooled(old)
        for name in left:
            self.remove(name)
        if left:
            logger.info("removed %d files that were never acknowledged from the spool", len(left))
        return len(left)

    def _record(
        self, received: ReceivedObject, facts: Mapping[str, str], name: str, n_bytes: int
    ) -> ReceivedRecord:
        return ReceivedRecord(
            sop_instance_uid=received.sop_instance_uid,
            study_instance_uid=facts["StudyInstanceUID"][:128],
            series_instance_uid=facts["SeriesInstanceUID"][:128],
            sop_class_uid=received.sop_class_uid,
            transfer_syntax_uid=received.transfer_syntax_uid,
            modality=facts["Modality"][:16],
            is_run=is_run(facts, self._modalities),
            n_bytes=n_bytes,
            file=name,
            source=received.source[:128],
            received_at=datetime.now(UTC),
        )


def _checked_facts(received: ReceivedObject, limits: SizeLimits) -> Mapping[str, str]:
    """Return what names an object, by keyword; no pixels are read."""
    with received.path.open("rb") as file:
        refuse_bomb(file, "The object")
        try:
            header = read_partial(file, _is_past_the_header, specific_tags=[Tag(name) for name in _READ])
        except _BROKEN as error:
            raise ReceivedBrokenError("cannot be read") from error
    values = Values(header)
    facts = {keyword: values.text(keyword) or "" for keyword in (*_NEEDED, "Modality")}
    missing = [keyword for keyword in _NEEDED if not facts[keyword]]
    if missing:
        raise ReceivedBrokenError(f"has no {', '.join(missing)}")
    if not is_safe(received.sop_instance_uid):
        raise ReceivedBrokenError("has a SOP Instance UID that is none")
    for said, keyword in ((received.sop_instance_uid, _NEEDED[1]), (received.sop_class_uid, _NEEDED[0])):
        if said != facts[keyword]:
            raise ReceivedMismatchError(said, facts[keyword])
    require_declared_size("The object", header, limits)
    return facts


def _is_past_the_header(tag: BaseTag, _vr: str | None, _length: int) -> bool:
    return bool(tag > _LAST)
