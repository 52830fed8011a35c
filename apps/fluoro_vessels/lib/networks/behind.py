"""Threads that stand behind others: they compute with what whoever waits for an answer leaves."""

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Final, TypeVar

NICENESS: Final = 10
"""A tenth of what a thread of the same process gets that wants the same core; all of it when nobody does."""

Answer = TypeVar("Answer")


def behind_others(work: Callable[[], Answer]) -> Answer:
    """Return what work returns; the threads that it starts stand behind the others of this process.

    Threads inherit niceness from who starts them, and only an administrator can take it back: so work is
    done in a thread of its own.
    """
    with ThreadPoolExecutor(max_workers=1, initializer=stand_behind) as pool:
        return pool.submit(work).result()


def stand_behind() -> None:
    """Put this thread behind the others for as long as it lives; only on Linux, sched(7)."""
    if sys.platform == "linux":
        thread = threading.get_native_id()
        with suppress(OSError):
            niceness = max(NICENESS, os.getpriority(os.PRIO_PROCESS, thread))
            os.setpriority(os.PRIO_PROCESS, thread, niceness)
