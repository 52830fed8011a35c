"""How much the data folder may hold: looked at before something large is taken in."""

import os
import threading
import time
from collections.abc import Collection
from pathlib import Path
from typing import Final

from lib.errors.limits import QuotaReachedError

GIGA: Final = 1e9
LOOK_AGAIN_S: Final = 30.0
"""So long a count is believed; what was taken in since is added to it."""

BOUNDED: Final = ("cache", "logs")
"""Folders with bounds of their own."""


class Quota:
    """Refuses what would not fit. Threads may share one."""

    def __init__(self, folder: Path, limit_gb: float | None) -> None:
        """Guard a data folder; None lets it grow as far as the disk goes."""
        self._folder = folder
        self._limit_gb = limit_gb
        self._counting = threading.Lock()
        self._used = 0
        self._counted_at = float("-inf")

    @property
    def is_limited(self) -> bool:
        """There is something to look at."""
        return self._limit_gb is not None

    def require_room(self, n_bytes: int) -> None:
        """Make sure that so many bytes more would fit, and count them as taken in.

        Raises:
            QuotaReachedError: They would not.
        """
        if self._limit_gb is None:
            return
        with self._counting:
            if time.monotonic() - self._counted_at > LOOK_AGAIN_S:
                self._used, self._counted_at = size_of(self._folder, BOUNDED), time.monotonic()
            if self._used + n_bytes > self._limit_gb * GIGA:
                raise QuotaReachedError(self._limit_gb)
            self._used += n_bytes


def size_of(folder: Path, without: Collection[str] = ()) -> int:
    """Return the bytes of all files below a folder, but not in some folders right below it."""
    total, waiting = 0, [entry for entry in _entries(folder) if entry.name not in without]
    while waiting:
        entry = waiting.pop()
        if entry.is_dir(follow_symlinks=False):
            waiting += _entries(Path(entry.path))
        else:
            total += _size(entry)
    return total


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """Return what lies in a folder; nothing if it went meanwhile."""
    try:
        with os.scandir(folder) as found:
            return list(found)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return []


def _size(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat(follow_symlinks=False).st_size
    except FileNotFoundError:
        return 0
