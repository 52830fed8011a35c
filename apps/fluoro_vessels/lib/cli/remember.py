"""Commands that change who may, or what is live, are remembered in the audit log like requests."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from lib.settings import settings

if TYPE_CHECKING:
    from lib.datastore.ledger import Ledger


def remember(what: str, subject: str, who: str | None = None) -> None:
    """Add a command that was carried out to the audit log.

    Args:
        what: The command, such as `keys add`.
        subject: What it was about: the id of a key, the name of a version.
        who: Who did it; the user of this machine where nobody says.
    """
    from lib.datastore.audit_records import AuditEvent

    event = AuditEvent(datetime.now(UTC), who or user_here(), what, subject=subject)
    with open_ledger() as ledger:
        ledger.append_audit([event])


@contextmanager
def open_ledger() -> "Iterator[Ledger]":
    """Open the ledger of the data folder for a command."""
    from lib.datastore.ledger import Ledger

    ledger = Ledger.in_folder(settings().data, settings().datastore.ledger_url)
    try:
        yield ledger
    finally:
        ledger.close()


def user_here() -> str:
    """Return who works on this machine; a container may have nobody."""
    from lib.datastore.incoming import LOCAL

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return LOCAL
