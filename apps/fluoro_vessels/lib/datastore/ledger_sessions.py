"""The ledger's part about sessions: prompts with author and time; each session is its owner's alone."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from lib.datastore.database import Database
from lib.datastore.ids import check_label_id
from lib.datastore.ledger_runs import check_frames_of_run, state_and_length
from lib.datastore.packed_mask import pack_label_map, pack_mask, unpack_label_map, unpack_mask
from lib.datastore.session_records import NewSession, NewStep, SessionRecord
from lib.datastore.tables import PromptRow, SessionRow
from lib.errors import SessionChangedError, SessionExpiredError, SessionNotFoundError
from lib.interaction.clean_up import CleanUp
from lib.interaction.overlap import Overlap
from lib.interaction.prompts import Prompt, PromptKind
from lib.interaction.session import Drawing, FrameLabels, Session, Step

DRAWN: Final = "mask"
"""Kind of a prompt that is a mask which somebody drew."""

_STEP_COLUMNS: Final = [column for column in PromptRow.__table__.c if column.key != "label_map"]


class SessionsInLedger:
    """Sessions and their prompts. A prompt that was undone and dropped keeps its row, for no session."""

    _database: Database

    def create_session(self, new: NewSession) -> SessionRecord:
        """Begin a session about a run, or raise RunNotFoundError."""
        now, id_ = datetime.now(UTC), uuid.uuid4().hex
        row = {"id": id_, "n_active": 0, "revision": 0, "created_at": now, "used_at": now, **asdict(new)}
        with self._database.writing() as connection:
            state_and_length(connection, new.image_id)
            connection.execute(insert(SessionRow).values(**row))
        return _record(SessionRow(**row), ())

    def session(self, session_id: str, owner: str, idle: timedelta) -> SessionRecord:
        """Return a session with its steps.

        Raises:
            SessionNotFoundError: There is none of this id, or it was closed, or it is somebody else's.
            SessionExpiredError: It was not changed for longer than `idle`.
        """
        with self._database.reading() as connection:
            found = _sessions(connection, SessionRow.id == check_label_id(session_id), _is_open_for(owner))
        if not found:
            raise SessionNotFoundError(session_id)
        if found[0].used_at < datetime.now(UTC) - idle:
            raise SessionExpiredError(session_id, idle.total_seconds() / 60)
        return found[0]

    def sessions(self, owner: str, idle: timedelta) -> list[SessionRecord]:
        """Return a person's sessions that did not expire, the one changed last first."""
        is_alive = SessionRow.used_at >= datetime.now(UTC) - idle
        with self._database.reading() as connection:
            return _sessions(connection, _is_open_for(owner), is_alive)

    def add_step(
        self, record: SessionRecord, new: NewStep, label_map: FrameLabels | None = None
    ) -> SessionRecord:
        """Add a step to a session as it was seen; what was undone is dropped.

        Args:
            record: The session as it was seen.
            new: The step.
            label_map: (H, W), what its frame looks like after it.

        Raises:
            SessionChangedError: The session changed since it was seen; nothing is stored.
            FrameOutOfRunError: The run has no such frame.
        """
        now = datetime.now(UTC)
        undone = [step.number for step in record.session.steps[record.session.n_active :]]
        with self._database.writing() as connection:
            check_frames_of_run(connection, record.image_id, (new.t,))
            _change(connection, record, now, record.session.n_active + 1)
            drop = update(PromptRow).where(PromptRow.number.in_(undone))
            connection.execute(drop.values(dropped_at=now))
            packed = None if label_map is None else pack_label_map(label_map)
            add = insert(PromptRow).values(session_id=record.id, at=now, label_map=packed, **_row_of(new))
            number = connection.execute(add.returning(PromptRow.number)).scalar_one()
        step = Step(number, new.t, new.label, new.overlap, new.shown, new.author, now)
        return replace(
            record, revision=record.revision + 1, used_at=now, session=record.session.with_step(step)
        )

    def label_map_after(self, step: Step) -> FrameLabels | None:
        """Return the label map, (H, W), that a step left on its frame; None where none was kept."""
        query = select(PromptRow.label_map).where(PromptRow.number == step.number)
        with self._database.reading() as connection:
            packed = connection.execute(query).scalar_one_or_none()
        return None if packed is None else unpack_label_map(packed)

    def move_session(self, record: SessionRecord, moved: Session) -> SessionRecord:
        """Keep how many steps of a session count, after an undo, redo or reset.

        Raises:
            SessionChangedError: The session changed since it was seen; nothing is stored.
        """
        now = datetime.now(UTC)
        with self._database.writing() as connection:
            _change(connection, record, now, moved.n_active)
        return replace(record, revision=record.revision + 1, used_at=now, session=moved)

    def close_session(self, record: SessionRecord) -> None:
        """Close a session for good; its prompts are kept."""
        close = update(SessionRow).where(SessionRow.id == record.id)
        with self._database.writing() as connection:
            connection.execute(close.values(closed_at=datetime.now(UTC)))


