"""The ledger's part about the outbox: what the PACS must still get, and who is sending it."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select, update

from lib.datastore.database import Database
from lib.datastore.ids import check_label_id
from lib.datastore.ledger_labels import STORE_DRAFT
from lib.datastore.records import OutboxEntry
from lib.datastore.states import FINAL_STATES, LabelState
from lib.datastore.tables import LabelRow, OutboxRow

_ENTRY: Final[tuple[Any, ...]] = (
    OutboxRow.id,
    OutboxRow.kind,
    OutboxRow.label_id,
    LabelRow.image_id,
    OutboxRow.file,
    OutboxRow.sha256,
    OutboxRow.created_at,
    OutboxRow.attempts,
    OutboxRow.next_try_at,
    OutboxRow.last_error,
    OutboxRow.is_refused,
    OutboxRow.claimed_by,
    OutboxRow.claimed_until,
    OutboxRow.sent_at,
)
_FREE: Final = {"claimed_by": None, "claimed_until": None}


class OutboxInLedger:
    """Entries for labels that are visible, and final or wanted as drafts; others wait until they are so."""

    _database: Database

    def pending(self) -> list[OutboxEntry]:
        """Return all that was not sent yet, in the order in which it will be tried."""
        return self._entries(_waiting())

    def due(self, now: datetime) -> list[OutboxEntry]:
        """Return what may be sent now and nobody is sending."""
        return self._entries(_waiting(*_due(now)))

    def seg_file_of(self, label_id: str) -> tuple[str, str] | None:
        """Return the name and the SHA-256 of a label's DICOM SEG, sent or not; None where it has none."""
        query = select(OutboxRow.file, OutboxRow.sha256).where(OutboxRow.label_id == check_label_id(label_id))
        with self._database.reading() as connection:
            row = connection.execute(query.order_by(OutboxRow.id.desc()).limit(1)).one_or_none()
        return None if row is None else (row.file, row.sha256)

    def seg_states(self, label_ids: Collection[str]) -> dict[str, str]:
        """Return how the SEGs of labels are, `sent`, `refused` or `waiting`, as far as they have one."""
        query = select(OutboxRow.label_id, OutboxRow.sent_at, OutboxRow.is_refused)
        with self._database.reading() as connection:
            rows = connection.execute(query.where(OutboxRow.label_id.in_(list(label_ids)))).all()
        return {
            row.label_id: "sent" if row.sent_at else "refused" if row.is_refused else "waiting"
            for row in rows
        }

    def claim(self, now: datetime, by: str, until: datetime) -> OutboxEntry | None:
        """Take the first due entry for oneself until a time, or None if there is none."""
        if not self.due(now):
            return None

        def change(connection: Connection) -> OutboxEntry | None:
            first = _waiting(*_due(now)).limit(1).with_for_update(of=OutboxRow, skip_locked=True)
            row = connection.execute(first).one_or_none()
            if row is None:
                return None
            _set(connection, row.id, claimed_by=by, claimed_until=until)
            return OutboxEntry(*row)

        return self._database.write(change)

    def mark_sent(self, entry_id: int, now: datetime) -> None:
        """Note that the PACS has it."""
        with self._database.writing() as connection:
            _set(connection, entry_id, sent_at=now, last_error=None, is_refused=False, **_FREE)

    def mark_failed(
        self, entry_id: int, reason: str, next_try: datetime, *, is_refused: bool = False
    ) -> None:
        """Note why it was not sent, and when to try again."""
        news = {"last_error": reason, "next_try_at": next_try, "is_refused": is_refused}
        with self._database.writing() as connection:
            _set(connection, entry_id, attempts=OutboxRow.attempts + 1, **news, **_FREE)

    def hasten(self, now: datetime) -> int:
        """Let what waits for a PACS that did not answer be tried now; returns how many."""
        late = (OutboxRow.sent_at.is_(None), OutboxRow.is_refused.is_(False), OutboxRow.next_try_at > now)
        with self._database.writing() as connection:
            return connection.execute(update(OutboxRow).where(*late).values(next_try_at=now)).rowcount

    def senders(self) -> set[str]:
        """Return who holds claims, dead or alive."""
        query = select(OutboxRow.claimed_by).where(OutboxRow.claimed_by.is_not(None)).distinct()
        with self._database.reading() as connection:
            return {str(name) for name in connection.scalars(query)}

    def release(self, sender: str) -> int:
        """Take back the claims of a sender that is dead; returns how many."""
        theirs = update(OutboxRow).where(OutboxRow.claimed_by == sender)
        with self._database.writing() as connection:
            return connection.execute(theirs.values(**_FREE)).rowcount

    def _entries(self, query: Select[Any]) -> list[OutboxEntry]:
        with self._database.reading() as connection:
            return [OutboxEntry(*row) for row in connection.execute(query)]


def _waiting(*conditions: ColumnElement[bool]) -> Select[Any]:
    """Return a query for what was not sent yet and still counts."""
    query = select(*_ENTRY).join(LabelRow, LabelRow.id == OutboxRow.label_id)
    is_wanted_draft = and_(OutboxRow.kind == STORE_DRAFT, LabelRow.state == LabelState.DRAFT)
    counts = or_(LabelRow.state.in_(sorted(FINAL_STATES)), is_wanted_draft)
    seen = LabelRow.removed_at.is_(None)
    return query.where(OutboxRow.sent_at.is_(None), seen, counts, *conditions).order_by(
        OutboxRow.next_try_at, OutboxRow.id
    )


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    free = or_(OutboxRow.claimed_until.is_(None), OutboxRow.claimed_until <= now)
    return OutboxRow.next_try_at <= now, free


def _set(connection: Connection, entry_id: int, **values: Any) -> None:
    connection.execute(update(OutboxRow).where(OutboxRow.id == entry_id).values(**values))
