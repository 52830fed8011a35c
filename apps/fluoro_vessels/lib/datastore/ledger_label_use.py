"""The ledger's part about who holds a label of the table: what stops people from deleting it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain

from sqlalchemy import func, select, update

from lib.datastore.database import Database
from lib.datastore.ids import check_label_id
from lib.datastore.tables import LabelRow, MaskRow, PromptRow, SessionRow


class LabelUseInLedger:
    """Finds an index of the label table in saved labels, sessions and masks."""

    _database: Database

    def held_indices(self) -> frozenset[int]:
        """Return the indices that anything stored holds, also what nobody sees any more."""
        with self._database.reading() as connection:
            saved = connection.scalars(select(LabelRow.label_indices)).all()
            prompts = connection.scalars(select(PromptRow.label).distinct())
            masks = connection.scalars(select(MaskRow.label).distinct())
            return frozenset({*chain.from_iterable(indices or () for indices in saved), *prompts, *masks})

    def labels_with_index(self, index: int) -> int:
        """Return how many saved labels are known to have an index; removed ones count, their files stay."""
        with self._database.reading() as connection:
            return sum(
                index in (indices or ()) for indices in connection.scalars(select(LabelRow.label_indices))
            )

    def labels_without_indices(self) -> Sequence[str]:
        """Return the ids of saved labels of which nobody noted what they have."""
        with self._database.reading() as connection:
            return connection.scalars(select(LabelRow.id).where(LabelRow.label_indices.is_(None))).all()

    def note_label_indices(self, label_id: str, indices: tuple[int, ...]) -> None:
        """Note which labels of the table a saved label has."""
        this_label = update(LabelRow).where(LabelRow.id == check_label_id(label_id))
        with self._database.writing() as connection:
            connection.execute(this_label.values(label_indices=indices))

    def sessions_with_index(self, index: int, idle: timedelta) -> int:
        """Return how many open sessions have a prompt about an index, also one that was undone."""
        query = (
            select(func.count(SessionRow.id.distinct()))
            .join(PromptRow, PromptRow.session_id == SessionRow.id)
            .where(
                PromptRow.label == index,
                PromptRow.dropped_at.is_(None),
                SessionRow.closed_at.is_(None),
                SessionRow.used_at >= datetime.now(UTC) - idle,
            )
        )
        with self._database.reading() as connection:
            return int(connection.scalar(query) or 0)

    def masks_with_index(self, index: int) -> int:
        """Return how many masks of single frames have an index."""
        with self._database.reading() as connection:
            return int(connection.scalar(select(func.count(MaskRow.id)).where(MaskRow.label == index)) or 0)
