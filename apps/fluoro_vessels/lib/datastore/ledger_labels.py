"""The ledger's part about labels: what changes them. `ledger_label_lists.py` reads them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, update

from lib.datastore.database import Database
from lib.datastore.ids import check_frames, check_image_id, check_label_id, check_tag
from lib.datastore.ledger_label_lists import label_of, newest_numbers, seen_under
from lib.datastore.ledger_runs import check_frames_of_run, move_run, state_and_length
from lib.datastore.records import LabelDraft, LabelVersion, NewLabel, NewSeg
from lib.datastore.states import LabelState, check_first_state, check_label_move, run_after, run_with
from lib.datastore.tables import LabelChangeRow, LabelRow, OutboxRow
from lib.errors import LabelNotFoundError, LabelOvertakenError, VersionTakenError

STORE_SEG: Final = "store_seg"
"""Kind of an outbox entry: store a DICOM SEG in the PACS."""

STORE_DRAFT: Final = "store_draft"
"""Kind of an outbox entry: store the DICOM SEG of a draft, which does not wait until somebody submits it."""


class LabelChanges:
    """Adds versions of labels, moves their states, removes them from sight."""

    _database: Database

    def next_version(self, image_id: str, tag: str) -> int:
        """Return the version that the next label of a run and tag gets if nobody is faster."""
        with self._database.reading() as connection:
            return _next_version(connection, check_image_id(image_id), check_tag(tag))

    def add_label(self, new: NewLabel, version: int | None = None) -> LabelVersion:
        """Store a label whose files lie on disk: row, history, run state and outbox in one transaction.

        Args:
            new: The label.
            version: Number that its files state; None when they state none.

        Raises:
            RunNotFoundError: The ledger has no such run.
            FrameOutOfRunError: A finished frame is none of the run's.
            TagStateError: Its state does not fit its tag.
            LabelOvertakenError: Somebody else saved one since the one that it is based on.
            VersionTakenError: Somebody else stored this version first.
        """
        draft = new.draft
        check_first_state(check_tag(draft.tag), draft.state)
        check_label_id(new.id)

        def change(connection: Connection) -> None:
            before, _ = state_and_length(connection, draft.image_id)
            check_frames_of_run(connection, draft.image_id, draft.finished_frames or ())
            _require_base(connection, draft)
            free = _next_version(connection, draft.image_id, draft.tag)
            if version not in (None, free):
                raise VersionTakenError(draft.image_id, draft.tag, version or free)
            now = datetime.now(UTC)
            connection.execute(insert(LabelRow).values(**_row_of(new, free, now)))
            _note_change(connection, new.id, None, draft.state, draft.author, now)
            kind = STORE_DRAFT if draft.state is LabelState.DRAFT else STORE_SEG
            _put_into_outbox(connection, new.id, new.seg, now, kind)
            move_run(connection, draft.image_id, before, run_after(before, draft.state), draft.author)

        self._database.write(change)
        with self._database.reading() as connection:
            return label_of(label_row(connection, new.id))

    def set_label_state(
        self, label_id: str, state: LabelState, by: str, seg: NewSeg | None = None
    ) -> LabelVersion:
        """Move a label to a state; its run follows when it is the newest of its tag.

        Args:
            label_id: The label.
            state: Where it goes.
            by: Who moves it.
            seg: What the PACS must get, when a draft is submitted that has none yet.

        Raises:
            LabelNotFoundError: There is no such label, or it was removed.
            StateMoveError: It may not go there from where it is.
        """

        def change(connection: Connection) -> LabelVersion:
            before = label_row(connection, label_id, LabelRow.removed_at.is_(None))
            check_label_move(before.state, state)
            if before.state is not state:
                move_label(connection, before, state, by)
            if seg is not None and before.seg_sop_instance_uid is None:
                _attach(connection, label_id, seg)
            return label_of(label_row(connection, label_id))

        return self._database.write(change)

    def update_label_info(self, label_id: str, info: Mapping[str, Any]) -> None:
        """Merge into the info of a label: scoring methods write here."""
        with self._database.writing() as connection:
            row = label_row(connection, label_id)
            this_label = update(LabelRow).where(LabelRow.id == label_id)
            connection.execute(this_label.values(info={**row.info, **info}))

    def remove_label(self, label_id: str, by: str) -> None:
        """Take one version out of sight; row, files and what the PACS has stay."""
        with self._database.writing() as connection:
            row = label_row(connection, label_id)
            _bury(connection, row.image_id, LabelRow.id == label_id, by)

    def remove_labels(self, image_id: str, tag: str, by: str) -> int:
        """Take all versions of a run that MONAI Label sees under a tag out of sight; returns how many."""
        with self._database.writing() as connection:
            return _bury(connection, check_image_id(image_id), seen_under(tag), by)


def _require_base(connection: Connection, draft: LabelDraft) -> None:
    """Refuse a label whose author has not seen what somebody else saved last."""
    if draft.based_on is None:
        return
    number = newest_numbers(LabelRow.image_id == draft.image_id, LabelRow.tag == draft.tag)
    query = select(LabelRow.id, LabelRow.author, LabelRow.version).where(LabelRow.number.in_(number))
    newest = connection.execute(query).one_or_none()
    if newest is not None and newest.id != draft.based_on.label_id and newest.author != draft.author:
        raise LabelOvertakenError(draft.image_id, draft.tag, newest.version, newest.author)


def _next_version(connection: Connection, image_id: str, tag: str) -> int:
    """Return 1 + the newest version; removed versions count."""
    query = select(func.max(LabelRow.version)).where(LabelRow.image_id == image_id, LabelRow.tag == tag)
    return 1 + (connection.scalar(query) or 0)


def _row_of(new: NewLabel, version: int, now: datetime) -> dict[str, Any]:
    draft, seg, frames = new.draft, new.seg, new.draft.finished_frames
    return {
        "id": new.id,
        "image_id": draft.image_id,
        "tag": draft.tag,
        "version": version,
        "state": draft.state,
        "author": draft.author,
        "created_at": now,
        "model": draft.model,
        "finished_frames": None if frames is None else check_frames(frames),
        "label_indices": draft.label_indices,
        "file": new.file,
        "sha256": new.sha256,
        "seg_sop_instance_uid": seg.sop_instance_uid if seg else None,
        "seg_series_instance_uid": seg.series_instance_uid if seg else None,
        "info": dict(draft.info),
    }


def label_row(connection: Connection, label_id: str, *conditions: ColumnElement[bool]) -> Row[Any]:
    """Return a label's row, locked until a writing transaction ends."""
    query = select(LabelRow.__table__).where(LabelRow.id == check_label_id(label_id), *conditions)
    row = connection.execute(query.with_for_update()).one_or_none()
    if row is None:
        raise LabelNotFoundError(label_id)
    return row