def _is_open_for(owner: str) -> ColumnElement[bool]:
    return (SessionRow.owner == owner) & SessionRow.closed_at.is_(None)


def _sessions(connection: Connection, *conditions: ColumnElement[bool]) -> list[SessionRecord]:
    query = select(SessionRow.__table__).where(*conditions)
    rows = connection.execute(query.order_by(SessionRow.used_at.desc(), SessionRow.id)).all()
    steps = _steps(connection, [row.id for row in rows])
    return [_record(row, steps[row.id]) for row in rows]


def _steps(connection: Connection, session_ids: Sequence[str]) -> defaultdict[str, list[Step]]:
    """Return the steps of sessions, without those that were dropped."""
    theirs = (PromptRow.session_id.in_(session_ids), PromptRow.dropped_at.is_(None))
    steps = defaultdict[str, list[Step]](list)
    for row in connection.execute(select(*_STEP_COLUMNS).where(*theirs).order_by(PromptRow.number)):
        steps[row.session_id].append(_step(row))
    return steps


def _change(connection: Connection, record: SessionRecord, now: datetime, n_active: int) -> None:
    """Store how many steps count, if nobody changed or closed the session since it was seen."""
    as_seen = (
        SessionRow.id == record.id,
        SessionRow.revision == record.revision,
        SessionRow.closed_at.is_(None),
    )
    news = {"n_active": n_active, "revision": record.revision + 1, "used_at": now}
    if not connection.execute(update(SessionRow).where(*as_seen).values(**news)).rowcount:
        raise SessionChangedError(record.id)


def _record(row: Row[Any] | SessionRow, steps: Sequence[Step]) -> SessionRecord:
    return SessionRecord(
        id=row.id,
        image_id=row.image_id,
        owner=row.owner,
        start=row.start,
        clean_up=CleanUp(**row.clean_up),
        engine=row.engine,
        revision=row.revision,
        created_at=row.created_at,
        used_at=row.used_at,
        session=Session(tuple(steps), row.n_active),
    )


def _step(row: Row[Any]) -> Step:
    shown = _drawing(row.mask) if row.kind == DRAWN else _prompt(row)
    return Step(row.number, row.frame, row.label, Overlap(row.overlap), shown, row.author, row.at)


def _drawing(packed: bytes) -> Drawing:
    return Drawing(unpack_mask(packed))


def _prompt(row: Row[Any]) -> Prompt:
    return Prompt(PromptKind(row.kind), tuple((y, x) for y, x in row.points), row.is_positive)


def _row_of(new: NewStep) -> dict[str, Any]:
    common = {"frame": new.t, "label": new.label, "overlap": new.overlap.value, "author": new.author}
    if isinstance(new.shown, Drawing):
        packed = pack_mask(new.shown.mask)
        return {**common, "kind": DRAWN, "points": [], "is_positive": True, "mask": packed}
    prompt = new.shown
    points = [list(point) for point in prompt.points]
    return {**common, "kind": prompt.kind.value, "points": points, "is_positive": prompt.is_positive}
