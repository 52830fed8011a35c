"""Files of the registry: whole or absent, also after a crash, and changed by one process at a time."""

import errno
import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from lib.errors import DiskFullError, StorageError

FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
LOCK: Final = ".lock"


@contextmanager
def failures_told(target: Path) -> Iterator[None]:
    """Turn what the disk refuses into an error that says what could not be written.

    Raises:
        DiskFullError: There is no room.
        StorageError: It cannot be written for another reason.
    """
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise DiskFullError(str(target.parent)) from error
        reason = (error.strerror or type(error).__name__).lower()
        raise StorageError(f"{target} cannot be written ({reason}); nothing is left of it.") from error


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder, made where it is missing; a process that dies lets it go."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file beside its place and then move it there."""
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(8)}.unfinished")
    try:
        unfinished.write_bytes(data)
        sync(unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    sync(path.parent)


def append_line(path: Path, line: bytes) -> None:
    """Add a line to a file; one that a crash left torn is closed first."""
    with path.open("ab+") as file:
        if file.tell() and not _ends_well(path):
            line = b"\n" + line
        file.write(line + b"\n")
        file.flush()
        os.fsync(file.fileno())


def sync(path: Path) -> None:
    """Wait until a file's content, or a folder's names, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _ends_well(path: Path) -> bool:
    return path.read_bytes().endswith(b"\n")
