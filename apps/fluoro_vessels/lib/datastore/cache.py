"""The disk cache of what can be had again from the PACS: bounded, whole files only, for several processes.

A file is called `<image id><suffix>`, such as `1.2.3.dcm` or `1.2.3.nii.gz`. Its access time says
when it was last used; the cache sets it, so file systems that keep none do no harm.
"""

import logging
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lib.datastore.durable import TEMPORARY_PREFIX, write_whole
from lib.datastore.file_lock import locked, locked_if_free
from lib.datastore.ids import check_image_id
from lib.errors import DiskFullError, InvalidIdError

logger = logging.getLogger(__name__)

KEEP_S: Final = 600.0
"""What was used in the last ten minutes stays: somebody may be reading it."""

_STALE_S: Final = 3600.0
"""A temporary file this old belongs to a process that died."""
_SUFFIX: Final = re.compile(r"\.nii\.gz|\.(?!gz$)[a-z0-9]{1,16}")
"""What may follow an image id; a file's name then says its id without doubt."""
_LOCKS: Final = "locks"


@dataclass(frozen=True)
class _Cached:
    """A file of the cache; `used` in seconds since 1970, `size` in bytes."""

    path: Path
    used: float
    size: int


@dataclass(frozen=True)
class CacheUse:
    """How full a cache is, in bytes, and how often what somebody wanted was there since it was opened."""

    n_bytes: int
    limit_bytes: int
    n_hits: int
    n_misses: int


class RunCache:
    """Files of runs below a folder, the least recently used of which go first."""

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        """Open a cache; what a process that died left half-written goes away."""
        self._folder = folder
        self._limit_bytes = limit_bytes
        self._n_hits = self._n_misses = 0
        (folder / _LOCKS).mkdir(parents=True, exist_ok=True)
        self._sweep()

    def get(self, image_id: str, suffix: str) -> Path | None:
        """Return a file if it is there; it then stays for at least ten minutes.

        Waits while somebody makes it.
        """
        path = self._path(image_id, suffix)
        with self._lock(path):
            return path if _touch(path) else None

    def put(self, image_id: str, suffix: str, data: bytes) -> Path:
        """Store bytes, whole or not at all; what lay there before is replaced.

        Raises:
            DiskFullError: There is no room, even after the cache gave up what it could.
        """
        path = self._path(image_id, suffix)
        with self._lock(path):
            self._write(path, lambda temporary: _write_bytes(temporary, data))
        self._evict(self._limit_bytes)
        return path

    def make(self, image_id: str, suffix: str, write: Callable[[Path], None]) -> Path:
        """Return a file, and let `write` make it first if it is not there.

        Of all threads and processes that want it, one makes it. `write` fills the path that it is
        given and may ask the cache for other files of the run, as a NIfTI needs its DICOM. What
        it raises comes through, and nothing is kept.
        """
        path = self._path(image_id, suffix)
        with self._lock(path):
            if _touch(path):
                self._n_hits += 1
                return path
            self._n_misses += 1
            self._write(path, write)
        self._evict(self._limit_bytes)
        return path

    def size_bytes(self) -> int:
        """Return how much the cache holds."""
        return sum(file.size for file in self._files())

    def use(self) -> CacheUse:
        """Return how full the cache is and how well it serves."""
        return CacheUse(self.size_bytes(), self._limit_bytes, self._n_hits, self._n_misses)

    def _path(self, image_id: str, suffix: str) -> Path:
        if _SUFFIX.fullmatch(suffix) is None:
            raise InvalidIdError("file suffix", suffix)
        return self._folder / f"{check_image_id(image_id)}{suffix}"

    def _lock(self, path: Path) -> AbstractContextManager[None]:
        return locked(self._lock_file(path))

    def _lock_file(self, path: Path) -> Path:
        return self._folder / _LOCKS / path.name

    def _write(self, path: Path, write: Callable[[Path], None]) -> None:
        """Write a file; if the disk is full, make room and try once more."""
        try:
            write_whole(path, write)
        except DiskFullError:
            if not self._evict(0):
                raise
            write_whole(path, write)

    def _evict(self, limit_bytes: int) -> int:
        """Remove what was not used for longest until the rest fits; returns how many files went."""
        files = sorted(self._files(), key=lambda file: file.used)
        size, n_removed = sum(file.size for file in files), 0
        for file in files:
            if size <= limit_bytes or file.used > time.time() - KEEP_S:
                break
            if self._remove_if_idle(file.path):
                size, n_removed = size - file.size, n_removed + 1
        if n_removed:
            logger.info("removed %d files from the cache, %.1f MB remain", n_removed, size / 1e6)
        return n_removed

    def _remove_if_idle(self, path: Path) -> bool:
        """Remove a file unless somebody holds its lock or has just used it."""
        with locked_if_free(self._lock_file(path)) as is_held:
            if not is_held or _last_used(path) > time.time() - KEEP_S:
                return False
            path.unlink(missing_ok=True)
            return True

    def _files(self) -> Iterator[_Cached]:
        """Yield the whole files."""
        for entry in os.scandir(self._folder):
            if entry.is_file() and not entry.name.startswith(TEMPORARY_PREFIX):
                yield from _cached(Path(entry.path))

    def _sweep(self) -> None:
        """Remove half-written files of processes that died."""
        for path in self._folder.glob(f"{TEMPORARY_PREFIX}*"):
            if _last_used(path) < time.time() - _STALE_S:
                path.unlink(missing_ok=True)


def _touch(path: Path) -> bool:
    """Note that a file is used now; returns whether it is there."""
    try:
        os.utime(path, (time.time(), path.stat().st_mtime))
    except FileNotFoundError:
        return False
    return True


def _cached(path: Path) -> Iterator[_Cached]:
    """Yield a file as the cache sees it, or nothing if it went meanwhile."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return
    yield _Cached(path, max(status.st_atime, status.st_mtime), status.st_size)


def _last_used(path: Path) -> float:
    """Return when a file was last used, in seconds since 1970; 0 if it is not there."""
    return next((file.used for file in _cached(path)), 0.0)


def _write_bytes(path: Path, data: bytes) -> None:
    path.write_bytes(data)
