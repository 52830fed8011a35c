"""The ledger's part about frames that a person finished."""

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, insert, select

from lib.datastore.database import Database
from lib.datastore.ids import check_frames, check_image_id
from lib.datastore.ledger_runs import check_frames_of_run
from lib.datastore.tables import FinishedFrameRow


class FinishedFramesInLedger:
    """Frames whose label stays as it is, whatever is propagated or segmented afterwards."""

    _database: Database

    def finish_frames(self, image_id: str, frames: Iterable[int], by: str) -> None:
        """Add frames (t, zero-based) to those that are finished.

        Raises:
            RunNotFoundError: The ledger has no such run.
            FrameOutOfRunError: The run has no such frame; nothing is finished.
        """
        wanted = check_frames(frames)

        def change(connection: Connection) -> None:
            check_frames_of_run(connection, image_id, wanted)
            new = sorted(set(wanted) - _finished(connection, image_id))
            common = {"image_id": image_id, "finished_by": by, "finished_at": datetime.now(UTC)}
            if new:
                connection.execute(insert(FinishedFrameRow), [{**common, "frame": frame} for frame in new])

        self._database.write(change)

    def reopen_frames(self, image_id: str, frames: Iterable[int]) -> None:
        """Take back that frames (t, zero-based) are finished."""
        this_run = FinishedFrameRow.image_id == check_image_id(image_id)
        with self._database.writing() as connection:
            connection.execute(
                delete(FinishedFrameRow).where(this_run, FinishedFrameRow.frame.in_(check_frames(frames)))
            )

    def finished_frames(self, image_id: str) -> frozenset[int]:
        """Return the finished frames (t, zero-based) of a run; none for a run that nobody knows."""
        with self._database.reading() as connection:
            return frozenset(_finished(connection, check_image_id(image_id)))


def _finished(connection: Connection, image_id: str) -> set[int]:
    query = select(FinishedFrameRow.frame).where(FinishedFrameRow.image_id == image_id)
    return set(connection.scalars(query))
