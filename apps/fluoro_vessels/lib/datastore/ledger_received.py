"""The ledger's part about objects that DICOM nodes stored here, until the PACS has them."""

from collections.abc import Collection
from dataclasses import fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, delete, func, insert, or_, select, update

from lib.datastore.database import Database
from lib.datastore.received_records import ReceivedRecord, ReceivedState
from lib.datastore.tables_dimse import ReceivedRow

_NAMES: Final = tuple(field.name for field in fields(ReceivedRecord))
_RECORD: Final = tuple(getattr(ReceivedRow, name) for name in _NAMES)
_FREE: Final = {"claimed_by": None, "claimed_until": None}
_OPEN: Final = (ReceivedState.WAITING, ReceivedState.REFUSED)


class ReceivedInLedger:
    """What was received: one row for each SOP Instance UID, so nothing is there twice."""

    _database: Database

    def note_received(self, record: ReceivedRecord) -> str | None:
        """Remember that an object is safe on this disk; only then may it be acknowledged.

        One that came before waits for the PACS again: somebody may have deleted it there.

        Returns:
            Name of the file that this one takes the place of, which nobody needs any more.
        """

        def change(connection: Connection) -> str | None:
            this = ReceivedRow.sop_instance_uid == record.sop_instance_uid
            before = connection.execute(select(ReceivedRow.file).where(this)).scalar()
            values = _values(record)
            if before is None:
                connection.execute(insert(ReceivedRow).values(**values))
                return None
            del values["looked_at"]
            connection.execute(update(ReceivedRow).where(this).values(**values))
            return None if before == record.file else str(before)

        return self._database.write(change)

    def claim_received(self, now: datetime, by: str, until: datetime, most: int) -> list[ReceivedRecord]:
        """Take the oldest objects that are due for oneself until a time; [] where there are none."""
        due = _in_order(*_due(now)).limit(most)
        if not self._received(due):
            return []

        def change(connection: Connection) -> list[ReceivedRecord]:
            locked = due.with_for_update(skip_locked=True)
            found = [_record(tuple(row)) for row in connection.execute(locked)]
            mine = ReceivedRow.sop_instance_uid.in_([record.sop_instance_uid for record in found])
            connection.execute(update(ReceivedRow).where(mine).values(claimed_by=by, claimed_until=until))
            return found

        return self._database.write(change)

    def note_stored(self, record: ReceivedRecord, now: datetime) -> bool:
        """Note that the PACS has an object; False: it came again meanwhile and waits for its turn."""
        values = {"state": ReceivedState.SENT, "sent_at": now, "last_error": None, "file": "", **_FREE}
        with self._database.writing() as connection:
            return bool(connection.execute(_as_seen(record).values(**values)).rowcount)

    def note_not_stored(
        self, record: ReceivedRecord, reason: str, next_try: datetime, *, is_refused: bool
    ) -> None:
        """Note why the PACS has not got an object, and when it is offered again."""
        state = ReceivedState.REFUSED if is_refused else ReceivedState.WAITING
        news = {"state": state, "last_error": reason, "next_try_at": next_try}
        with self._database.writing() as connection:
            connection.execute(_as_seen(record).values(attempts=ReceivedRow.attempts + 1, **news, **_FREE))

    def hasten_received(self, now: datetime, *, also_refused: bool = False) -> int:
        """Let what waits for a PACS that did not answer be offered now; returns how many."""
        states = _OPEN if also_refused else (ReceivedState.WAITING,)
        late = update(ReceivedRow).where(ReceivedRow.state.in_(states), ReceivedRow.next_try_at > now)
        with self._database.writing() as connection:
            return connection.execute(late.values(next_try_at=now)).rowcount

    def received_senders(self) -> set[str]:
        """Return who holds claims, dead or alive."""
        query = select(ReceivedRow.claimed_by).where(ReceivedRow.claimed_by.is_not(None)).distinct()
        with self._database.reading() as connection:
            return {str(name) for name in connection.scalars(query)}

    def release_received(self, sender: str) -> int:
        """Take back the claims of a sender that is dead; returns how many."""
        theirs = update(ReceivedRow).where(ReceivedRow.claimed_by == sender)
        with self._database.writing() as connection:
            return connection.execute(theirs.values(**_FREE)).rowcount

    def needs_spooled(self, files: Collection[str]) -> set[str]:
        """Return which of these files of the spool an object that the PACS has not got lies in."""
        query = select(ReceivedRow.file).where(ReceivedRow.file.in_(list(files)))
        with self._database.reading() as connection:
            return set(connection.scalars(query))

    def spooled_files(self) -> set[str]:
        """Return the files of all objects that the PACS has not got."""
        with self._database.reading() as connection:
            return set(connection.scalars(select(ReceivedRow.file).where(ReceivedRow.file != "")))

    def received(self, most: int = 100, state: ReceivedState | None = None) -> list[ReceivedRecord]:
        """Return what came last, newest first; only in one state, where one is named."""
        query = select(*_RECORD).order_by(ReceivedRow.received_at.desc(), ReceivedRow.sop_instance_uid)
        if state is not None:
            query = query.where(ReceivedRow.state == state)
        return self._received(query.limit(most))

    def count_received(self) -> dict[ReceivedState, int]:
        """Return how many objects are in each state."""
        query = select(ReceivedRow.state, func.count()).group_by(ReceivedRow.state)
        with self._database.reading() as connection:
            found = {ReceivedState(state): int(count) for state, count in connection.execute(query)}
        return {state: found.get(state, 0) for state in ReceivedState}

    def arrived(self, most: int = 100) -> list[ReceivedRecord]:
        """Return runs that came by DIMSE, are in the PACS, and that nobody looked at; oldest first.

        Who looks says so by `note_looked_at`; a run that comes once more stays looked at.
        """
        new = (ReceivedRow.is_run, ReceivedRow.state == ReceivedState.SENT, ReceivedRow.looked_at.is_(None))
        return self._received(select(*_RECORD).where(*new).order_by(ReceivedRow.sent_at).limit(most))

    def note_looked_at(self, image_id: str, now: datetime) -> bool:
        """Note that somebody took care of a run that arrived; False: somebody else did before."""
        this = (ReceivedRow.sop_instance_uid == image_id, ReceivedRow.looked_at.is_(None))
        with self._database.writing() as connection:
            return bool(connection.execute(update(ReceivedRow).where(*this).values(looked_at=now)).rowcount)

    def forget_received(self, before: datetime) -> int:
        """Forget objects that the PACS took before a time; returns how many."""
        old = (ReceivedRow.state == ReceivedState.SENT, ReceivedRow.sent_at < before)
        with self._database.writing() as connection:
            return connection.execute(delete(ReceivedRow).where(*old)).rowcount

    def _received(self, query: Select[Any]) -> list[ReceivedRecord]:
        with self._database.reading() as connection:
            return [_record(tuple(row)) for row in connection.execute(query)]


def _in_order(*conditions: ColumnElement[bool]) -> Select[Any]:
    return select(*_RECORD).where(*conditions).order_by(ReceivedRow.next_try_at, ReceivedRow.received_at)


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    free = or_(ReceivedRow.claimed_until.is_(None), ReceivedRow.claimed_until <= now)
    return ReceivedRow.state.in_(_OPEN), ReceivedRow.next_try_at <= now, free


def _as_seen(record: ReceivedRecord) -> Any:
    """Return an update of an object, unless it came again since it was read: then it lies in another file."""
    this = (ReceivedRow.sop_instance_uid == record.sop_instance_uid, ReceivedRow.file == record.file)
    return update(ReceivedRow).where(*this)


def _values(record: ReceivedRecord) -> dict[str, Any]:
    values = {name: getattr(record, name) for name in _NAMES}
    return {**values, "next_try_at": record.next_try_at or record.received_at, **_FREE}


def _record(row: tuple[Any, ...]) -> ReceivedRecord:
    values = dict(zip(_NAMES, row, strict=True))
    return ReceivedRecord(**{**values, "state": ReceivedState(values["state"])})
