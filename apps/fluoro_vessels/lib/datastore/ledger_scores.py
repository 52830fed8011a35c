"""The ledger's part about which run is worth labelling: what a model made of each, and which ones wait."""

from datetime import datetime
from typing import Any, Final

import numpy as np
from sqlalchemy import Connection, Row, func, insert, or_, select, update

from lib.datastore.database import Database
from lib.datastore.ids import check_image_id
from lib.datastore.ledger_label_lists import seen_under
from lib.datastore.ledger_runs import state_and_length
from lib.datastore.score_records import LabelledRun, ScoredRun, StoredScore
from lib.datastore.states import FINAL_TAG, RunState
from lib.datastore.tables import LabelRow, RunFactsRow, RunRow
from lib.datastore.tables_learning import RunScoreRow

WAITING: Final = (RunState.NEW, RunState.IN_PROGRESS)
"""States in which somebody may be asked to label a run."""

LEARNT_FROM: Final = (*WAITING, RunState.DONE)
"""States of runs that are looked at: those that wait are compared with those that are done."""

_EMBEDDING: Final = np.dtype("<f4")
_VIEW: Final = (
    RunFactsRow.patient_token,
    RunFactsRow.primary_angle_deg,
    RunFactsRow.secondary_angle_deg,
)


class ScoresInLedger:
    """Scores of runs, one of each; and the lists that a choice begins with."""

    _database: Database

    def put_run_score(self, score: StoredScore) -> None:
        """Keep what a model made of a run, in the place of what an earlier one did.

        Raises:
            RunNotFoundError: The ledger has no such run.
        """
        this_run = RunScoreRow.image_id == score.image_id
        values = {
            "model": score.model,
            "uncertainty": score.uncertainty,
            "foreground": score.foreground,
            "embedding": score.embedding.astype(_EMBEDDING).tobytes(),
            "frames": [[t, value] for t, value in score.frames],
            "scored_at": score.scored_at,
        }

        def change(connection: Connection) -> None:
            state_and_length(connection, check_image_id(score.image_id))
            if not connection.execute(update(RunScoreRow).where(this_run).values(values)).rowcount:
                connection.execute(insert(RunScoreRow).values(image_id=score.image_id, **values))

        self._database.write(change)

    def scored_runs(self, after: datetime | None = None) -> list[ScoredRun]:
        """Return all scores, or those kept after a time, the oldest first."""
        query = (
            select(RunScoreRow.__table__, *_VIEW)
            .outerjoin(RunFactsRow, RunFactsRow.image_id == RunScoreRow.image_id)
            .order_by(RunScoreRow.scored_at)
        )
        if after is not None:
            query = query.where(RunScoreRow.scored_at > after)
        with self._database.reading() as connection:
            return [_scored(row) for row in connection.execute(query).all()]

    def runs_to_score(self, model: str, n: int) -> list[str]:
        """Return up to n runs that another model looked at last, or none did; those first that none did.

        Runs that the PACS lost and those that were skipped or rejected are left out.
        """
        query = (
            select(RunRow.image_id)
            .outerjoin(RunScoreRow, RunScoreRow.image_id == RunRow.image_id)
            .where(RunRow.gone_at.is_(None), RunRow.state.in_(LEARNT_FROM))
            .where(or_(RunScoreRow.model.is_(None), RunScoreRow.model != model))
            .order_by(RunScoreRow.model.is_not(None), RunRow.state == RunState.DONE, RunRow.image_id)
            .limit(n)
        )
        with self._database.reading() as connection:
            return list(connection.scalars(query))

    def runs_to_label(self, tag: str = FINAL_TAG) -> list[str]:
        """Return the runs that wait for a label of a tag that MONAI Label sees, in the order of noting.

        Runs that are done, skipped or rejected are left out, and those that the PACS lost.
        """
        labelled = select(LabelRow.image_id).where(LabelRow.removed_at.is_(None), seen_under(tag))
        query = (
            select(RunRow.image_id)
            .where(RunRow.gone_at.is_(None), RunRow.state.in_(WAITING), RunRow.image_id.not_in(labelled))
            .order_by(RunRow.first_seen_at, RunRow.image_id)
        )
        with self._database.reading() as connection:
            return list(connection.scalars(query).all())

    def runs_labelled(self) -> list[LabelledRun]:
        """Return the runs that have a submitted or approved label, the one labelled last at the end."""
        newest = (
            select(LabelRow.image_id, func.max(LabelRow.number).label("number"))
            .where(LabelRow.removed_at.is_(None), seen_under(FINAL_TAG))
            .group_by(LabelRow.image_id)
            .subquery()
        )
        query = (
            select(newest.c.image_id, *_VIEW)
            .outerjoin(RunFactsRow, RunFactsRow.image_id == newest.c.image_id)
            .order_by(newest.c.number)
        )
        with self._database.reading() as connection:
            return [LabelledRun(*row) for row in connection.execute(query)]


def _scored(row: Row[Any]) -> ScoredRun:
    score = StoredScore(
        image_id=row.image_id,
        model=row.model,
        uncertainty=row.uncertainty,
        foreground=row.foreground,
        embedding=np.frombuffer(row.embedding, _EMBEDDING).astype(np.float32),
        frames=tuple((int(t), float(value)) for t, value in row.frames),
        scored_at=row.scored_at,
    )
    return ScoredRun(score, row.patient_token, row.primary_angle_deg, row.secondary_angle_deg)
