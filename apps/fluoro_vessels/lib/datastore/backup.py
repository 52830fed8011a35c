"""A backup of the data folder in one file, made while the server runs.

The ledger is copied first, as of one moment; the files that it names were written before it named them and
never change, so all of them are still there afterwards. Only what is on its way by DICOM may have left
meanwhile: then the ledger is copied anew, until every object that it says to be here is in the backup.
Pointers to live models are read before the versions that they name. Images are not in it: they are the PACS'.
"""

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

from lib.datastore import push_shelf, spool
from lib.datastore.backup_members import PRIVATE, Entry, Members
from lib.datastore.durable import TEMPORARY_PREFIX, disk_full_says_so, sync
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

QUEUES: Final = (spool.FOLDER, push_shelf.FOLDER)
"""What nodes stored here and the PACS has not got yet, and what nodes are to get."""

ROOTS: Final = (LEDGER_FILE, SAVED_FOLDER, KEY_FILE, *WHOLE_FOLDERS, *QUEUES)
"""All that may lie at the top of a backup."""

MOST_COPIES: Final = 10
"""So often the ledger is copied at most; with more a burst could keep a backup from ending."""


@dataclass(frozen=True)
class Manifest:
    """What a backup holds.

    Attributes:
        created_at: UTC, ISO 8601.
        has_ledger: False where the ledger is dumped by its own tool.
        files: By path below the data folder.
        missing: Files of labels and of objects on their way that the ledger names and the folder has not.
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
            sync(target.parent)
        finally:
            unfinished.unlink(missing_ok=True)
    return manifest


def _write(data: Path, file: IO[bytes], with_ledger: bool) -> Manifest:
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive:
        members = Members(archive)
        missing = _ledger(data, members) if with_ledger else _without_ledger(data, members)
        missing |= members.add_below(data, _others(data))
        now = datetime.now(UTC).isoformat(timespec="seconds")
        manifest = Manifest(now, with_ledger, dict(members.entries), tuple(sorted(missing)))
        members.add_bytes(MANIFEST, json.dumps(manifest.as_json()).encode())
    return manifest


def _ledger(data: Path, members: Members) -> set[str]:
    """Add the ledger as of one moment and what it names; returns what of that is not there."""
    with tempfile.TemporaryDirectory(prefix=TEMPORARY_PREFIX, dir=data) as folder:
        copy, gone = Path(folder) / LEDGER_FILE, set[str]()
        for _ in range(MOST_COPIES):
            before = gone
            labels, queued = _freeze(data, copy)
            gone = members.add_below(data, sorted(queued - members.entries.keys()))
            if gone <= before:
                break
        members.add(LEDGER_FILE, copy)
        return gone | members.add_below(data, sorted(labels))


def _freeze(data: Path, copy: Path) -> tuple[set[str], set[str]]:
    """Copy the ledger as of now; returns which files of labels, and of objects on their way, it names."""
    copy.unlink(missing_ok=True)
    with closing(sqlite3.connect(data / LEDGER_FILE)) as live, closing(sqlite3.connect(copy)) as frozen:
        live.backup(frozen)
    with closing(Ledger(URL.create("sqlite", database=str(copy)))) as ledger:
        received, pushed = ledger.spooled_files(), ledger.needed_push_files()
        labels = {f"{SAVED_FOLDER}/{name}" for name in ledger.files()}
    with closing(sqlite3.connect(copy)) as frozen:
        frozen.execute("PRAGMA journal_mode = DELETE")
    spooled = {f"{spool.FOLDER}/{name}" for name in received}
    return labels, spooled | {f"{push_shelf.FOLDER}/{name}" for name in pushed}


def _without_ledger(data: Path, members: Members) -> set[str]:
    """Add what a ledger that is elsewhere may name; returns the labels that are not there any more."""
    for folder in QUEUES:
        members.add_below(data, sorted(_below(data, data / folder)))
    return members.add_below(data, sorted(_below(data, data / SAVED_FOLDER)))


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


def _private(path: str, flags: int) -> int:
    """Open a file that nobody else may read: the backup has keys."""
    return os.open(path, flags, PRIVATE)
