"""The ledger's part about runs."""

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, delete, insert, select, update

from lib.datastore.database import Database
from lib.datastore.ids import check_frames, check_image_id, is_safe
from lib.datastore.listing import apply, compare, facts_of
from lib.datastore.records import LedgerRun
from lib.datastore.states import RunState, check_run_move
from lib.datastore.tables import ExcludedFrameRow, RunRow
from lib.errors import FrameOutOfRunError, RunNotFoundError
from lib.pacs.runs import RunRef

logger = logging.getLogger(__name__)

_RUN: Final = tuple(getattr(RunRow, field.name) for field in fields(LedgerRun))


class RunsInLedger:
    """Runs, their states, their excluded frames and MONAI Label's image info."""

    _database: Database

    def note_runs(self, refs: Sequence[RunRef], *, are_all: bool = False) -> None:
        """Remember runs that the PACS has; what is known already keeps its state and info.

        Only new and changed runs are written. With `are_all`, the list is all that the PACS has:
        runs that it lacks are marked as gone, and marked as back when they return.
        """
        told = {ref.sop_instance_uid: facts_of(ref) for ref in refs if is_safe(ref.sop_instance_uid)}
        if len(told) < len({ref.sop_instance_uid for ref in refs}):
            logger.warning("left out runs whose SOP Instance UID cannot be an id, of %d runs", len(refs))
        with self._database.reading() as connection:
            changes = compare(connection, told, are_all)
        if changes.are_any:
            self._database.write(lambda connection: apply(connection, compare(connection, told, are_all)))

    def mark_gone(self, image_id: str) -> None:
        """Remember that the PACS has a run no more; noting it again takes that back."""
        change = update(RunRow).where(RunRow.image_id == image_id, RunRow.gone_at.is_(None))
        with self._database.writing() as connection:
            connection.execute(change.values(gone_at=datetime.now(UTC)))

    def run(self, image_id: str) -> LedgerRun:
        """Return a run, or raise RunNotFoundError."""
        query = select(*_RUN).where(RunRow.image_id == check_image_id(image_id))
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise RunNotFoundError(image_id)
        return LedgerRun(*row)

    def runs(self, state: RunState | None = None) -> list[LedgerRun]:
        """Return all runs, also those that the PACS lost, or those in a state, in the order of noting."""
        query = select(*_RUN).order_by(RunRow.first_seen_at, RunRow.image_id)
        if state is not None:
            query = query.where(RunRow.state == state)
        with self._database.reading() as connection:
            return [LedgerRun(*row) for row in connection.execute(query)]

    def states(self) -> dict[str, RunState]:
        """Return the state of every run by its image id, in one query."""
        with self._database.reading() as connection:
            rows = connection.execute(select(RunRow.image_id, RunRow.state))
            return {image_id: state for image_id, state in rows}  # noqa: C416 (mypy knows rows as rows)

    def set_run_state(self, image_id: str, state: RunState, by: str) -> None:
        """Move a run to a state.

        Raises:
            RunNotFoundError: The ledger has no such run.
            StateMoveError: It may not go there from where it is.
        """
        with self._database.writing() as connection:
            before, _ = state_and_length(connection, image_id)
            check_run_move(before, state)
            move_run(connection, image_id, before, state, by)

    def exclude_frames(self, image_id: str, frames: Iterable[int], by: str) -> None:
        """Add frames (t, zero-based) to those that nobody should annotate or learn from.

        Raises:
            FrameOutOfRunError: The run has no such frame; nothing is excluded.
        """
        wanted = check_frames(frames)

        def change(connection: Connection) -> None:
            check_frames_of_run(connection, image_id, wanted)
            new = sorted(set(wanted) - _excluded(connection, image_id))
            common = {"image_id": image_id, "excluded_by": by, "excluded_at": datetime.now(UTC)}
            if new:
                connection.execute(insert(ExcludedFrameRow), [{**common, "frame": frame} for frame in new])

        self._database.write(change)

    def include_frames(self, image_id: str, frames: Iterable[int]) -> None:
        """Take back the exclusion of frames (t, zero-based)."""
        this_run = ExcludedFrameRow.image_id == check_image_id(image_id)
        with self._database.writing() as connection:
            connection.execute(
                delete(ExcludedFrameRow).where(this_run, ExcludedFrameRow.frame.in_(check_frames(frames)))
            )

    def excluded_frames(self, image_id: str) -> frozenset[int]:
        """Return the excluded frames (t, zero-based) of a run; none for a run that nobody knows."""
        with self._database.reading() as connection:
            return frozenset(_excluded(connection, check_image_id(image_id)))

    def info(self, image_id: str) -> dict[str, Any]:
        """Return MONAI Label's image info of a run."""
        return self.run(image_id).info

    def update_info(self, image_id: str, info: Mapping[str, Any]) -> None:
        """Merge into MONAI Label's image info of a run."""
        this_run = RunRow.image_id == check_image_id(image_id)
        with self._database.writing() as connection:
            row = connection.execute(select(RunRow.info).where(this_run).with_for_update()).one_or_none()
            if row is None:
                raise RunNotFoundError(image_id)
            connection.execute(update(RunRow).where(this_run).values(info={**row.info, **info}))


def state_and_length(connection: Connection, image_id: str) -> tuple[RunState, int]:
    """Return a run's state and number of frames, locked until the transaction ends."""
    query = select(RunRow.state, RunRow.n_frames).where(RunRow.image_id == check_image_id(image_id))
    row = connection.execute(query.with_for_update()).one_or_none()
    if row is None:
        raise RunNotFoundError(image_id)
    return row.state, row.n_frames


def move_run(connection: Connection, image_id: str, before: RunState, after: RunState, by: str) -> None:
    """Store a run's new state, and who changed it; staying changes nothing."""
    if before is not after:
        change = update(RunRow).where(RunRow.image_id == image_id)
        connection.execute(
            change.values(state=after, state_changed_by=by, state_changed_at=datetime.now(UTC))
        )


def check_frames_of_run(connection: Connection, image_id: str, frames: Collection[int]) -> None:
    """Raise FrameOutOfRunError for a frame that the run has not.

    A length of one may mean that the PACS lists runs without a number of frames: then only
    negative numbers are refused.
    """
    _, n_frames = state_and_length(connection, image_id)
    for frame in frames:
        if frame < 0 or 1 < n_frames <= frame:
            raise FrameOutOfRunError(image_id, frame, n_frames)


def _excluded(connection: Connection, image_id: str) -> set[int]:
    query = select(ExcludedFrameRow.frame).where(ExcludedFrameRow.image_id == image_id)
    return set(connection.scalars(query))
