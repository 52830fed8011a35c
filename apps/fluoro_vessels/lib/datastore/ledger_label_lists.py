"""The ledger's part about labels: what is read of them, for one run or in one query for all runs."""

from dataclasses import fields
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, case, func, select

from lib.datastore.database import Database
from lib.datastore.ids import check_image_id, check_label_id, check_tag
from lib.datastore.records import LabelHead, LabelVersion, StateChange
from lib.datastore.states import FINAL_STATES, FINAL_TAG, RETURNED_TAG
from lib.datastore.tables import LabelChangeRow, LabelRow, OutboxRow
from lib.errors import LabelNotFoundError

_shown_tag: Final[ColumnElement[str]] = case(
    (LabelRow.state.in_(sorted(FINAL_STATES)), FINAL_TAG),
    (LabelRow.tag == FINAL_TAG, RETURNED_TAG),
    else_=LabelRow.tag,
)
"""`states.shown_tag` for the data base."""

_NAMES: Final = tuple(field.name for field in fields(LabelVersion))
_LABEL: Final = tuple(getattr(LabelRow, name) for name in _NAMES)
_HEAD: Final = tuple(getattr(LabelRow, field.name) for field in fields(LabelHead))
_CHANGE: Final = tuple(getattr(LabelChangeRow, field.name) for field in fields(StateChange))


class LabelLists:
    """Reads labels. Unless said otherwise, labels that were removed are not seen."""

    _database: Database

    def label(self, label_id: str) -> LabelVersion:
        """Return a label, also a removed one, or raise LabelNotFoundError."""
        found = self._select(select(*_LABEL).where(LabelRow.id == check_label_id(label_id)))
        if not found:
            raise LabelNotFoundError(label_id)
        return found[0]

    def label_of(self, image_id: str, label_id: str) -> LabelVersion:
        """Return a label of a run, also a removed one, or raise LabelNotFoundError."""
        label = self.label(label_id)
        if label.image_id != image_id:
            raise LabelNotFoundError(label_id)
        return label

    def labels(self, image_id: str, *, with_removed: bool = False) -> list[LabelVersion]:
        """Return all versions of all tags of a run, oldest first."""
        query = select(*_LABEL).where(LabelRow.image_id == check_image_id(image_id)).order_by(LabelRow.number)
        return self._select(query if with_removed else query.where(LabelRow.removed_at.is_(None)))

    def tags_of(self, image_id: str) -> dict[str, LabelVersion]:
        """Return the newest label of a run under each tag that MONAI Label sees."""
        return {label.shown_tag: label for label in self.labels(image_id)}

    def newest(self, image_id: str, tag: str | None = None) -> LabelVersion:
        """Return the newest label of a run, of a tag that MONAI Label sees or of any.

        Raises:
            LabelNotFoundError: The run has no such label.
        """
        numbers = newest_numbers(LabelRow.image_id == check_image_id(image_id), *_of_tag(tag))
        found = self._select(_with_numbers(_LABEL, numbers))
        if not found:
            raise LabelNotFoundError(f"{image_id}/{tag}" if tag else image_id)
        return found[0]

    def labelled(self, tag: str | None = None) -> frozenset[str]:
        """Return the image ids of all runs that have a label, of a tag that MONAI Label sees or of any."""
        query = select(LabelRow.image_id).where(LabelRow.removed_at.is_(None), *_of_tag(tag)).distinct()
        with self._database.reading() as connection:
            return frozenset(connection.scalars(query))

    def heads_by_tag(self) -> dict[str, dict[str, LabelHead]]:
        """Return the head of what `newest_by_tag` returns: for lists, several times as quick."""
        query = _with_numbers(_HEAD, newest_numbers().group_by(LabelRow.image_id, _shown_tag))
        by_run: dict[str, dict[str, LabelHead]] = {}
        with self._database.reading() as connection:
            for head in (LabelHead(*row) for row in connection.execute(query)):
                by_run.setdefault(head.image_id, {})[head.shown_tag] = head
        return by_run

    def newest_heads(self) -> dict[str, LabelHead]:
        """Return the head of the newest label of every run by image id, whatever its tag."""
        query = _with_numbers(_HEAD, newest_numbers().group_by(LabelRow.image_id))
        with self._database.reading() as connection:
            return {head.image_id: head for head in (LabelHead(*row) for row in connection.execute(query))}

    def newest_labels(self, tag: str | None = None) -> dict[str, LabelVersion]:
        """Return the newest label of every run by image id, of a tag that MONAI Label sees or of any."""
        numbers = newest_numbers(*_of_tag(tag)).group_by(LabelRow.image_id)
        return {label.image_id: label for label in self._select(_with_numbers(_LABEL, numbers))}

    def newest_by_tag(self) -> dict[str, dict[str, LabelVersion]]:
        """Return the newest label of every run under each tag that MONAI Label sees."""
        numbers = newest_numbers().group_by(LabelRow.image_id, _shown_tag)
        by_run: dict[str, dict[str, LabelVersion]] = {}
        for label in self._select(_with_numbers(_LABEL, numbers)):
            by_run.setdefault(label.image_id, {})[label.shown_tag] = label
        return by_run

    def history(self, label_id: str) -> list[StateChange]:
        """Return who moved a label when, from its beginning."""
        query = select(*_CHANGE).where(LabelChangeRow.label_id == check_label_id(label_id))
        with self._database.reading() as connection:
            return [StateChange(*row) for row in connection.execute(query.order_by(LabelChangeRow.number))]

    def knows_label(self, label_id: str) -> bool:
        """Return whether the ledger has a label, removed or not."""
        with self._database.reading() as connection:
            return connection.scalar(select(LabelRow.number).where(LabelRow.id == label_id)) is not None

    def needs_file(self, name: str) -> bool:
        """Return whether a label or the outbox needs a file."""
        labels, entries = (
            select(LabelRow.id).where(LabelRow.file == name),
            select(OutboxRow.id).where(OutboxRow.file == name),
        )
        with self._database.reading() as connection:
            return any(connection.scalar(query.limit(1)) is not None for query in (labels, entries))

    def files(self) -> set[str]:
        """Return the names of all files that labels and the outbox need."""
        with self._database.reading() as connection:
            return {*connection.scalars(select(LabelRow.file)), *connection.scalars(select(OutboxRow.file))}

    def _select(self, query: Select[Any]) -> list[LabelVersion]:
        with self._database.reading() as connection:
            return [LabelVersion(*row) for row in connection.execute(query)]


def seen_under(tag: str) -> ColumnElement[bool]:
    """Return the condition that MONAI Label sees a label under a tag."""
    return _shown_tag == check_tag(tag)


def newest_numbers(*conditions: ColumnElement[bool]) -> Select[Any]:
    """Return a query for the number of the newest visible label; group it to get one of each group."""
    return select(func.max(LabelRow.number)).where(LabelRow.removed_at.is_(None), *conditions)


def label_of(row: Row[Any]) -> LabelVersion:
    """Return a whole row of the table as a label."""
    return LabelVersion(*(getattr(row, name) for name in _NAMES))


def _with_numbers(columns: tuple[Any, ...], numbers: Select[Any]) -> Select[Any]:
    return select(*columns).where(LabelRow.number.in_(numbers))


def _of_tag(tag: str | None) -> tuple[ColumnElement[bool], ...]:
    return () if tag is None else (seen_under(tag),)
