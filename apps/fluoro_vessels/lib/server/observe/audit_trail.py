"""Writes the audit log beside the requests: many events in one transaction, none forgotten without a word."""

import json
import logging
import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Final

from lib.datastore.audit_records import AuditEntry, AuditEvent
from lib.datastore.ledger import Ledger
from lib.errors import FluoroError

logger = logging.getLogger(__name__)

MOST_WAITING: Final = 20_000
"""So many events are kept while the ledger takes none."""
ANCHOR_EVERY: Final = 1000
"""Entries after which the log is told the head: who cuts off or forges the newest is then found out."""
_BATCH: Final = 500
_FIRST_PAUSE_S: Final = 0.5
_LONGEST_PAUSE_S: Final = 30.0


@dataclass
class _Waiting:
    event: AuditEvent
    is_stored: "Future[None]" = field(default_factory=Future)


class AuditTrail:
    """A thread that chains events to the ledger's audit log."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._waiting: deque[_Waiting] = deque()
        self._changed = threading.Condition()
        self._is_closing = False
        self._thread: threading.Thread | None = None
        self._anchored = 0
        self.n_stored = 0
        self.n_lost = 0

    @property
    def n_waiting(self) -> int:
        """How many events the ledger has not taken yet."""
        return len(self._waiting)

    def open(self) -> None:
        """Begin to write; the log is told the head that is found."""
        self._anchor(self._ledger.audit_head(), "began")
        self._thread = threading.Thread(target=self._work, name="audit", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Write what waits, and stop; what the ledger does not take then goes to the log."""
        with self._changed:
            self._is_closing = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()
        try:
            self._anchor(self._ledger.audit_head(), "ended")
        except FluoroError as error:
            logger.warning("the audit log cannot be read: %s", error)

    def add(self, events: Sequence[AuditEvent]) -> "list[Future[None]]":
        """Take events; each future is done once its event is stored, or once it is known that it is not."""
        added = [_Waiting(event) for event in events]
        with self._changed:
            self._waiting.extend(added)
            while len(self._waiting) > MOST_WAITING:
                self._lose(self._waiting.popleft())
            self._changed.notify()
        return [one.is_stored for one in added]

    def _work(self) -> None:
        pause_s = 0.0
        while batch := self._next(pause_s):
            try:
                head = self._ledger.append_audit([one.event for one in batch])
            except Exception as error:  # whatever it was: a thread that dies forgets all that comes later
                pause_s = min(_LONGEST_PAUSE_S, max(_FIRST_PAUSE_S, 2 * pause_s))
                self._put_back(batch, error, pause_s)
                continue
            pause_s = 0.0
            self.n_stored += len(batch)
            for one in batch:
                _tell(one)
            if head is not None and head.number >= self._anchored + ANCHOR_EVERY:
                self._anchor(head, "grew")

    def _next(self, pause_s: float) -> list[_Waiting]:
        """Wait for events and return them; none when it is over. After a failure, pause first."""
        with self._changed:
            if pause_s:
                self._changed.wait_for(lambda: self._is_closing, pause_s)
            self._changed.wait_for(lambda: self._waiting or self._is_closing)
            return [self._waiting.popleft() for _ in range(min(_BATCH, len(self._waiting)))]

    def _put_back(self, batch: list[_Waiting], error: Exception, pause_s: float) -> None:
        """Keep what the ledger did not take, and let nobody wait for it; at the end, write it to the log."""
        reason = error if isinstance(error, FluoroError) else type(error).__name__
        logger.error("did not store %d entries of the audit log: %s", len(batch), reason)
        for one in batch:
            _tell(one)
        with self._changed:
            if self._is_closing:
                for one in (*batch, *self._waiting):
                    self._lose(one)
                self._waiting.clear()
            else:
                logger.info("the next try is in %.1f s", pause_s)
                self._waiting.extendleft(reversed(batch))

    def _lose(self, one: _Waiting) -> None:
        self.n_lost += 1
        told = {**asdict(one.event), "at": one.event.at.isoformat()}
        logger.error("not in the audit log: %s", json.dumps(told, ensure_ascii=True))
        _tell(one)

    def _anchor(self, head: AuditEntry | None, verb: str) -> None:
        """Write the head of the chain to the log, which lies elsewhere than the ledger, or should."""
        self._anchored = head.number if head else 0
        logger.info("the audit log %s at head %s", verb, head.head if head else "0")


def _tell(one: _Waiting) -> None:
    with suppress(InvalidStateError):
        one.is_stored.set_result(None)
