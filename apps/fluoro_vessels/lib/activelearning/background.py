"""Scores runs in the background: at low priority, within a share of the time, and not while people work."""

import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from lib.activelearning.scorer import Scorer
from lib.errors import CancelledError, FluoroError

logger = logging.getLogger(__name__)

FIRST_PAUSE_S: Final = 20.0
"""After the start people open their first runs."""

IDLE_S: Final = 30.0
"""Pause when all runs are scored, or something does not answer."""

BUSY_POLL_S: Final = 0.2
STOP_S: Final = 10.0
LOWEST_PRIORITY: Final = 19


@dataclass
class Background:
    """The thread that scores.

    Attributes:
        scorer: Does the work.
        share: Of the time in which it works; 0: never.
        is_busy: Whether people work at the moment.
        first_pause_s: Pause before the first run.
        idle_s: Pause when there is nothing to do.
    """

    scorer: Scorer
    share: float
    is_busy: Callable[[], bool]
    first_pause_s: float = FIRST_PAUSE_S
    idle_s: float = IDLE_S
    _stopped: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, unless no share of the time is allowed."""
        if self.share > 0:
            self.scorer.pause = self.wait_for_people
            self._thread = threading.Thread(target=self._run, name="scores", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End after the frame that is being looked at; a PACS that hangs is not waited for."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(STOP_S)

    def wait_for_people(self) -> None:
        """Wait as long as people work.

        Raises:
            StoppedError: The server ends.
        """
        while self.is_busy() and not self._stopped.wait(BUSY_POLL_S):
            pass
        if self._stopped.is_set():
            raise CancelledError("scoring")

    def _run(self) -> None:
        _give_way()
        pause_s = self.first_pause_s
        while not self._stopped.wait(pause_s):
            began = time.monotonic()
            has_scored = self._score_next()
            pause_s = (time.monotonic() - began) * (1 / self.share - 1) if has_scored else self.idle_s

    def _score_next(self) -> bool:
        """Score a run; False when there is none, or now is not the time."""
        try:
            return self.scorer.score_next()
        except FluoroError as error:
            logger.info("scoring waits: %s", error)
            return False


def _give_way() -> None:
    """Let every other thread of the machine go first, where threads have priorities of their own."""
    if hasattr(os, "setpriority"):
        try:
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LOWEST_PRIORITY)
        except OSError as error:
            logger.info("scores are computed at the usual priority: %s", error)
