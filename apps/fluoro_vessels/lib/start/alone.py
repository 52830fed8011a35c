"""One set-up of a checkout at a time, and what it tells the person who waits. Needs only Python itself."""

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
            say("waiting for another set-up of this checkout")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock.fileno()


def say(line: str) -> None:
    """Tell the person who starts the server, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
