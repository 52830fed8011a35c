"""Keeps the queue of trainings going, and asks for one after enough labels or at a time of day."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, time
from threading import Event, Thread
from typing import Final

from lib.errors import FluoroError
from lib.settings import TrainingSettings
from lib.trainers.queue import TrainingQueue

logger = logging.getLogger(__name__)

TICK_S: Final = 2.0
ASKER: Final = "server"
TRAINER: Final = "vessels"


class TrainingClock:
    """A thread of the server that looks every few seconds what is due."""

    def __init__(
        self,
        queue: TrainingQueue,
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
        tick_s: float = TICK_S,
    ) -> None:
        self._queue, self._now, self._tick_s = queue, now, tick_s
        self._stop = Event()
        self._looked_at = now()
        self._complaint = ""
        self._thread = Thread(target=self._run, name="training-clock", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Stop looking; a training that runs goes on in its own process."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def tick(self) -> None:
        """Look once: ask for a training that is due, start what is next, mend what died."""
        now, before = self._now(), self._looked_at
        self._looked_at = now
        settings = self._queue.settings.training
        if settings.after_labels is not None or settings.at_time is not None:
            reason = due(settings, before, now, self._n_new())
            if reason is not None:
                self._queue.ask(TRAINER, reason, ASKER)
        self._queue.advance()

    def _n_new(self) -> int:
        """Return how many labels were submitted since somebody or something last asked for a training."""
        last = self._queue.ledger.trainings(most=1)
        return self._queue.ledger.submitted_since(last[0].created_at if last else None)

    def _run(self) -> None:
        while not self._stop.wait(self._tick_s):
            try:
                self.tick()
                self._complaint = ""
            except FluoroError as error:
                if str(error) != self._complaint:  # once, and not every two seconds
                    logger.warning("the queue of trainings stands still: %s", error)
                self._complaint = str(error)
            except Exception:
                logger.exception("the training clock met a fault and goes on")


def due(settings: TrainingSettings, before: datetime, now: datetime, n_new: int) -> str | None:
    """Return why a training is due, in words, or None.

    Args:
        settings: After how many labels, at what time of day.
        before: When this was last asked; a time of day that passed while no server ran is let go.
        now: With the server's time zone.
        n_new: Labels that were submitted since the last training; without any there is nothing new to learn.
    """
    if not n_new:
        return None
    if settings.after_labels is not None and n_new >= settings.after_labels:
        return f"after {n_new} labels"
    if settings.at_time is not None:
        moment = datetime.combine(now.date(), time.fromisoformat(settings.at_time), now.tzinfo)
        if before.astimezone(UTC) < moment.astimezone(UTC) <= now.astimezone(UTC):
            return f"at {settings.at_time}"
    return None
