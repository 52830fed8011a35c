"""A backup back into an empty data folder: checked as a whole first, put in place afterwards."""

import hashlib
import json
import os
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final

from lib.datastore.backup import FORMAT, MANIFEST, ROOTS, Manifest
from lib.datastore.backup_members import PRIVATE, Entry
from lib.datastore.durable import TEMPORARY_PREFIX, disk_full_says_so, sync
from lib.datastore.label_store import SAVED_FOLDER
from lib.datastore.ledger import LEDGER_FILE
from lib.errors.backup import BackupDamagedError, RestoreTargetError

_READ_ONLY: Final = 0o444
_PIECE: Final = 1 << 20


def check_backup(path: Path) -> Manifest:
    """Return what a backup holds, after every byte of it was read.

    Raises:
        BackupDamagedError: It is no backup, was cut off or was changed.
    """
    with _opened(path) as archive:
        return _checked(path, archive, None)


def restore(path: Path, data: Path) -> Manifest:
    """Put a backup into a data folder that has none of what it holds; all of it, or nothing.

    Raises:
        RestoreTargetError: Something of it is there already.
        BackupDamagedError: It is no backup, was cut off or was changed; the folder is as it was.
        DiskFullError: There is no room; the folder is as it was.
    """
    _require_empty(data)
    with disk_full_says_so(data):
        data.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f"{TEMPORARY_PREFIX}restore-", dir=data) as name:
            folder = Path(name)
            with _opened(path) as archive:
                manifest = _checked(path, archive, folder)
            _require_whole_ledger(path, folder, manifest)
            os.sync()  # all that a name is given to is on the disk
            for root in reversed(ROOTS):  # the ledger last: without it nothing was restored
                if (folder / root).exists():
                    (folder / root).rename(data / root)
            sync(data)
    return manifest


def _require_empty(data: Path) -> None:
    for root in ROOTS:
        there = data / root
        if there.is_file() or (there.is_dir() and any(there.iterdir())):
            raise RestoreTargetError(data, root)
        if there.is_dir():
            there.rmdir()


@contextmanager
def _opened(path: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(path, "r:") as archive:
            yield archive
    except (tarfile.TarError, EOFError) as error:
        raise BackupDamagedError(path, "it is no backup, or was cut off") from error
    except FileNotFoundError as error:
        raise BackupDamagedError(path, "there is no such file") from error


def _checked(path: Path, archive: tarfile.TarFile, folder: Path | None) -> Manifest:
    """Read all of a backup, copy it to a folder where one is given, and compare it with its manifest."""
    found: dict[str, Entry] = {}
    manifest: Manifest | None = None
    for member in archive:
        source = archive.extractfile(member) if member.isfile() else None
        if source is None or manifest is not None:
            raise BackupDamagedError(path, f"{member.name[:80]!r} does not belong into it")
        if member.name == MANIFEST:
            manifest = _manifest(path, source.read())
        else:
            _require_inside(path, member.name)
            found[member.name] = _copy(source, None if folder is None else folder / member.name)
    if manifest is None:
        raise BackupDamagedError(path, "it was cut off")
    _require_same(path, manifest.files, found)
    return manifest


def _require_inside(path: Path, name: str) -> None:
    """Refuse a member that would lie elsewhere than a backup's files do."""
    pure = PurePosixPath(name)
    if pure.is_absolute() or ".." in pure.parts or pure.parts[:1] == () or pure.parts[0] not in ROOTS:
        raise BackupDamagedError(path, f"{name[:80]!r} does not belong into it")


def _copy(source: IO[bytes], target: Path | None) -> Entry:
    """Read a member in pieces, into a file where one is named."""
    if target is None:
        return _drain(source, None)
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        entry = _drain(source, file)
    target.chmod(_READ_ONLY if SAVED_FOLDER in target.parts else PRIVATE)
    return entry


def _drain(source: IO[bytes], file: IO[bytes] | None) -> Entry:
    size, digest = 0, hashlib.sha256()
    while piece := source.read(_PIECE):
        size += len(piece)
        digest.update(piece)
        if file is not None:
            file.write(piece)
    return Entry(size, digest.hexdigest())


def _manifest(path: Path, text: bytes) -> Manifest:
    try:
        told: dict[str, Any] = json.loads(text)
        number = told.pop("format")
        told["files"] = {name: Entry(**entry) for name, entry in told["files"].items()}
        manifest = Manifest(**{**told, "missing": tuple(told["missing"])})
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BackupDamagedError(path, "its manifest cannot be read") from error
    if number != FORMAT:
        raise BackupDamagedError(path, f"it has format {number}, which a newer program wrote")
    return manifest


def _require_same(path: Path, wanted: dict[str, Entry], found: dict[str, Entry]) -> None:
    for name in sorted(wanted.keys() | found.keys()):
        if wanted.get(name) != found.get(name):
            raise BackupDamagedError(path, f"{name} is missing or was changed")


def _require_whole_ledger(path: Path, folder: Path, manifest: Manifest) -> None:
    """Let SQLite look through the ledger."""
    if not manifest.has_ledger:
        return
    try:
        with closing(sqlite3.connect(folder / LEDGER_FILE)) as ledger:
            said = ledger.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.Error as error:
        raise BackupDamagedError(path, "its ledger is no data base") from error
    if said != "ok":
        raise BackupDamagedError(path, "its ledger is damaged")
