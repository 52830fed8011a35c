"""Writing files so that they are whole or absent, also after a crash and on a full disk."""

import errno
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from lib.errors import DiskFullError

TEMPORARY_PREFIX: Final = ".tmp-"
"""Begins the names of files that are being written."""

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""No space, no quota, or larger than this process may write."""


@contextmanager
def disk_full_says_so(folder: Path) -> Iterator[None]:
    """Turn an OSError that means "no room" into DiskFullError."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFullError(str(folder)) from error
        raise


def write_whole(path: Path, write: Callable[[Path], None]) -> None:
    """Let `write` fill a temporary file beside the path, make it durable and give it its name.

    The temporary name ends like the final one, because image writers choose the format by it.

    Raises:
        DiskFullError: There is no room; nothing is left behind.
    """
    temporary = path.with_name(f"{TEMPORARY_PREFIX}{secrets.token_hex(8)}-{path.name}")
    with disk_full_says_so(path.parent):
        make_folder(path.parent)
        try:
            write(temporary)
            sync(temporary)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        sync(path.parent)


def write_bytes_whole(path: Path, data: bytes) -> None:
    """Write bytes as `write_whole` does."""
    write_whole(path, lambda temporary: _write_bytes(temporary, data))


def make_folder(folder: Path) -> None:
    """Make a folder and the folders above it, so that a power cut does not lose its name."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync(folder.parent)


def _write_bytes(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def sync(path: Path) -> None:
    """Wait until a file's content, or a folder's names, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
