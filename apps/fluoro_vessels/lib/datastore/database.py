"""One door to the ledger's data base: how it is opened, locked, migrated, and how it fails."""

import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from lib.datastore.file_lock import locked
from lib.errors import DiskFullError, FluoroError, LedgerBusyError, LedgerError

BUSY_TIMEOUT_MS: Final = 30_000
"""How long a write waits for another process's write."""

_MIGRATIONS: Final = Path(__file__).parent / "migrations"
_TRIES: Final = 5
_ROOM_BYTES: Final = 1_000_000
"""With less than this free, an input/output error of SQLite means a full disk."""
_POSTGRES_DISK_FULL: Final = "53100"
_migrating: Final = threading.Lock()

T = TypeVar("T")


class Database:
    """An engine with two kinds of transactions: reading and writing."""

    def __init__(self, url: str | URL) -> None:
        """Open a data base, create it if it is new, and bring its tables up to date.

        Raises:
            LedgerError: It cannot be opened, or a newer program wrote it.
        """
        self._url = make_url(url)
        self._file = _sqlite_file(self._url)
        self._engine = create_engine(self._url, **_options(self._file))
        if self._file is not None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            event.listen(self._engine, "connect", _prepare_sqlite)
            event.listen(self._engine, "begin", _begin_sqlite)
        self._writer = self._engine.execution_options(writes=True)
        self._migrate()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection that sees one state of the data base and changes nothing."""
        with self._failing_clearly(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Yield a connection whose changes are stored together at the end, or not at all."""
        with self._failing_clearly(), self._writer.begin() as connection:
            yield connection

    def write(self, change: Callable[[Connection], T]) -> T:
        """Run a change in a transaction; again when another process stored the same key first."""
        for _ in range(_TRIES - 1):
            try:
                with self.writing() as connection:
                    return change(connection)
            except IntegrityError:
                continue
        with self.writing() as connection:
            return change(connection)

    def close(self) -> None:
        """Let go of all connections."""
        self._engine.dispose()

    def _migrate(self) -> None:
        """Bring the tables to the newest revision; processes that start together take turns."""
        with _migrating, self._failing_clearly():
            if self._file is None:
                self._upgrade_or_find_it_done()
                return
            with locked(self._file.with_name(f"{self._file.name}.opening")):
                self._upgrade()

    def _upgrade_or_find_it_done(self) -> None:
        """Upgrade a server's data base, where another host may be doing the same."""
        try:
            self._upgrade()
        except DBAPIError:
            self._upgrade()

    def _upgrade(self) -> None:
        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
        newest = ScriptDirectory.from_config(config)
        with self._engine.connect() as connection:
            present = MigrationContext.configure(connection).get_current_revision()
        if present == newest.get_current_head():
            return
        if present is not None and present not in {script.revision for script in newest.walk_revisions()}:
            raise LedgerError(f"a newer program wrote it, revision {present}")
        with self._writer.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    @contextmanager
    def _failing_clearly(self) -> Iterator[None]:
        """Turn what a data base driver raises into our errors; a taken key stays IntegrityError."""
        try:
            yield
        except IntegrityError:
            raise
        except PoolTimeoutError as error:
            raise LedgerBusyError("all connections are in use") from error
        except DBAPIError as error:
            raise self._told(error) from error

    def _told(self, error: DBAPIError) -> FluoroError:
        """Return what a driver's error means."""
        if self._means_disk_full(error.orig):
            return DiskFullError(str(self._file.parent if self._file else self._url.host))
        if _means_busy(error):
            return LedgerBusyError(str(error.orig))
        return LedgerError(str(error.orig))

    def _means_disk_full(self, cause: BaseException | None) -> bool:
        code = _sqlite_code(cause)
        if code == sqlite3.SQLITE_IOERR and self._file is not None:
            return shutil.disk_usage(self._file.parent).free < _ROOM_BYTES
        return code == sqlite3.SQLITE_FULL or getattr(cause, "sqlstate", None) == _POSTGRES_DISK_FULL


def _means_busy(error: DBAPIError) -> bool:
    """Return whether the same statement may succeed later."""
    code = _sqlite_code(error.orig)
    if code is None:
        return isinstance(error, OperationalError)
    return code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _sqlite_code(error: BaseException | None) -> int | None:
    """Return SQLite's primary result code, None for another data base."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def _sqlite_file(url: URL) -> Path | None:
    """Return where a SQLite ledger lies, None for another data base."""
    if url.get_backend_name() != "sqlite":
        return None
    if url.database in (None, "", ":memory:"):
        raise LedgerError("it would be kept only in memory; name a file")
    return Path(str(url.database))


def _options(file: Path | None) -> dict[str, Any]:
    """Return what the engine needs beside the URL; values stay out of messages and logs."""
    special = {"connect_args": {"timeout": BUSY_TIMEOUT_MS / 1000}} if file else {"pool_pre_ping": True}
    return {"hide_parameters": True, **special}


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    """Leave transactions to SQLAlchemy; readers and one writer at a time; check foreign keys."""
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at the beginning: a later upgrade of a read lock could fail at once."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
