"""Sends what the PACS must get: at once after a save, again until it works, also after a restart."""

import logging
import threading
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from lib.datastore.ledger import Ledger
from lib.datastore.records import OutboxEntry
from lib.datastore.sender import is_dead, this_sender
from lib.errors import FluoroError, PacsRefusedError, PacsUnavailableError

logger = logging.getLogger(__name__)

LONGEST_PAUSE_S: Final = 600.0
"""The pause between tries doubles up to ten minutes."""

LEASE_S: Final = 300.0
"""For so long a sender may hold an entry before another one tries; longer than the slowest STOW."""

_STOP_S: Final = 10.0


class Outbox:
    """A thread that empties the ledger's outbox.

    Sending may happen twice (a crash after the PACS stored and before the ledger noted it), never
    zero times: `send` stores the same SOP Instance UID, of which a PACS keeps one.
    """

    def __init__(self, ledger: Ledger, send: Callable[[OutboxEntry], None], retry_s: float) -> None:
        """Prepare; nothing is sent before `start` or `run_once`.

        Args:
            ledger: Where the entries are.
            send: Gives one entry to the PACS, or raises PacsUnavailableError or PacsRefusedError.
            retry_s: First pause after a failure, and how often other processes' entries are looked for.
        """
        self._ledger = ledger
        self._send = send
        self._retry_s = retry_s
        self._sender = f"{this_sender()}/{id(self):x}"
        self._wanted = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to send in the background, first what an earlier process left."""
        if self._thread is None:
            self._stopping.clear()
            self._thread = threading.Thread(target=self._work, name="outbox", daemon=True)
            self._thread.start()

    def wake(self) -> None:
        """Look for entries now: something was saved, or the PACS is back."""
        self._wanted.set()

    def stop(self) -> None:
        """Finish what is being sent and stop; what waits is sent after the next start."""
        self._stopping.set()
        self._wanted.set()
        if self._thread is not None:
            self._thread.join(_STOP_S)
            self._thread = None

    def run_once(self, now: datetime | None = None) -> int:
        """Send what is due; returns how many entries were sent.

        Ends early when the PACS does not answer: the others would wait in vain too.
        """
        n_sent = 0
        while not self._stopping.is_set():
            moment = now or datetime.now(UTC)
            entry = self._ledger.claim(moment, self._sender, moment + timedelta(seconds=LEASE_S))
            if entry is None:
                break
            problem = self._try(entry)
            if problem is None:
                n_sent += 1
                self._note_success(entry, moment)
                continue
            self._note_failure(entry, problem, moment)
            if isinstance(problem, PacsUnavailableError):
                break
        return n_sent

    def _try(self, entry: OutboxEntry) -> Exception | None:
        """Send an entry; returns what went wrong. Nothing that a PACS or a file does ends the thread."""
        try:
            self._send(entry)
        except Exception as error:
            return error
        return None

    def _note_success(self, entry: OutboxEntry, now: datetime) -> None:
        """Note that the PACS has it; after a failure, let all others be tried at once as well."""
        self._ledger.mark_sent(entry.id, now)
        if entry.attempts:
            self._ledger.hasten(now)
        logger.info("sent %s of label %s after %d failures", entry.kind, entry.label_id, entry.attempts)

    def _note_failure(self, entry: OutboxEntry, problem: Exception, now: datetime) -> None:
        pause_s = self._pause_s(entry.attempts)
        reason = _reason(problem)
        is_refused = isinstance(problem, PacsRefusedError)
        self._ledger.mark_failed(entry.id, reason, now + timedelta(seconds=pause_s), is_refused=is_refused)
        logger.warning(
            "did not send %s of label %s: %s Next try in %.0f s.", entry.kind, entry.label_id, reason, pause_s
        )

    def _pause_s(self, attempts: int) -> float:
        """Return the pause after one more failure: doubling, at most ten minutes."""
        return float(min(self._retry_s * 2.0 ** min(attempts, 32), LONGEST_PAUSE_S))

    def _work(self) -> None:
        """Send until stopped; a ledger that fails for a while is waited for like a PACS."""
        self._safely(self._take_over_all)
        while not self._stopping.is_set():
            self._safely(self._release_the_dead)
            self._safely(self.run_once)
            self._wanted.wait(self._retry_s)
            self._wanted.clear()

    def _safely(self, step: Callable[[], object]) -> None:
        try:
            step()
        except Exception as error:
            logger.error("the outbox stumbled: %s", _reason(error))

    def _take_over_all(self) -> None:
        """Begin anew after a restart: nothing waits out a pause that an earlier process set."""
        self._ledger.hasten(datetime.now(UTC))

    def _release_the_dead(self) -> None:
        """Take over what processes held that were killed while they were sending."""
        for sender in self._ledger.senders():
            if is_dead(sender):
                self._ledger.release(sender)
                logger.warning("took over the outbox entries of a sender that died")


def _reason(problem: Exception) -> str:
    """Return what went wrong without data: our own sentences, else the type and the place."""
    if isinstance(problem, FluoroError):
        return str(problem)
    place = traceback.extract_tb(problem.__traceback__)[-1]
    return f"{type(problem).__name__} in {place.name}, line {place.lineno}."
