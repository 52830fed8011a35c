"""Works through what quality wants to know while the server runs, slowly enough that nobody notices."""

import logging
import threading
import time
from collections.abc import Sequence
from typing import Final

from lib.errors import FluoroError, UnavailableError
from lib.quality.tasks import Source, Task

logger = logging.getLogger(__name__)

FIRST_AFTER_S: Final = 30.0
"""A server that has just been started has better things to do."""

EVERY_S: Final = 60.0
"""How often new labels are looked for."""

REST: Final = 3.0
"""After each task the thread rests so many times as long as it took: a quarter of its time is work."""


class Background:
    """One thread that does the tasks of its sources one by one.

    A task that fails is not tried again before the next start, unless the PACS did not answer.
    """

    def __init__(
        self,
        sources: Sequence[Source],
        first_after_s: float = FIRST_AFTER_S,
        every_s: float = EVERY_S,
        rest: float = REST,
    ) -> None:
        self._sources = sources
        self._first_after_s, self._every_s, self._rest = first_after_s, every_s, rest
        self._given_up: set[str] = set()
        self._said = ""
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._work, name="quality", daemon=True)

    def start(self) -> None:
        """Begin, after a while."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the task that is being done, and end."""
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join()

    def _work(self) -> None:
        pause_s = self._first_after_s
        while not self._ending.wait(pause_s):
            self._pass()
            pause_s = self._every_s

    def _pass(self) -> None:
        """Do all that is to do now."""
        for source in self._sources:
            for task in self._tasks(source):
                began = time.monotonic()
                if not self._do(task):
                    return
                if self._ending.wait(self._rest * (time.monotonic() - began)):
                    return

    def _tasks(self, source: Source) -> list[Task]:
        try:
            return [task for task in source.tasks() if task.name not in self._given_up]
        except FluoroError as error:
            self._say_once(str(error))
            return []

    def _do(self, task: Task) -> bool:
        """Do a task; False where the others have to wait too, because the PACS does not answer."""
        try:
            task.do()
        except UnavailableError as error:
            logger.info("looks at label %s later: %s", task.name, error)
            return False
        except FluoroError as error:
            self._give_up(task, str(error))
        except (OSError, RuntimeError) as error:
            self._give_up(task, type(error).__name__)
        return True

    def _say_once(self, reason: str) -> None:
        """Log why nothing can be done, and not every minute again."""
        if reason != self._said:
            logger.warning("did not look at the quality of labels: %s", reason)
            self._said = reason

    def _give_up(self, task: Task, reason: str) -> None:
        self._given_up.add(task.name)
        logger.warning("could not look at label %s: %s", task.name, reason)
