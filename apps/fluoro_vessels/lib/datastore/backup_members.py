"""The archive of a backup as it is written: what went into it, and what was gone when it was its turn."""

import hashlib
import io
import os
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

PRIVATE: Final = 0o600


@dataclass(frozen=True)
class Entry:
    """A file of a backup: its size in bytes and its SHA-256."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Members:
    """Files of an archive that is being written.

    Attributes:
        archive: The archive.
        entries: What is in it, by name.
    """

    archive: tarfile.TarFile
    entries: dict[str, Entry] = field(default_factory=dict)

    def add(self, name: str, path: Path) -> None:
        """Add a file in pieces, so that a large one fits into memory; raises FileNotFoundError."""
        with path.open("rb") as file:
            self._add(name, os.fstat(file.fileno()).st_size, file)

    def add_bytes(self, name: str, content: bytes) -> None:
        """Add what is no file."""
        self._add(name, len(content), io.BytesIO(content))

    def add_below(self, folder: Path, names: Iterable[str]) -> set[str]:
        """Add files below a folder; returns the names of those that are not there any more."""
        gone = set()
        for name in names:
            try:
                self.add(name, folder / name)
            except FileNotFoundError:
                gone.add(name)
        return gone

    def _add(self, name: str, size: int, file: IO[bytes]) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, PRIVATE
        source = _Hashed(file)
        self.archive.addfile(member, source)
        self.entries[name] = Entry(size, source.digest.hexdigest())


class _Hashed:
    """Reads a file and takes the digest of what was read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, as a file does."""
        content = self._file.read(size)
        self.digest.update(content)
        return content
