"""Sends what lies in the spool on to the PACS: as it came, again until it works, also after a restart."""

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from lib.datastore.background import Background, pause_s
from lib.datastore.ledger_received import ReceivedInLedger
from lib.datastore.received_records import ReceivedRecord
from lib.datastore.sender import is_dead, this_sender
from lib.datastore.spool import Spool
from lib.errors import UnavailableError
from lib.pacs.files import DicomFile, FileOutcome, Outcome

logger = logging.getLogger(__name__)

MOST_AT_ONCE: Final = 100
"""Objects of one claim; `store_files` puts them into messages of bounded size."""

LEASE_S: Final = 900.0
"""For so long a sender may hold objects before another one tries; longer than the slowest message."""

SWEEP_EVERY: Final = timedelta(hours=1)
LOST: Final = "Its file is gone from the spool, and the PACS has not got it. Send it here again."


def nobody(image_id: str) -> None:
    """Hear of a stored run and do nothing."""
    del image_id


class FileStore(Protocol):
    """What a PACS does for the spool."""

    def store_files(self, files: Sequence[DicomFile]) -> Iterator[FileOutcome]:
        """Store files as they are and yield what became of each."""
        ...

    def ping(self) -> None:
        """Return when it answers, or raise PacsUnavailableError."""
        ...


class SpoolSender:
    """Empties the spool in the background.

    An object may be sent twice (a crash after the PACS stored and before the ledger noted it), never
    zero times; a PACS keeps one of a SOP Instance UID.
    """

    def __init__(
        self,
        spool: Spool,
        ledger: ReceivedInLedger,
        pacs: FileStore,
        retry_s: float,
        keep_days: float,
        on_stored: Callable[[str], None] = nobody,
    ) -> None:
        """Prepare; nothing is sent before `start` or `run_once`.

        Args:
            spool: Where the files are.
            ledger: Knows which are to be sent.
            pacs: Who gets them.
            retry_s: First pause after a failure.
            keep_days: So long the ledger remembers what was sent on.
            on_stored: Called with the image id of every run that the PACS took.
        """
        self._spool = spool
        self._ledger = ledger
        self._pacs = pacs
        self._retry_s = retry_s
        self._keep = timedelta(days=keep_days)
        self._on_stored = on_stored
        self._sender = f"{this_sender()}/{id(self):x}"
        self._swept_at = datetime.min.replace(tzinfo=UTC)
        self._background = Background("spool", self._step, retry_s)

    def start(self) -> None:
        """Begin to send in the background, first what an earlier process left."""
        self._ledger.hasten_received(datetime.now(UTC))
        self._background.start()

    def wake(self) -> None:
        """Look now: something was received."""
        self._background.wake()

    def stop(self) -> None:
        """Finish the message that is being sent and stop; what waits is sent after the next start."""
        self._background.stop()

    def run_once(self, now: datetime | None = None) -> int:
        """Send what is due; returns how many the PACS took. Ends early when the PACS does not answer."""
        n_sent = 0
        while not self._background.is_stopping:
            moment = now or datetime.now(UTC)
            until = moment + timedelta(seconds=LEASE_S)
            records = self._ledger.claim_received(moment, self._sender, until, MOST_AT_ONCE)
            if not records:
                break
            n_taken, is_answering = self._send_or_release(records, moment)
            n_sent += n_taken
            if not is_answering:
                break
        if n_sent:
            logger.info("sent %d received objects on to the PACS", n_sent)
        return n_sent

    def _step(self) -> None:
        now = datetime.now(UTC)
        if now - self._swept_at > SWEEP_EVERY:
            self._spool.sweep()
            self._ledger.forget_received(now - self._keep)
            self._swept_at = now
        for sender in self._ledger.received_senders():
            if is_dead(sender):
                self._ledger.release_received(sender)
        self.run_once()

    def _send_or_release(self, records: Sequence[ReceivedRecord], now: datetime) -> tuple[int, bool]:
        try:
            return self._send(records, now)
        except BaseException:
            self._ledger.release_received(self._sender)
            raise

    def _send(self, records: Sequence[ReceivedRecord], now: datetime) -> tuple[int, bool]:
        """Send objects; returns how many were taken, and whether the PACS answers."""
        files: dict[str, ReceivedRecord] = {}
        for record in records:
            if self._spool.path(record.file).is_file():
                files[record.sop_instance_uid] = record
            else:
                self._note_failure(record, LOST, now, is_refused=True)
        failed: list[tuple[ReceivedRecord, str]] = []
        for outcome in self._pacs.store_files([self._file(record) for record in files.values()]):
            record = files[outcome.sop_instance_uid]
            if outcome.outcome is Outcome.STORED:
                self._note_stored(record, now)
            else:
                failed.append((record, outcome.reason))
        is_answering = not failed or self._is_answering()
        for record, reason in failed:
            self._note_failure(record, reason, now, is_refused=is_answering)
        return len(files) - len(failed), is_answering

    def _file(self, record: ReceivedRecord) -> DicomFile:
        return DicomFile(
            path=self._spool.path(record.file),
            sop_class_uid=record.sop_class_uid,
            sop_instance_uid=record.sop_instance_uid,
            transfer_syntax_uid=record.transfer_syntax_uid,
            n_bytes=record.n_bytes,
        )

    def _note_stored(self, record: ReceivedRecord, now: datetime) -> None:
        """Note it first and delete the file then: the other way round a crash would lose the object."""
        if not self._ledger.note_stored(record, now):
            return
        self._spool.remove(record.file)
        if record.attempts:
            self._ledger.hasten_received(now)
        if record.is_run:
            self._on_stored(record.sop_instance_uid)

    def _note_failure(self, record: ReceivedRecord, reason: str, now: datetime, *, is_refused: bool) -> None:
        pause = pause_s(self._retry_s, record.attempts)
        next_try = now + timedelta(seconds=pause)
        self._ledger.note_not_stored(record, reason, next_try, is_refused=is_refused)
        logger.warning("did not send %s on: %s Next try in %.0f s.", record.sop_instance_uid, reason, pause)

    def _is_answering(self) -> bool:
        try:
            self._pacs.ping()
        except UnavailableError:
            return False
        return True
