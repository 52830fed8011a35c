"""What was found out about labels, in small JSON files: a label never changes, so neither does its result."""

import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from lib.datastore.durable import write_bytes_whole

QUALITY_FOLDER: Final = "quality"
"""Where results lie in the data folder; it may be deleted at any time."""


class Results:
    """Results by name; every file is read once. Safe for several threads and processes."""

    def __init__(self, folder: Path) -> None:
        """Open the folder; it is made with the first result."""
        self._folder = folder
        self._known: dict[str, dict[str, Any]] = {}
        self._lock = threading.Lock()

    def get(self, name: str) -> dict[str, Any] | None:
        """Return a result, None where nobody found it out yet or its file cannot be read."""
        with self._lock:
            known = self._known.get(name)
        if known is not None:
            return known
        try:
            found = json.loads(self._path(name).read_bytes())
        except (OSError, ValueError):
            return None
        if not isinstance(found, dict):
            return None
        with self._lock:
            self._known[name] = found
        return found

    def put(self, name: str, result: Mapping[str, Any]) -> None:
        """Keep a result.

        Raises:
            DiskFullError: There is no room.
        """
        write_bytes_whole(self._path(name), json.dumps(result).encode())

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.json"