def move_label(connection: Connection, label: Row[Any], state: LabelState, by: str) -> None:
    """Store a label's new state and a line of its history; its run follows if it is the newest of its tag."""
    connection.execute(update(LabelRow).where(LabelRow.id == label.id).values(state=state))
    _note_change(connection, label.id, label.state, state, by, datetime.now(UTC))
    newest = newest_numbers(LabelRow.image_id == label.image_id, LabelRow.tag == label.tag)
    if connection.scalar(newest) == label.number:
        run, _ = state_and_length(connection, label.image_id)
        move_run(connection, label.image_id, run, run_after(run, state), by)


def _attach(connection: Connection, label_id: str, seg: NewSeg) -> None:
    """Give a label the SEG that it had not when it was saved."""
    uids = {
        "seg_sop_instance_uid": seg.sop_instance_uid,
        "seg_series_instance_uid": seg.series_instance_uid,
    }
    connection.execute(update(LabelRow).where(LabelRow.id == label_id).values(**uids))
    _put_into_outbox(connection, label_id, seg, datetime.now(UTC))


def _note_change(
    connection: Connection,
    label_id: str,
    before: LabelState | None,
    after: LabelState,
    by: str,
    now: datetime,
) -> None:
    line = {"label_id": label_id, "at": now, "by": by, "before": before, "after": after}
    connection.execute(insert(LabelChangeRow).values(**line))


def _put_into_outbox(
    connection: Connection, label_id: str, seg: NewSeg | None, now: datetime, kind: str = STORE_SEG
) -> None:
    if seg is None:
        return
    entry = {
        "kind": kind,
        "label_id": label_id,
        "file": seg.file,
        "sha256": seg.sha256,
        "created_at": now,
        "attempts": 0,
        "next_try_at": now,
        "is_refused": False,
    }
    connection.execute(insert(OutboxRow).values(**entry))


def _bury(connection: Connection, image_id: str, which: ColumnElement[bool], by: str) -> int:
    """Put tombstones on labels of a run, and let the run follow what remains."""
    before, _ = state_and_length(connection, image_id)
    seen = (LabelRow.image_id == image_id, LabelRow.removed_at.is_(None))
    tombstone = {"removed_at": datetime.now(UTC), "removed_by": by}
    n_buried = connection.execute(update(LabelRow).where(*seen, which).values(**tombstone)).rowcount
    if n_buried:
        move_run(connection, image_id, before, run_with(before, _remaining(connection, image_id)), by)
    return n_buried


def _remaining(connection: Connection, image_id: str) -> Sequence[LabelState]:
    """Return the states of the newest label of each tag, oldest first."""
    newest = newest_numbers(LabelRow.image_id == image_id).group_by(LabelRow.tag)
    query = select(LabelRow.state).where(LabelRow.number.in_(newest)).order_by(LabelRow.number)
    return connection.scalars(query).all()
