"""Keeps two set-ups of one checkout apart. Needs Python's own library only."""

import fcntl
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def alone(cache: Path) -> Iterator[int]:
    """Hold the set-up lock of a checkout, and wait for it while another set-up holds it.

    Yields:
        The lock's file descriptor. A program that inherits it holds the lock too: when we are
        killed, the next set-up waits for what we left running.
    """
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "setup.lock").open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.stdout.write("waiting for another set-up of this checkout\n")
            sys.stdout.flush()
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock.fileno()
