"""The ledger's part about runs that several people labelled."""

from sqlalchemy import func, select

from lib.datastore.database import Database
from lib.datastore.ledger_label_lists import label_of
from lib.datastore.records import LabelVersion
from lib.datastore.states import FINAL_STATES, RunState
from lib.datastore.tables import LabelRow, RunRow


class PeopleInLedger:
    """Labels of one run by different people, whatever their tags."""

    _database: Database

    def labels_by_several(self) -> list[LabelVersion]:
        """Return each author's newest label that may have finished frames, of runs with two such authors.

        That is one whose author says so, or a submitted one of a client that cannot say. In the order of
        runs, then as they were saved; without rejected runs and removed labels.
        """
        several = (
            select(LabelRow.image_id)
            .join(RunRow, RunRow.image_id == LabelRow.image_id)
            .where(LabelRow.removed_at.is_(None), RunRow.state != RunState.REJECTED)
            .group_by(LabelRow.image_id)
            .having(func.count(LabelRow.author.distinct()) > 1)
        )
        query = (
            select(LabelRow.__table__)
            .where(LabelRow.removed_at.is_(None), LabelRow.image_id.in_(several))
            .order_by(LabelRow.image_id, LabelRow.number)
        )
        by_run: dict[str, dict[str, LabelVersion]] = {}
        with self._database.reading() as connection:
            for label in (label_of(row) for row in connection.execute(query)):
                if _may_be_finished(label):
                    authors = by_run.setdefault(label.image_id, {})
                    authors.pop(label.author, None)
                    authors[label.author] = label
        return [label for authors in by_run.values() if len(authors) > 1 for label in authors.values()]


def _may_be_finished(label: LabelVersion) -> bool:
    if label.finished_frames is None:
        return label.state in FINAL_STATES
    return bool(label.finished_frames)
