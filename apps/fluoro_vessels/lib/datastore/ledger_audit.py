"""The ledger's part about what was asked of the server: a chain that is only added to."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, insert, select

from lib.datastore.audit_records import BEGINNING, AuditEntry, AuditEvent, digest_of
from lib.datastore.database import Database
from lib.datastore.tables_audit import AuditRow

_PAGE: Final = 2000
_EVENT: Final = tuple(field.name for field in fields(AuditEvent))
_COLUMNS: Final = (AuditRow.number, *(getattr(AuditRow, name) for name in _EVENT), AuditRow.digest)


@dataclass(frozen=True)
class WhichEvents:
    """What a list of the audit log is about; what is None does not matter."""

    who: str | None = None
    image_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class AuditInLedger:
    """Entries of the audit log; the data base itself refuses to change or delete one."""

    _database: Database

    def append_audit(self, events: Sequence[AuditEvent]) -> AuditEntry | None:
        """Chain events to the log, all in one transaction; returns the last one, None for no events.

        Who is overtaken by another process begins again at the new end.
        """

        def change(connection: Connection) -> AuditEntry | None:
            head = _head(connection)
            number, digest = (0, BEGINNING) if head is None else (head.number, head.digest)
            chained: list[AuditEntry] = []
            for event in events:
                number, digest = number + 1, digest_of(digest, number + 1, event)
                chained.append(AuditEntry(number, event, digest))
            if chained:
                connection.execute(insert(AuditRow), [_row_of(entry) for entry in chained])
            return chained[-1] if chained else None

        return self._database.write(change)

    def audit_head(self) -> AuditEntry | None:
        """Return the newest entry, None where there is none."""
        with self._database.reading() as connection:
            return _head(connection)

    def audit(self, which: WhichEvents = WhichEvents(), most: int = 100) -> list[AuditEntry]:
        """Return the newest entries that fit, newest first."""
        query = select(*_COLUMNS).where(*_conditions(which)).order_by(AuditRow.number.desc()).limit(most)
        with self._database.reading() as connection:
            return [_entry(row) for row in connection.execute(query)]

    def whole_audit(self) -> Iterator[AuditEntry]:
        """Yield all entries in the order of their numbers, a few thousand in memory at a time."""
        last: int | None = None
        while True:
            further = () if last is None else (AuditRow.number > last,)
            query = select(*_COLUMNS).where(*further).order_by(AuditRow.number).limit(_PAGE)
            with self._database.reading() as connection:
                page = [_entry(row) for row in connection.execute(query)]
            if not page:
                return
            yield from page
            last = page[-1].number


def _conditions(which: WhichEvents) -> Iterator[ColumnElement[bool]]:
    if which.who is not None:
        yield AuditRow.who == which.who
    if which.image_id is not None:
        yield AuditRow.image_id == which.image_id
    if which.since is not None:
        yield AuditRow.at >= which.since
    if which.until is not None:
        yield AuditRow.at < which.until


def _head(connection: Connection) -> AuditEntry | None:
    row = connection.execute(select(*_COLUMNS).order_by(AuditRow.number.desc()).limit(1)).one_or_none()
    return None if row is None else _entry(row)


def _entry(row: Row[Any]) -> AuditEntry:
    values: tuple[Any, ...] = tuple(row)
    return AuditEntry(values[0], AuditEvent(*values[1:-1]), values[-1])


def _row_of(entry: AuditEntry) -> dict[str, Any]:
    return {"number": entry.number, **asdict(entry.event), "digest": entry.digest}
