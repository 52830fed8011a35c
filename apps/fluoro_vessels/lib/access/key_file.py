"""The API keys of a server: a small file that `fluoro keys` writes and the running server reads.

It holds no key, only digests of them. A change holds from the next request on, without a restart.
"""

import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any, Final

from lib.access.api_key import digest, id_in, is_same, new_key
from lib.access.person import checked_name
from lib.access.private_file import changing, read_private, write_private
from lib.access.roles import Role, role_named
from lib.errors import InvalidInputError, KeyFileError, KeyNotFoundError, KeyRefusedError, UnknownKeyError
from lib.sections.access import AuthSettings

FILE: Final = Path("access") / "keys.json"
"""Where the file is in the data folder, unless the settings say otherwise."""

_VERSION: Final = 1


@dataclass(frozen=True)
class KeyRecord:
    """What is known of a key.

    Attributes:
        id: The digits in the key; no secret.
        name: Whose key it is.
        role: What it lets its owner do.
        sha256: The digest of the key.
        created_at, expires_at, revoked_at: ISO 8601 with the zone; None: never.
    """

    id: str
    name: str
    role: Role
    sha256: str
    created_at: str
    expires_at: str | None = None
    revoked_at: str | None = None

    def problem(self, now: datetime) -> str:
        """Return why the key is no longer good, '' where it is."""
        if self.revoked_at is not None:
            return "was revoked"
        if self.expires_at is not None and now >= datetime.fromisoformat(self.expires_at):
            return f"expired at {self.expires_at}"
        return ""


class KeyFile:
    """Reads and changes the file; safe for several processes at once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = Lock()
        self._seen: tuple[int, int, int] | None = None
        self._keys: dict[str, KeyRecord] = {}

    def records(self) -> tuple[KeyRecord, ...]:
        """Return all keys, also those that are no longer good, the oldest first.

        Raises:
            KeyFileError: The file cannot be read, or somebody else could write to it.
        """
        return tuple(self._current().values())

    def check(self, key: str, now: datetime | None = None) -> KeyRecord:
        """Return what is known of a key that somebody shows.

        Raises:
            UnknownKeyError: It is no key of this server.
            KeyRefusedError: It is no longer good.
            KeyFileError: The file cannot be used.
        """
        record = self._current().get(id_in(key) or "")
        if record is None or not is_same(key, record.sha256):
            raise UnknownKeyError
        return self.good(record.id, now)

    def good(self, key_id: str, now: datetime | None = None) -> KeyRecord:
        """Return a key by its id if it still opens anything.

        Raises:
            KeyRefusedError: It does not.
        """
        record = self._current().get(key_id)
        if record is None:
            raise UnknownKeyError
        if problem := record.problem(now or datetime.now(UTC)):
            raise KeyRefusedError(problem)
        return record

    def has(self, key_id: str) -> bool:
        """Return whether there is or was a key of this id."""
        return key_id in self._current()

    def add(self, name: str, role: Role, days: float | None = None) -> tuple[KeyRecord, str]:
        """Make a key; return what is kept of it, and the key, which nobody can find out later.

        Args:
            name: Whose it is; a person may have several.
            role: What it lets them do.
            days: After so long it is no longer good; None: it stays good until it is revoked.
        """
        now = datetime.now(UTC)
        with changing(self.path):
            keys = self._current()
            key_id, key = new_key()
            while key_id in keys:
                key_id, key = new_key()
            until = None if days is None else _text(now + timedelta(days=days))
            record = KeyRecord(key_id, checked_name(name), role, digest(key), _text(now), until)
            self._write({**keys, key_id: record})
        return record, key

    def revoke(self, wanted: str) -> list[KeyRecord]:
        """Revoke a key by its id, or all keys of a name; return those that were good until now.

        Raises:
            KeyNotFoundError: There is none that is not revoked already.
        """
        with changing(self.path):
            keys = self._current()
            found = [key for key in keys.values() if wanted in (key.id, key.name) and key.revoked_at is None]
            if not found:
                raise KeyNotFoundError(wanted)
            now = _text(datetime.now(UTC))
            revoked = [replace(key, revoked_at=now) for key in found]
            self._write({**keys, **{key.id: key for key in revoked}})
        return revoked

    def _current(self) -> dict[str, KeyRecord]:
        """Return the keys as the file has them now; it is read again only after a change."""
        with self._lock:
            try:
                state = self.path.stat()
            except FileNotFoundError:
                self._seen, self._keys = None, {}
                return self._keys
            except OSError as error:
                raise KeyFileError(self.path, error.strerror or "it cannot be read") from error
            seen = (state.st_mtime_ns, state.st_size, state.st_ino)
            if seen != self._seen:
                self._keys = _keys_in(self.path)
                self._seen = seen
            return self._keys

    def _write(self, keys: dict[str, KeyRecord]) -> None:
        rows = [{**asdict(key), "role": key.role.word} for key in keys.values()]
        write_private(self.path, json.dumps({"version": _VERSION, "keys": rows}, indent=1) + "\n")


def open_keys(settings: AuthSettings, data: Path) -> KeyFile:
    """Return the API keys of a server by its settings and its data folder."""
    return KeyFile(settings.keys_file or data / FILE)


def _keys_in(path: Path) -> dict[str, KeyRecord]:
    """Return the keys of a file by their ids."""
    try:
        content = json.loads(read_private(path))
        if content["version"] != _VERSION:
            raise KeyFileError(path, f"its version is not {_VERSION}; it is of another release")
        return {row["id"]: _record(row) for row in content["keys"]}
    except (ValueError, KeyError, TypeError, AttributeError, InvalidInputError) as error:
        raise KeyFileError(path, "it is not what `fluoro keys` writes; put a back-up in its place") from error


def _record(row: dict[str, Any]) -> KeyRecord:
    record = KeyRecord(**{**row, "role": role_named(row["role"])})
    for moment in filter(None, (record.created_at, record.expires_at, record.revoked_at)):
        if datetime.fromisoformat(moment).tzinfo is None:
            raise ValueError("a time has no zone")
    return record


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
