"""A thread that does one thing again and again, and sooner when it is woken."""

import logging
import threading
import traceback
from collections.abc import Callable
from typing import Final

from lib.errors import FluoroError

logger = logging.getLogger(__name__)

STOP_S: Final = 10.0
LONGEST_PAUSE_S: Final = 600.0
"""Pauses between tries double up to ten minutes."""


class Background:
    """Repeats a step; nothing that the step raises ends it."""

    def __init__(self, name: str, step: Callable[[], object], every_s: float) -> None:
        """Prepare; nothing is done before `start`."""
        self._name = name
        self._step = step
        self._every_s = every_s
        self._wanted = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def is_stopping(self) -> bool:
        """A long step should come to its end."""
        return self._stopping.is_set()

    def start(self) -> None:
        """Begin, at once with a first step."""
        if self._thread is None:
            self._stopping.clear()
            self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
            self._thread.start()

    def wake(self) -> None:
        """Do the next step now."""
        self._wanted.set()

    def stop(self) -> None:
        """Let the present step end, and do no other."""
        self._stopping.set()
        self._wanted.set()
        if self._thread is not None:
            self._thread.join(STOP_S)
            self._thread = None

    def _work(self) -> None:
        while not self.is_stopping:
            try:
                self._step()
            except Exception as error:
                logger.error("%s stumbled: %s", self._name, reason_of(error))
            self._wanted.wait(self._every_s)
            self._wanted.clear()


def pause_s(first_s: float, attempts: int) -> float:
    """Return the pause after one more failure: doubling, at most ten minutes."""
    return float(min(first_s * 2.0 ** min(attempts, 32), LONGEST_PAUSE_S))


def reason_of(problem: Exception) -> str:
    """Return what went wrong without data: our own sentences, else the type and the place."""
    if isinstance(problem, FluoroError):
        return str(problem)
    place = traceback.extract_tb(problem.__traceback__)[-1]
    return f"{type(problem).__name__} in {place.name}, line {place.lineno}."
