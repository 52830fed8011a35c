"""The ledger's part about reviews: what was said of labels, and which wait for somebody to look at them."""

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, exists, insert, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from lib.datastore.database import Database
from lib.datastore.ids import check_label_id
from lib.datastore.incoming import LOCAL
from lib.datastore.ledger_label_lists import newest_numbers
from lib.datastore.ledger_labels import label_row, move_label
from lib.datastore.records import LabelHead
from lib.datastore.review_records import STATE_AFTER, NewReview, Review, Verdict
from lib.datastore.reviewer_meta import with_review
from lib.datastore.states import FINAL_STATES, LabelState, RunState, check_label_move
from lib.datastore.tables import LabelRow, RunRow, SessionRow
from lib.datastore.tables_learning import ReviewRow
from lib.errors import EmptyReviewError, OwnApprovalError

MADE_UP: Final = "browser-"
"""Begins the name of a browser whose user gave none; see the viewer's `core/client.js`."""

_HEAD: Final = tuple(getattr(LabelRow, field.name) for field in fields(LabelHead))
_REVIEW: Final = tuple(getattr(ReviewRow, field.name) for field in fields(Review))


class ReviewsInLedger:
    """Reviews are only ever added; a verdict moves the label, and its run with it."""

    _database: Database

    def add_review(self, new: NewReview, *, may_approve_own: bool = False) -> Review:
        """Note a review and move its label, in one transaction.

        Args:
            new: What was said.
            may_approve_own: Whether authors approve their labels although there are others.

        Raises:
            EmptyReviewError: Neither verdict nor comment.
            LabelNotFoundError: There is no such label, or it was removed.
            StateMoveError: It may not go there from where it is.
            OwnApprovalError: Its author approves it, and there are others who could.
        """
        if new.verdict is None and not new.comment.strip():
            raise EmptyReviewError

        def change(connection: Connection) -> Review:
            label = label_row(connection, new.label_id, LabelRow.removed_at.is_(None))
            if new.verdict is Verdict.APPROVED and not may_approve_own:
                _require_another(connection, label, new.by)
            state = _move(connection, label, new)
            review = Review(label.id, datetime.now(UTC), new.by, new.verdict, new.comment.strip())
            connection.execute(insert(ReviewRow).values(**_row_of(review)))
            if state in FINAL_STATES or new.verdict is not None:
                this_label = update(LabelRow).where(LabelRow.id == label.id)
                connection.execute(this_label.values(info=with_review(label.info, review)))
            return review

        return self._database.write(change)

    def reviews(self, label_id: str) -> list[Review]:
        """Return what was said of a label, oldest first."""
        query = select(*_REVIEW).where(ReviewRow.label_id == check_label_id(label_id))
        with self._database.reading() as connection:
            return [_review_of(row) for row in connection.execute(query.order_by(ReviewRow.number))]

    def waiting_for_review(self) -> list[LabelHead]:
        """Return the submitted labels that nobody decided about, the one that waits longest first.

        Only the newest of a run and tag, and of no rejected run.
        """
        return self._newest_heads_where(LabelRow.state == LabelState.SUBMITTED)

    def returned_to(self, author: str) -> list[LabelHead]:
        """Return an author's labels that came back and have no newer version, the oldest first."""
        return self._newest_heads_where(LabelRow.state == LabelState.RETURNED, LabelRow.author == author)

    def _newest_heads_where(self, *conditions: ColumnElement[bool]) -> list[LabelHead]:
        newest = newest_numbers().group_by(LabelRow.image_id, LabelRow.tag)
        query = (
            select(*_HEAD)
            .join(RunRow, RunRow.image_id == LabelRow.image_id)
            .where(LabelRow.number.in_(newest), RunRow.state != RunState.REJECTED, *conditions)
            .order_by(LabelRow.number)
        )
        with self._database.reading() as connection:
            return [LabelHead(*row) for row in connection.execute(query)]


def _require_another(connection: Connection, label: Row[Any], by: str) -> None:
    """Refuse that an author approves, unless nobody else who has a name ever worked here."""
    if label.author != by:
        return
    names = (LabelRow.author, SessionRow.owner, ReviewRow.by)
    others = or_(*(exists().where(name != by, *_is_a_name(name)) for name in names))
    if connection.scalar(select(others)):
        raise OwnApprovalError(label.id, by)


def _is_a_name(column: InstrumentedAttribute[str]) -> tuple[ColumnElement[bool], ...]:
    """Return the condition that somebody said who works: nobody else may stand behind the other words."""
    return column != LOCAL, column.not_like(f"{MADE_UP}%")


def _move(connection: Connection, label: Row[Any], new: NewReview) -> LabelState:
    """Move a label where a verdict wants it, and return where it is then."""
    before: LabelState = label.state
    if new.verdict is None:
        return before
    after = STATE_AFTER[new.verdict]
    check_label_move(before, after)
    if before is not after:
        move_label(connection, label, after, new.by)
    return after


def _row_of(review: Review) -> dict[str, Any]:
    return {name: getattr(review, name) for name in ("label_id", "at", "by", "verdict", "comment")}


def _review_of(row: Row[Any]) -> Review:
    verdict = None if row.verdict is None else Verdict(row.verdict)
    return Review(row.label_id, row.at, row.by, verdict, row.comment)
