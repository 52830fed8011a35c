"""Sees runs come, and has them worked on one after the other, each once."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final, Protocol

from lib.arrivals.rules import may_fit
from lib.arrivals.work import NO_RULE
from lib.datastore.arrival_records import ArrivalEnd, ArrivalRecord, ArrivalState
from lib.datastore.background import reason_of
from lib.datastore.ledger import Ledger
from lib.datastore.sender import is_dead, this_sender
from lib.datastore.shelf import RunShelf
from lib.errors import RunNotFoundError, UnavailableError
from lib.errors.arrivals import ArrivalLateError, ArrivalStoppedError
from lib.sections.arrival import ArrivalSettings

logger = logging.getLogger(__name__)

MOST_DEATHS: Final = 2
"""A run on which the worker died so often is not tried again before somebody wants it."""

SHARE: Final = 0.05
"""Of the time, at most, in which the PACS is asked for new runs."""

LATER_S: Final = 5.0
"""Pause when the PACS does not answer."""

IDLE_S: Final = 600.0
"""After so long without work the worker's process ends, and its memory is free."""

STOP_S: Final = 10.0
"""A PACS that hangs is not waited for."""


class Worker(Protocol):
    """What works on runs; see `process.WorkerProcess`."""

    @property
    def is_open(self) -> bool:
        """Whether it holds memory."""
        ...

    def look(self, image_id: str, is_stopping: Callable[[], bool]) -> ArrivalEnd:
        """Look at a run."""
        ...

    def close(self) -> None:
        """Let go of all."""
        ...


class ArrivalWatch:
    """A thread that looks for runs that come, and gives those that wait to the worker.

    Args:
        ledger: Holds the queue.
        shelf: Lists the runs of the PACS.
        worker: Works on runs.
        settings: The rules.
        send: Sends what came of a run that has a draft; returns what could not be sent, in sentences.
    """

    def __init__(
        self,
        ledger: Ledger,
        shelf: RunShelf,
        worker: Worker,
        settings: ArrivalSettings,
        send: Callable[[ArrivalEnd], Sequence[str]],
    ) -> None:
        self._ledger, self._shelf, self._worker = ledger, shelf, worker
        self._settings, self._send = settings, send
        self._name = f"{this_sender()}/{id(self):x}"
        self._wanted, self._stopping = threading.Event(), threading.Event()
        self._began_at = datetime.now(UTC)
        self._worked_at = self._listed_at = float("-inf")
        self._list_s = 0.0
        self._complaint = ""
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to look; where nobody wants it, forget what an earlier server looked for."""
        if not self._settings.enabled:
            self._ledger.forget_arrival_watch()
        elif self._thread is None:
            self._thread = threading.Thread(target=self._work, name="arrivals", daemon=True)
            self._thread.start()

    def wake(self) -> None:
        """Look now: a run was stored."""
        self._listed_at = float("-inf")
        self._wanted.set()

    def stop(self) -> None:
        """End; the run that is worked on waits for the next start."""
        self._stopping.set()
        self._wanted.set()
        if self._thread is not None:
            self._thread.join(STOP_S)
            self._thread = None

    def round(self) -> float:
        """Look for new runs and work off all that wait; returns after how many seconds to look again."""
        self._release_the_dead()
        self._note()
        while not self._stopping.is_set():
            arrival = self._ledger.claim_arrival(self._name, datetime.now(UTC))
            if arrival is None:
                self._complaint = ""
                break
            if not self._handle(arrival):
                return LATER_S
            if time.monotonic() - self._listed_at > self._pause_s():
                self._note()
        if self._worker.is_open and time.monotonic() - self._worked_at > IDLE_S:
            self._worker.close()
        return self._pause_s()

    def _work(self) -> None:
        """Look until stopped; a ledger or a PACS that fails for a while is waited for."""
        pause_s = 0.0
        while not self._stopping.is_set():
            self._wanted.wait(pause_s)
            self._wanted.clear()
            pause_s = self._safely(self.round)
        self._worker.close()

    def _safely(self, step: Callable[[], float]) -> float:
        try:
            return step()
        except Exception as error:
            self._complain(reason_of(error))
            return LATER_S

    def _complain(self, reason: str) -> None:
        """Log why nothing can be done, once and not every few seconds."""
        if reason != self._complaint and not self._stopping.is_set():
            logger.warning("the queue of arriving runs stands still: %s", reason)
            self._complaint = reason

    def _note(self) -> None:
        """Put new runs into the queue; before the first list of a PACS none is new.

        Those that nodes stored while the first list could not be had are new all the same.
        """
        began = time.monotonic()
        stored = self._ledger.arrived()
        self._shelf.refresh()
        now, self._listed_at = datetime.now(UTC), time.monotonic()
        self._list_s = self._listed_at - began
        self._ledger.watch_arrivals(now)
        also = {one.sop_instance_uid for one in stored if one.received_at >= self._began_at}
        if n_new := self._ledger.note_arrivals(now, also):
            logger.info("%d runs arrived", n_new)
        for one in stored:
            self._ledger.note_looked_at(one.sop_instance_uid, now)

    def _pause_s(self) -> float:
        return max(self._settings.look_s, self._list_s * (1 / SHARE - 1))

    def _handle(self, arrival: ArrivalRecord) -> bool:
        """Work on a run; False where all that wait have to wait longer."""
        image_id, began = arrival.image_id, time.monotonic()
        try:
            end = self._look(image_id)
        except ArrivalStoppedError:
            self._ledger.release_arrival(image_id, self._name, has_died=False)
            return False
        except UnavailableError as error:
            self._ledger.release_arrival(image_id, self._name, str(error), has_died=False)
            self._complain(str(error))
            return False
        except ArrivalLateError as error:
            end = ArrivalEnd(ArrivalState.FAILED, str(error))
        except Exception as error:
            self._stumble(arrival, reason_of(error))
            return True
        self._end(image_id, end)
        self._complaint = ""
        logger.info("arrived run %s is %s after %.2f s", image_id, end.state, time.monotonic() - began)
        return True

    def _look(self, image_id: str) -> ArrivalEnd:
        """Return what became of a run; one that no rule can fit is not fetched."""
        try:
            run = self._ledger.run(image_id)
        except RunNotFoundError as error:
            return ArrivalEnd(ArrivalState.FAILED, str(error))
        if not may_fit(run.modality, self._settings.rules):
            return ArrivalEnd(ArrivalState.LEFT, NO_RULE)
        try:
            return self._worker.look(image_id, self._stopping.is_set)
        finally:
            self._worked_at = time.monotonic()

    def _stumble(self, arrival: ArrivalRecord, reason: str) -> None:
        """Let a run be tried once more; one that ends the worker each time must not hold up the others."""
        logger.warning("run %s: %s", arrival.image_id, reason)
        if arrival.attempts + 1 < MOST_DEATHS:
            self._ledger.release_arrival(arrival.image_id, self._name, reason, has_died=True)
        else:
            self._end(arrival.image_id, ArrivalEnd(ArrivalState.FAILED, reason))

    def _end(self, image_id: str, end: ArrivalEnd) -> None:
        """Send the results, then note the end: who is killed in between sends them after the next start."""
        if end.label_id is not None:
            end = replace(end, outcome=" ".join([end.outcome, *self._send(end)]))
        self._ledger.end_arrival(image_id, self._name, end, datetime.now(UTC))

    def _release_the_dead(self) -> None:
        """Take over what servers held that were killed."""
        for claimant in self._ledger.arrival_claimants():
            if is_dead(claimant) or claimant == self._name:
                self._ledger.release_arrivals_of(claimant)
