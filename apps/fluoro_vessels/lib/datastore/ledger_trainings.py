"""The ledger's part about trainings: a queue that outlives every process."""

from dataclasses import asdict, fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, func, insert, literal, select, update

from lib.datastore.database import Database
from lib.datastore.states import LabelState
from lib.datastore.tables import LabelChangeRow
from lib.datastore.tables_learning import TrainingRow
from lib.datastore.training_records import ENDED, TrainingRecord, TrainingState
from lib.errors import TrainingNotFoundError

_TRAINING: Final = tuple(getattr(TrainingRow, field.name) for field in fields(TrainingRecord))
_IS_OPEN: Final = TrainingRow.state.not_in(sorted(ENDED))


class TrainingsInLedger:
    """Trainings that wait, run or ended; an end is written once."""

    _database: Database

    def add_training(self, training: TrainingRecord) -> None:
        """Put a training at the end of the queue."""
        with self._database.writing() as connection:
            connection.execute(insert(TrainingRow).values(**asdict(training)))

    def training(self, training_id: str) -> TrainingRecord:
        """Return a training, or raise TrainingNotFoundError."""
        found = self._trainings(select(*_TRAINING).where(TrainingRow.id == training_id))
        if not found:
            raise TrainingNotFoundError(training_id)
        return found[0]

    def trainings(self, most: int = 100) -> list[TrainingRecord]:
        """Return the newest trainings, newest first."""
        return self._trainings(_in_order(newest_first=True).limit(most))

    def open_trainings(self) -> list[TrainingRecord]:
        """Return what runs or waits, in the order in which somebody asked."""
        return self._trainings(_in_order().where(_IS_OPEN))

    def begin_training(self, training_id: str, now: datetime) -> bool:
        """Note that a process is started for a training, the first or another one; False: it is over."""
        this = update(TrainingRow).where(TrainingRow.id == training_id, _IS_OPEN)
        values = {
            "state": TrainingState.RUNNING,
            "started_at": func.coalesce(TrainingRow.started_at, literal(now, TrainingRow.started_at.type)),
            "attempts": TrainingRow.attempts + 1,
        }
        with self._database.writing() as connection:
            return bool(connection.execute(this.values(values)).rowcount)

    def end_training(
        self,
        training_id: str,
        state: TrainingState,
        outcome: str,
        now: datetime,
        version: str | None = None,
    ) -> bool:
        """Note what became of a training; False: somebody noted an end before, which stands."""
        this = update(TrainingRow).where(TrainingRow.id == training_id, _IS_OPEN)
        values = {"state": state, "outcome": outcome, "ended_at": now, "version": version}
        with self._database.writing() as connection:
            return bool(connection.execute(this.values(values)).rowcount)

    def submitted_since(self, moment: datetime | None) -> int:
        """Return how many labels were submitted after a moment, or ever; each counts once."""
        query = select(func.count(LabelChangeRow.label_id.distinct())).where(
            LabelChangeRow.after == LabelState.SUBMITTED
        )
        if moment is not None:
            query = query.where(LabelChangeRow.at > moment)
        with self._database.reading() as connection:
            return int(connection.scalar(query) or 0)

    def _trainings(self, query: Select[Any]) -> list[TrainingRecord]:
        with self._database.reading() as connection:
            return [_record(tuple(row)) for row in connection.execute(query)]


def _in_order(*, newest_first: bool = False) -> Select[Any]:
    order = (TrainingRow.created_at, TrainingRow.id)
    return select(*_TRAINING).order_by(*(column.desc() if newest_first else column for column in order))


def _record(row: tuple[Any, ...]) -> TrainingRecord:
    values = dict(zip((field.name for field in fields(TrainingRecord)), row, strict=True))
    return TrainingRecord(**{**values, "state": TrainingState(values["state"])})
