"""Stops a training within seconds of its being cancelled, whatever it does at the moment."""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from lib.errors import TrainingStoppedError
from lib.trainers import processes
from lib.trainers.training_folder import TrainingFolder

logger = logging.getLogger(__name__)

LOOK_S: Final = 0.3
GRACE_S: Final = 3.0
"""So long the work may take to stop by itself; filming and quantizing never ask."""


class Guard:
    """Looks whether a training was cancelled, by its folder or by SIGINT.

    Once the result is being stored it is stored: of a cancelling and `storing` the first one wins.
    """

    def __init__(self, folder: TrainingFolder, give_up: Callable[[], None]) -> None:
        """Begin to look; `give_up` ends this process when the work does not stop by itself."""
        self._folder, self._give_up = folder, give_up
        self._parent = os.getppid()
        self._lock = threading.Lock()
        self._is_stopped = self._is_storing = self._is_over = False

    def is_stopped(self) -> bool:
        """Return whether the work has to stop; asked often."""
        return self._is_stopped

    def check(self) -> None:
        """Raise TrainingStoppedError if the work has to stop."""
        if self._is_stopped:
            raise TrainingStoppedError

    def begin_storing(self) -> None:
        """Say that the result is being stored, so that nothing stops the work any more.

        Raises:
            TrainingStoppedError: Somebody did before; nothing may be stored.
        """
        with self._lock:
            self._is_stopped = self._is_stopped or self._folder.is_cancelled()
            self.check()
            self._is_storing = True

    @contextmanager
    def looking(self) -> Iterator[None]:
        """Look until the block ends."""
        before = signal.signal(signal.SIGINT, lambda *_: self._folder.cancel())
        thread = threading.Thread(target=self._look, name="guard", daemon=True)
        thread.start()
        try:
            yield
        finally:
            with self._lock:
                self._is_over = True
            signal.signal(signal.SIGINT, before)

    def _look(self) -> None:
        while not self._folder.is_cancelled():
            if processes.world_size() > 1 and os.getppid() != self._parent:
                os._exit(1)  # torch's launcher died, and with it the lock of this training
            time.sleep(LOOK_S)
        with self._lock:
            if self._is_storing or self._is_over:
                return
            self._is_stopped = True
        time.sleep(GRACE_S)
        with self._lock:
            if not self._is_over:
                logger.info("the work did not stop within %.0f s and is ended", GRACE_S)
                self._give_up()


def end_whole_group() -> None:
    """End this process and all that it started; what is on disk is whole at any moment."""
    if os.getpgrp() == os.getpid():
        os.killpg(os.getpgrp(), signal.SIGKILL)
    os._exit(1)
