"""Sign-ins by the page and by `/auth/token`: opaque tokens, of which only digests are kept.

They are kept in a file, so that people stay signed in when the server starts again, and a sign-out is
one for good.
"""

import json
import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Final

from lib.access.api_key import digest
from lib.access.person import Person
from lib.access.private_file import read_private, write_private
from lib.access.roles import role_named
from lib.errors import InvalidInputError, KeyFileError, SignInEndedError

FILE: Final = Path("access") / "sign-ins.json"
"""Where the file is in the data folder."""

MOST_PER_PERSON: Final = 50
"""The oldest beyond these ends: a client that signs in again and again does not fill the file."""

_TOKEN: Final = re.compile(r"fvs_[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class SignIn:
    """One sign-in that has not ended.

    Attributes:
        sha256: The digest of its token.
        name, role: Who it is; of a sign-in by a key, as it was then: the key says how it is now.
        key_id: The key that was shown, None where the OIDC issuer was asked.
        until: When it ends, ISO 8601 with the zone.
    """

    sha256: str
    name: str
    role: str
    key_id: str | None
    until: str

    def is_over(self, now: datetime) -> bool:
        """Return whether its time is up."""
        return now >= datetime.fromisoformat(self.until)


class SignIns:
    """The sign-ins of a server; safe to use from several threads.

    Args:
        path: The file.
        hours: As long as a sign-in holds.
        now: The clock.
    """

    def __init__(
        self, path: Path, hours: float, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._path = path
        self._time = timedelta(hours=hours)
        self._now = now
        self._lock = Lock()
        self._open = {one.sha256: one for one in _kept(path)}

    @property
    def seconds(self) -> int:
        """As long as a sign-in holds."""
        return int(self._time.total_seconds())

    def begin(self, person: Person) -> str:
        """Sign a person in; return the token that proves it from now on.

        Raises:
            KeyFileError: It cannot be kept.
        """
        if person.role is None:
            raise ValueError("who has no role cannot sign in")
        token = f"fvs_{secrets.token_urlsafe(32)}"
        until = (self._now() + self._time).isoformat(timespec="seconds")
        new = SignIn(digest(token), person.name, person.role.word, person.key_id, until)
        with self._lock:
            theirs = [one for one in self._open.values() if one.name == new.name]
            for old in theirs[: max(0, len(theirs) - MOST_PER_PERSON + 1)]:
                del self._open[old.sha256]
            self._open[new.sha256] = new
            self._keep()
        return token

    def find(self, token: str) -> SignIn:
        """Return the sign-in that a token proves.

        Raises:
            SignInEndedError: There is none, or not any more.
        """
        found = self._open.get(digest(token)) if is_token(token) else None
        if found is None or found.is_over(self._now()):
            raise SignInEndedError
        return found

    def end(self, token: str) -> None:
        """Sign out; a token that proves nothing is no error."""
        with self._lock:
            if is_token(token) and self._open.pop(digest(token), None) is not None:
                self._keep()

    def _keep(self) -> None:
        now = self._now()
        self._open = {key: one for key, one in self._open.items() if not one.is_over(now)}
        write_private(self._path, json.dumps([asdict(one) for one in self._open.values()]))


def is_token(text: str) -> bool:
    """Return whether a text has the form of our tokens."""
    return _TOKEN.fullmatch(text) is not None


def _kept(path: Path) -> Iterable[SignIn]:
    """Return what a file has kept; a spoilt one signs everybody out, and keeps nobody from signing in."""
    if not path.exists():
        return []
    try:
        found = [SignIn(**row) for row in json.loads(read_private(path))]
        for one in found:
            role_named(one.role)
            one.is_over(datetime.now(UTC))
    except (ValueError, TypeError, AttributeError, InvalidInputError, KeyFileError):
        return []
    return found
