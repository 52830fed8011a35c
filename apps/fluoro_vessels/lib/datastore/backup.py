"""A backup of the data folder in one file, made while the server runs.

The ledger is copied first, as of one moment; the files that it names were written before it named them and
never change, so all of them are still there afterwards. Pointers to live models are read before the versions
that they name. Images are not in it: they are the PACS'.
"""

import hashlib
import io
import json
import os
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final

from sqlalchemy import URL

from lib.datastore.durable import TEMPORARY_PREFIX, disk_full_says_so
from lib.datastore.label_store import SAVED_FOLDER
from lib.datastore.ledger import LEDGER_FILE, Ledger
from lib.datastore.patients import KEY_FILE
from lib.errors.backup import BackupExistsError, NothingToBackUpError

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
"""Last in the file: a backup that was cut off has none."""

POINTERS: Final = "**/live.json"
WHOLE_FOLDERS: Final = ("labels", "access", "models", "measurements")
"""People's labels, who may, models and accepted measurements: small, and copied as they are."""

ROOTS: Final = (LEDGER_FILE, SAVED_FOLDER, KEY_FILE, *WHOLE_FOLDERS)
"""All that may lie at the top of a backup."""

_PRIVATE: Final = 0o600


@dataclass(frozen=True)
class Entry:
    """A file of a backup: its size in bytes and its SHA-256."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a backup holds.

    Attributes:
        created_at: UTC, ISO 8601.
        has_ledger: False where the ledger is dumped by its own tool.
        files: By path below the data folder.
        missing: Files of labels that the ledger names and the folder has not.
    """

    created_at: str
    has_ledger: bool
    files: dict[str, Entry]
    missing: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return what is written into the backup."""
        return {"format": FORMAT, **asdict(self)}


def back_up(data: Path, target: Path, *, with_ledger: bool = True) -> Manifest:
    """Write a backup of a data folder; the file is there whole, or not at all.

    Raises:
        BackupExistsError: The target is there.
        NothingToBackUpError: The folder has no ledger.
        DiskFullError: There is no room at the target.
    """
    if target.exists():
        raise BackupExistsError(target)
    if with_ledger and not (data / LEDGER_FILE).is_file():
        raise NothingToBackUpError(data)
    unfinished = target.with_name(f"{TEMPORARY_PREFIX}{target.name}")
    with disk_full_says_so(target.parent):
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with open(unfinished, "wb", opener=_private) as file:
                manifest = _write(data, file, with_ledger)
                os.fsync(file.fileno())
            unfinished.rename(target)
        finally:
            unfinished.unlink(missing_ok=True)
    return manifest


def _write(data: Path, file: IO[bytes], with_ledger: bool) -> Manifest:
    files: dict[str, Entry] = {}
    missing: list[str] = []
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive:
        names = _ledger(data, archive, files) if with_ledger else _all_labels(data)
        for name in (*names, *_others(data)):
            try:
                files[name] = _add(archive, name, (data / name).read_bytes())
            except FileNotFoundError:
                missing.append(name)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        manifest = Manifest(now, with_ledger, files, tuple(missing))
        _add(archive, MANIFEST, json.dumps(manifest.as_json()).encode())
    return manifest


def _ledger(data: Path, archive: tarfile.TarFile, files: dict[str, Entry]) -> list[str]:
    """Add the ledger as of now; returns which files of labels it names."""
    with tempfile.TemporaryDirectory(prefix=TEMPORARY_PREFIX, dir=data) as folder:
        copy = Path(folder) / LEDGER_FILE
        with closing(sqlite3.connect(data / LEDGER_FILE)) as live, closing(sqlite3.connect(copy)) as frozen:
            live.backup(frozen)
            frozen.execute("PRAGMA journal_mode = DELETE")
        files[LEDGER_FILE] = _add(archive, LEDGER_FILE, copy.read_bytes())
        ledger = Ledger(URL.create("sqlite", database=str(copy)))
        try:
            return [f"{SAVED_FOLDER}/{name}" for name in sorted(ledger.files())]
        finally:
            ledger.close()


def _all_labels(data: Path) -> list[str]:
    return sorted(_below(data, data / SAVED_FOLDER))


def _others(data: Path) -> Iterator[str]:
    """Yield what else must not be lost, pointers before what they point to."""
    if (data / KEY_FILE).is_file():
        yield KEY_FILE
    for folder in WHOLE_FOLDERS:
        pointers = sorted(path.relative_to(data).as_posix() for path in (data / folder).glob(POINTERS))
        yield from pointers
        yield from sorted(set(_below(data, data / folder)) - set(pointers))


def _below(data: Path, folder: Path) -> Iterator[str]:
    """Yield the whole files below a folder; not those that are being written."""
    for path in folder.rglob("*"):
        parts = path.relative_to(data).parts
        is_whole = not any(part.startswith((TEMPORARY_PREFIX, ".")) for part in parts)
        if is_whole and path.is_file() and not path.is_symlink():
            yield path.relative_to(data).as_posix()


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> Entry:
    """Add a file; returns what the manifest says of it."""
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), _PRIVATE
    archive.addfile(member, io.BytesIO(content))
    return Entry(len(content), hashlib.sha256(content).hexdigest())


def _private(path: str, flags: int) -> int:
    """Open a file that nobody else may read: the backup has keys."""
    return os.open(path, flags, _PRIVATE)
