"""Saved label volumes and their SEGs on disk: written once, whole, and never changed.

They lie at `<folder>/<image id>/<label id><suffix>`; the ledger keeps the part below the folder.
"""

import hashlib
import logging
import re
import time
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lib.datastore.durable import TEMPORARY_PREFIX, write_bytes_whole
from lib.datastore.ids import check_image_id, check_label_id
from lib.errors import InvalidIdError, LabelFileLostError

logger = logging.getLogger(__name__)

ORPHANS: Final = "lost+found"
"""Where whole files go that no label needs. No image id is called so: none has a `+`."""

ORPHAN_AFTER_S: Final = 3600.0
"""Younger files may belong to a label that is just being saved."""

_SUFFIX: Final = re.compile(r"(\.[a-z0-9]{1,8}){1,3}")
_READ_ONLY: Final = 0o444


@dataclass(frozen=True)
class StoredFile:
    """A file that was written: its name below the folder, and what it holds."""

    name: str
    sha256: str


class LabelFiles:
    """The folder of saved labels."""

    def __init__(self, folder: Path) -> None:
        """Open the folder; it is made with the first label."""
        self._folder = folder

    def write(self, image_id: str, label_id: str, suffix: str, data: bytes) -> StoredFile:
        """Store a file under its final name.

        Raises:
            DiskFullError: There is no room; nothing is left behind.
            InvalidIdError: An id or the suffix cannot be part of a file name.
        """
        if _SUFFIX.fullmatch(suffix) is None:
            raise InvalidIdError("file suffix", suffix)
        name = f"{check_image_id(image_id)}/{check_label_id(label_id)}{suffix}"
        path = self._folder / name
        if path.exists():
            raise FileExistsError(f"label file {name} exists, and labels never change")
        write_bytes_whole(path, data)
        with suppress(PermissionError):
            path.chmod(_READ_ONLY)
        return StoredFile(name, hashlib.sha256(data).hexdigest())

    def path(self, name: str) -> Path:
        """Return where a file of the ledger lies, or raise LabelFileLostError."""
        path = self._folder / name
        if not path.is_file():
            raise LabelFileLostError(name)
        return path

    def read(self, name: str, sha256: str) -> bytes:
        """Return a file's bytes as they were saved.

        Raises:
            LabelFileLostError: It is not there, or something else than was saved.
        """
        data = self.path(name).read_bytes()
        if hashlib.sha256(data).hexdigest() != sha256:
            raise LabelFileLostError(name)
        return data

    def discard(self, names: Collection[str]) -> None:
        """Remove files of a label that could not be saved."""
        for name in names:
            (self._folder / name).unlink(missing_ok=True)

    def sweep(self, known: Collection[str], now_s: float | None = None) -> int:
        """Clear away, once they are an hour old, files that no label needs; returns how many.

        Half-written ones are deleted. Whole ones go to the folder `lost+found`: should the ledger be
        an old one from a backup, they are people's work.
        """
        old = (time.time() if now_s is None else now_s) - ORPHAN_AFTER_S
        n_cleared = 0
        for path in self._all_files():
            name = path.relative_to(self._folder).as_posix()
            if name not in known and path.stat().st_ctime < old:
                self._clear(path)
                n_cleared += 1
        if n_cleared:
            logger.warning("cleared away %d label files that no label needs", n_cleared)
        return n_cleared

    def _all_files(self) -> Iterator[Path]:
        for folder in self._folder.glob("*/"):
            if folder.name != ORPHANS:
                yield from (path for path in folder.iterdir() if path.is_file())

    def _clear(self, path: Path) -> None:
        if path.name.startswith(TEMPORARY_PREFIX):
            path.unlink(missing_ok=True)
            return
        orphan = self._folder / ORPHANS / path.parent.name / path.name
        orphan.parent.mkdir(parents=True, exist_ok=True)
        path.rename(orphan)
