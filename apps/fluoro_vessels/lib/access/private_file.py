"""Small files that only this server's user may write: read whole, replaced whole."""

import fcntl
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lib.errors import KeyFileError


def read_private(path: Path) -> str:
    """Return the text of a file.

    Raises:
        KeyFileError: It cannot be read, or others than its owner could have written it.
    """
    try:
        with path.open(encoding="utf-8") as file:
            if os.fstat(file.fileno()).st_mode & (stat.S_IWGRP | stat.S_IWOTH):
                raise KeyFileError(path, "others than its owner may write to it; run `chmod go-w` on it")
            return file.read()
    except OSError as error:
        raise KeyFileError(path, (error.strerror or "it cannot be read").lower()) from error


def write_private(path: Path, text: str) -> None:
    """Replace a file at once by one that only its owner may read and write.

    Raises:
        KeyFileError: There is no room, or the folder may not be written.
    """
    try:
        handle, part = tempfile.mkstemp(dir=_folder(path), prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(part).replace(path)
        finally:
            Path(part).unlink(missing_ok=True)
    except OSError as error:
        raise KeyFileError(path, (error.strerror or "it cannot be written").lower()) from error


@contextmanager
def changing(path: Path) -> Iterator[None]:
    """Let nobody else change a file meanwhile, in this process or another.

    Raises:
        KeyFileError: The folder may not be written.
    """
    try:
        lock = (_folder(path) / f".{path.name}.lock").open("w")
    except OSError as error:
        raise KeyFileError(path, (error.strerror or "it cannot be written").lower()) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _folder(path: Path) -> Path:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path.parent
