"""The ledger's part about runs that arrive: each gets one row, and one end."""

from collections.abc import Collection
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Select, delete, func, insert, select, update

from lib.datastore.arrival_records import ENDED, ArrivalEnd, ArrivalRecord, ArrivalState
from lib.datastore.database import Database
from lib.datastore.ids import check_image_id
from lib.datastore.ledger_runs import state_and_length
from lib.datastore.tables import RunRow
from lib.datastore.tables_arrivals import ArrivalRow, ArrivalWatchRow
from lib.datastore.tables_dimse import ReceivedRow
from lib.errors.arrivals import ArrivalAtWorkError, ArrivalNotFoundError

_NAMES: Final = tuple(field.name for field in fields(ArrivalRecord))
_ARRIVAL: Final = tuple(getattr(ArrivalRow, name) for name in _NAMES)
_AGAIN: Final = {
    "state": ArrivalState.WAITING,
    **dict.fromkeys(("began_at", "ended_at", "claimed_by", "rule", "outcome")),
}


class ArrivalsInLedger:
    """A queue of runs that outlives every process; runs are taken from it in the order in which they came."""

    _database: Database

    def watch_arrivals(self, now: datetime) -> datetime:
        """Return since when runs count as arriving; from now on where nobody looked before."""

        def change(connection: Connection) -> datetime:
            since = connection.scalar(select(ArrivalWatchRow.since))
            if since is None:
                connection.execute(insert(ArrivalWatchRow).values(id=1, since=now))
            return since or now

        return self._database.write(change)

    def forget_arrival_watch(self) -> None:
        """Let nobody look any more: runs that come before somebody does again are left alone."""
        with self._database.writing() as connection:
            connection.execute(delete(ArrivalWatchRow))

    def arrivals_since(self) -> datetime | None:
        """Return since when runs count as arriving; None where nobody looks."""
        with self._database.reading() as connection:
            return connection.scalar(select(ArrivalWatchRow.since))

    def note_arrivals(self, now: datetime, also: Collection[str] = ()) -> int:
        """Put runs that were first seen since the watch began into the queue; returns how many are new.

        Args:
            now: When they are noted.
            also: Further runs that the ledger knows, whenever they were first seen.
        """
        if not self._new_arrivals(also):
            return 0

        def change(connection: Connection) -> int:
            new = connection.scalars(_unnoted(connection, also)).all()
            rows = [_row(ArrivalRecord(image_id, ArrivalState.WAITING, now)) for image_id in new]
            if rows:
                connection.execute(insert(ArrivalRow), rows)
            return len(rows)

        return self._database.write(change)

    def claim_arrival(self, by: str, now: datetime) -> ArrivalRecord | None:
        """Take the run that waits longest for oneself, or None where none waits."""
        first = (
            _in_order()
            .where(ArrivalRow.state == ArrivalState.WAITING)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if not self._arrivals(first):
            return None

        def change(connection: Connection) -> ArrivalRecord | None:
            row = connection.execute(first).one_or_none()
            if row is None:
                return None
            news = {"state": ArrivalState.WORKING, "claimed_by": by, "began_at": now, "outcome": None}
            connection.execute(_this(row.image_id).values(news))
            return _record(tuple(row))

        return self._database.write(change)

    def end_arrival(self, image_id: str, by: str, end: ArrivalEnd, now: datetime) -> bool:
        """Note what became of a run; False: it is not this one's any more, and the note is dropped."""
        news = {**end.to_json(), "ended_at": now, "claimed_by": None}
        with self._database.writing() as connection:
            return bool(connection.execute(_this(image_id, by).values(news)).rowcount)

    def release_arrival(self, image_id: str, by: str, reason: str | None = None, *, has_died: bool) -> None:
        """Let a run wait again.

        Args:
            image_id: The run.
            by: Who had it.
            reason: Why it has to wait, in a sentence.
            has_died: The process that worked on it ended by itself, which is counted.
        """
        news = {"state": ArrivalState.WAITING, "claimed_by": None, "outcome": reason}
        counted = {"attempts": ArrivalRow.attempts + 1} if has_died else {}
        with self._database.writing() as connection:
            connection.execute(_this(image_id, by).values({**news, **counted}))

    def arrival_claimants(self) -> set[str]:
        """Return who works on runs, dead or alive."""
        query = select(ArrivalRow.claimed_by).where(ArrivalRow.claimed_by.is_not(None)).distinct()
        with self._database.reading() as connection:
            return {str(name) for name in connection.scalars(query)}

    def release_arrivals_of(self, claimant: str) -> int:
        """Let the runs of one that is dead wait again; returns how many."""
        theirs = update(ArrivalRow).where(ArrivalRow.claimed_by == claimant)
        with self._database.writing() as connection:
            return connection.execute(
                theirs.values(state=ArrivalState.WAITING, claimed_by=None, outcome=None)
            ).rowcount

    def retry_arrival(self, image_id: str, now: datetime) -> ArrivalRecord:
        """Put a run to the end of the queue: one that failed or was left, or that never was in it.

        Raises:
            RunNotFoundError: The ledger has no such run.
            ArrivalAtWorkError: It waits, is being worked on, or has its draft.
        """

        def change(connection: Connection) -> None:
            state_and_length(connection, image_id)
            state = connection.scalar(select(ArrivalRow.state).where(ArrivalRow.image_id == image_id))
            if state is None:
                connection.execute(
                    insert(ArrivalRow), [_row(ArrivalRecord(image_id, ArrivalState.WAITING, now))]
                )
            elif state in (ArrivalState.FAILED, ArrivalState.LEFT):
                connection.execute(_this(image_id).values({**_AGAIN, "noted_at": now, "attempts": 0}))
            else:
                raise ArrivalAtWorkError(image_id, state)

        self._database.write(change)
        return self.arrival(image_id)

    def arrival(self, image_id: str) -> ArrivalRecord:
        """Return a run that arrived, or raise ArrivalNotFoundError."""
        found = self._arrivals(select(*_ARRIVAL).where(ArrivalRow.image_id == check_image_id(image_id)))
        if not found:
            raise ArrivalNotFoundError(image_id)
        return found[0]

    def arrivals(self, state: ArrivalState | None = None, most: int = 100) -> list[ArrivalRecord]:
        """Return the runs that arrived last, or those in a state, the newest first."""
        query = select(*_ARRIVAL).order_by(ArrivalRow.noted_at.desc(), ArrivalRow.image_id.desc()).limit(most)
        return self._arrivals(query if state is None else query.where(ArrivalRow.state == state))

    def open_arrivals(self, image_id: str | None = None) -> dict[str, ArrivalState]:
        """Return how far the runs are that have no end, all or one, by image id."""
        query = select(ArrivalRow.image_id, ArrivalRow.state).where(ArrivalRow.state.not_in(sorted(ENDED)))
        if image_id is not None:
            query = query.where(ArrivalRow.image_id == check_image_id(image_id))
        with self._database.reading() as connection:
            return {row.image_id: ArrivalState(row.state) for row in connection.execute(query)}

    def sender_of_arrival(self, image_id: str) -> str | None:
        """Return who stored a run here by DICOM, AET@ADDRESS; None where it came otherwise."""
        query = select(ReceivedRow.source).where(ReceivedRow.sop_instance_uid == check_image_id(image_id))
        with self._database.reading() as connection:
            return connection.scalar(query)

    def count_arrivals(self) -> dict[ArrivalState, int]:
        """Return how many runs are in each state."""
        query = select(ArrivalRow.state, func.count()).group_by(ArrivalRow.state)
        with self._database.reading() as connection:
            found = {ArrivalState(state): int(n) for state, n in connection.execute(query)}
        return {state: found.get(state, 0) for state in ArrivalState}

    def _new_arrivals(self, also: Collection[str]) -> bool:
        with self._database.reading() as connection:
            return connection.scalars(_unnoted(connection, also).limit(1)).first() is not None

    def _arrivals(self, query: Select[Any]) -> list[ArrivalRecord]:
        with self._database.reading() as connection:
            return [_record(tuple(row)) for row in connection.execute(query)]


def _unnoted(connection: Connection, also: Collection[str]) -> Select[Any]:
    """Return a query for runs that are not in the queue and belong there, in the order of their coming."""
    since = connection.scalar(select(ArrivalWatchRow.since))
    has_come = RunRow.image_id.in_(list(also))
    if since is not None:
        has_come |= RunRow.first_seen_at > since
    return (
        select(RunRow.image_id)
        .outerjoin(ArrivalRow, ArrivalRow.image_id == RunRow.image_id)
        .where(ArrivalRow.image_id.is_(None), RunRow.gone_at.is_(None), has_come)
        .order_by(RunRow.first_seen_at, RunRow.image_id)
    )


def _in_order() -> Select[Any]:
    return select(*_ARRIVAL).order_by(ArrivalRow.noted_at, ArrivalRow.image_id)


def _this(image_id: str, by: str | None = None) -> Any:
    this = update(ArrivalRow).where(ArrivalRow.image_id == check_image_id(image_id))
    return this if by is None else this.where(ArrivalRow.claimed_by == by)


def _row(record: ArrivalRecord) -> dict[str, Any]:
    return asdict(record)


def _record(row: tuple[Any, ...]) -> ArrivalRecord:
    values = dict(zip(_NAMES, row, strict=True))
    return ArrivalRecord(**{**values, "state": ArrivalState(values["state"])})
