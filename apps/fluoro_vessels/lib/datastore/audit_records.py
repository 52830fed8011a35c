"""What is remembered of a request, and the chain that shows when somebody changed it."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Final

from lib.errors.audit import AuditHeadError

BEGINNING: Final = "0" * 64
"""What the first entry follows."""


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """Something that somebody asked of the server, without anything of a patient.

    Attributes:
        at: When, UTC.
        who: A person's name, or `local` where nobody says.
        what: Method and route, such as `PUT /datastore/label`, or a command such as `keys add`.
        image_id: The run that it was about, where there is one.
        subject: What else it was about: the id of a label, session, job, model version.
        result: HTTP status, or the exit code of a command.
        origin: Address of the client; empty where there is none.
        request_id: The number under which the log tells more.
    """

    at: datetime
    who: str
    what: str
    image_id: str | None = None
    subject: str | None = None
    result: int = 0
    origin: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """An event in the log; `number` counts from 1 without gaps, `digest` depends on all entries before."""

    number: int
    event: AuditEvent
    digest: str

    @property
    def head(self) -> str:
        """The entry in short, to be kept elsewhere: NUMBER:DIGEST."""
        return f"{self.number}:{self.digest}"


def digest_of(previous: str, number: int, event: AuditEvent) -> str:
    """Return the SHA-256 that chains an event to the entry before it, 64 hex digits."""
    told = {**asdict(event), "at": event.at.astimezone(UTC).isoformat(timespec="microseconds")}
    text = json.dumps([previous, number, told], sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


@dataclass(frozen=True, slots=True)
class AuditCheck:
    """What became of a check of the chain.

    Attributes:
        n_entries: How many entries were read.
        head: NUMBER:DIGEST of the last good entry; `0:000...` where there is none.
        problem: What is wrong, one sentence; None where all is well.
    """

    n_entries: int
    head: str
    problem: str | None


def check_chain(entries: Iterable[AuditEntry], known_head: str | None = None) -> AuditCheck:
    """Follow the chain from its beginning.

    Args:
        entries: All entries, in the order of their numbers.
        known_head: A head that was noted earlier and elsewhere: the chain must lead through it. Without
            one nobody can see that the newest entries were cut off.

    Raises:
        AuditHeadError: `known_head` is no head.
    """
    known_number, known_digest = parse_head(known_head) if known_head else (0, BEGINNING)
    number, digest = 0, BEGINNING
    for entry in entries:
        if problem := _problem(number, digest, entry):
            return AuditCheck(number, f"{number}:{digest}", problem)
        number, digest = entry.number, entry.digest
        if number == known_number and digest != known_digest:
            return AuditCheck(number, entry.head, f"Entry {number} is not the one that was noted.")
    if number < known_number:
        missing = f"The log ends with entry {number}, but {known_number} was noted: the newest are gone."
        return AuditCheck(number, f"{number}:{digest}", missing)
    return AuditCheck(number, f"{number}:{digest}", None)


def parse_head(text: str) -> tuple[int, str]:
    """Return number and digest of NUMBER:DIGEST."""
    number, _, digest = text.strip().partition(":")
    if not number.isascii() or not number.isdigit() or len(digest) != len(BEGINNING):
        raise AuditHeadError(text)
    return int(number), digest.lower()


def _problem(number: int, digest: str, entry: AuditEntry) -> str | None:
    """Say what is wrong with an entry that should follow."""
    if entry.number != number + 1:
        return f"After entry {number} comes entry {entry.number}: entries were taken out."
    if digest_of(digest, entry.number, entry.event) != entry.digest:
        return f"Entry {entry.number} is not what was written, or the one before it was exchanged."
    return None
