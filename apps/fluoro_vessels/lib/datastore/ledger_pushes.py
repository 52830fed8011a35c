"""The ledger's part about objects that DICOM nodes are to get from here."""

from collections.abc import Collection
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, delete, func, insert, or_, select, update

from lib.datastore.database import Database
from lib.datastore.push_records import NewPush, PushKind, PushRecord, PushState
from lib.datastore.tables_dimse import PushRow
from lib.errors.dimse import PushNotFoundError

_NEW: Final = tuple(field.name for field in fields(NewPush))
_OWN: Final = tuple(field.name for field in fields(PushRecord) if field.name != "new")
_PUSH: Final = tuple(getattr(PushRow, name) for name in (*_OWN, *_NEW))
_FREE: Final = {"claimed_by": None, "claimed_until": None}
_ENDED: Final = (PushState.COMMITTED, PushState.REFUSED)


class PushesInLedger:
    """Pushes: one row for each node and SOP Instance UID, so no node gets anything twice at once."""

    _database: Database

    def add_push(self, new: NewPush, now: datetime, *, again: bool = True) -> PushRecord:
        """Let a node get an object; one that waits already stays as it is.

        Args:
            new: What it is to get.
            now: The time.
            again: Begin anew where the node got or refused it before; else that stands.

        Returns:
            The push. Where its file is not that of `new`, that one is not needed.
        """

        def change(connection: Connection) -> int:
            this = (PushRow.node == new.node, PushRow.sop_instance_uid == new.sop_instance_uid)
            found = connection.execute(select(PushRow.id, PushRow.state).where(*this)).one_or_none()
            if found is None:
                made = connection.execute(insert(PushRow).values(**_fresh(new, now)))
                return int(made.inserted_primary_key[0]) if made.inserted_primary_key else 0
            if again and found.state != PushState.WAITING:
                connection.execute(update(PushRow).where(PushRow.id == found.id).values(**_fresh(new, now)))
            return int(found.id)

        return self.push(self._database.write(change))

    def push(self, push_id: int) -> PushRecord:
        """Return a push, or raise PushNotFoundError."""
        found = self._pushes(select(*_PUSH).where(PushRow.id == push_id))
        if not found:
            raise PushNotFoundError(push_id)
        return found[0]

    def pushes(self, most: int = 100, state: PushState | None = None) -> list[PushRecord]:
        """Return the newest pushes, newest first; only in one state, where one is named."""
        query = select(*_PUSH).order_by(PushRow.created_at.desc(), PushRow.id.desc())
        if state is not None:
            query = query.where(PushRow.state == state)
        return self._pushes(query.limit(most))

    def count_pushes(self) -> dict[PushState, int]:
        """Return how many pushes are in each state."""
        query = select(PushRow.state, func.count()).group_by(PushRow.state)
        with self._database.reading() as connection:
            found = {PushState(state): int(count) for state, count in connection.execute(query)}
        return {state: found.get(state, 0) for state in PushState}

    def claim_push(
        self, now: datetime, by: str, until: datetime, *, nodes: Collection[str] | None = None
    ) -> PushRecord | None:
        """Take the first push that is due for oneself until a time; None where there is none.

        Due is what waits, and what was sent and whose commitment is to be asked for.

        Args:
            now: The time.
            by: Who takes it.
            until: How long it is theirs.
            nodes: Only pushes to these; None: to any.
        """
        due = _due(now, nodes).limit(1)
        if not self._pushes(due):
            return None

        def change(connection: Connection) -> PushRecord | None:
            row = connection.execute(due.with_for_update(skip_locked=True)).one_or_none()
            if row is None:
                return None
            mine = update(PushRow).where(PushRow.id == row.id)
            connection.execute(mine.values(claimed_by=by, claimed_until=until))
            return _record(tuple(row))

        return self._database.write(change)

    def note_pushed(self, push: PushRecord, now: datetime) -> None:
        """Note that the node took an object; where it commits, its commitment is due to be asked for."""
        ended = None if push.new.wants_commitment else now
        news = {"state": PushState.SENT, "sent_at": now, "next_try_at": now, "last_error": None}
        self._note(push, **news, ended_at=ended, **_FREE)

    def note_asked(self, push: PushRecord, transaction_uid: str, ask_again: datetime) -> None:
        """Note that the node was asked to commit, before it is: its answer may come at once."""
        self._note(push, transaction_uid=transaction_uid, next_try_at=ask_again, **_FREE)

    def note_commitment(
        self, transaction_uid: str, sop_instance_uid: str, problem: str | None, now: datetime, retry: datetime
    ) -> bool:
        """Note a node's answer to a request for commitment; False: nobody asked that.

        What the node does not keep waits to be sent again.
        """
        this = (PushRow.transaction_uid == transaction_uid, PushRow.sop_instance_uid == sop_instance_uid)
        news: dict[str, Any] = {"state": PushState.COMMITTED, "ended_at": now}
        if problem is not None:
            again = {"next_try_at": retry, "attempts": PushRow.attempts + 1}
            news = {"state": PushState.WAITING, **again}
        asked = update(PushRow).where(*this, PushRow.state == PushState.SENT)
        with self._database.writing() as connection:
            noted = connection.execute(asked.values(**news, last_error=problem, **_FREE))
            return bool(noted.rowcount)

    def note_not_pushed(self, push: PushRecord, reason: str, next_try: datetime) -> None:
        """Note why an object, or the request to commit it, did not reach the node."""
        news = {"last_error": reason, "next_try_at": next_try, "attempts": PushRow.attempts + 1}
        self._note(push, **news, **_FREE)

    def note_refused(self, push: PushRecord, reason: str, now: datetime) -> None:
        """Note that the node does not take an object."""
        news = {"state": PushState.REFUSED, "last_error": reason, "ended_at": now}
        self._note(push, attempts=PushRow.attempts + 1, **news, **_FREE)

    def retry_push(self, push_id: int, now: datetime) -> PushRecord:
        """Try a push now that waits or was refused; raises PushNotFoundError."""
        stuck = (PushRow.id == push_id, PushRow.state.in_([PushState.WAITING, PushState.REFUSED]))
        news = {"state": PushState.WAITING, "next_try_at": now, "ended_at": None}
        with self._database.writing() as connection:
            connection.execute(update(PushRow).where(*stuck).values(**news))
        return self.push(push_id)

    def hasten_pushes(self, now: datetime, node: str | None = None) -> int:
        """Let what waits for nodes, or one, that did not answer be tried now; returns how many."""
        late = update(PushRow).where(PushRow.state == PushState.WAITING, PushRow.next_try_at > now)
        if node is not None:
            late = late.where(PushRow.node == node)
        with self._database.writing() as connection:
            return connection.execute(late.values(next_try_at=now)).rowcount

    def push_senders(self) -> set[str]:
        """Return who holds claims, dead or alive."""
        query = select(PushRow.claimed_by).where(PushRow.claimed_by.is_not(None)).distinct()
        with self._database.reading() as connection:
            return {str(name) for name in connection.scalars(query)}

    def release_pushes(self, sender: str) -> int:
        """Take back the claims of a sender that is dead; returns how many."""
        theirs = update(PushRow).where(PushRow.claimed_by == sender)
        with self._database.writing() as connection:
            return connection.execute(theirs.values(**_FREE)).rowcount

    def needed_push_files(self) -> set[str]:
        """Return the files of all pushes that may still have to be sent."""
        query = select(PushRow.file).where(or_(PushRow.ended_at.is_(None), PushRow.state == "refused"))
        with self._database.reading() as connection:
            return set(connection.scalars(query))

    def forget_pushes(self, before: datetime) -> int:
        """Forget pushes that ended before a time; returns how many."""
        with self._database.writing() as connection:
            return connection.execute(delete(PushRow).where(PushRow.ended_at < before)).rowcount

    def remove_push(self, push_id: int) -> None:
        """Give up a push, wherever it is; raises PushNotFoundError."""
        self.push(push_id)
        with self._database.writing() as connection:
            connection.execute(delete(PushRow).where(PushRow.id == push_id))

    def _note(self, push: PushRecord, **news: Any) -> None:
        """Note news of a push, unless it was begun anew since it was read: then it has another file."""
        this = (PushRow.id == push.id, PushRow.file == push.new.file)
        with self._database.writing() as connection:
            connection.execute(update(PushRow).where(*this).values(**news))

    def _pushes(self, query: Select[Any]) -> list[PushRecord]:
        with self._database.reading() as connection:
            return [_record(tuple(row)) for row in connection.execute(query)]


def _due(now: datetime, nodes: Collection[str] | None) -> Select[Any]:
    free = or_(PushRow.claimed_until.is_(None), PushRow.claimed_until <= now)
    conditions: list[ColumnElement[bool]] = [PushRow.ended_at.is_(None), PushRow.next_try_at <= now, free]
    if nodes is not None:
        conditions.append(PushRow.node.in_(list(nodes)))
    return select(*_PUSH).where(*conditions).order_by(PushRow.next_try_at, PushRow.id)


def _fresh(new: NewPush, now: datetime) -> dict[str, Any]:
    empty = ("last_error", "transaction_uid", "sent_at", "ended_at", *_FREE)
    begin = {"state": PushState.WAITING, "attempts": 0, "created_at": now, "next_try_at": now}
    return {**asdict(new), **begin, **dict.fromkeys(empty)}


def _record(row: tuple[Any, ...]) -> PushRecord:
    values = dict(zip((*_OWN, *_NEW), row, strict=True))
    own = {name: values[name] for name in _OWN}
    new = NewPush(**{**{name: values[name] for name in _NEW}, "kind": PushKind(values["kind"])})
    return PushRecord(**{**own, "state": PushState(own["state"]), "new": new})
