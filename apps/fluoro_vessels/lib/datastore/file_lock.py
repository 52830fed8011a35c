"""A lock that threads and processes of one machine share, and that a crash releases."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lib.datastore.durable import disk_full_says_so


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock that a path names; wait as long as somebody else holds it.

    The file exists only while the lock is wanted. Locks nest as long as everybody nests them in
    the same order.
    """
    descriptor = _acquire(path, fcntl.LOCK_EX)
    try:
        yield
    finally:
        _release(path, descriptor)


@contextmanager
def locked_if_free(path: Path) -> Iterator[bool]:
    """Hold the lock if nobody else does; yields whether it is held."""
    try:
        descriptor = _acquire(path, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
        return
    try:
        yield True
    finally:
        _release(path, descriptor)


def _acquire(path: Path, operation: int) -> int:
    """Open and lock the file that lies at the path now, not one that was removed meanwhile."""
    while True:
        with disk_full_says_so(path.parent):
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(descriptor, operation)
            if _lies_at(path, descriptor):
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _lies_at(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _release(path: Path, descriptor: int) -> None:
    """Remove the file while it is still locked, then let go: who waits opens a new one."""
    path.unlink(missing_ok=True)
    os.close(descriptor)
