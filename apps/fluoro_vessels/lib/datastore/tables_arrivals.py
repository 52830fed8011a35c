"""The tables of runs that arrived and are segmented by themselves."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lib.datastore.tables import Table


class ArrivalWatchRow(Table):
    """Since when runs count as arriving; one row, or none where nobody looks."""

    __tablename__ = "arrival_watch"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Always 1."""
    since: Mapped[datetime]


class ArrivalRow(Table):
    """A run that arrived, and what became of it."""

    __tablename__ = "arrivals"
    __table_args__ = (Index("ix_arrivals_state", "state", "noted_at"),)

    image_id: Mapped[str] = mapped_column(ForeignKey("runs.image_id"), primary_key=True)
    state: Mapped[str] = mapped_column(String(16))
    """waiting, working, done, left or failed."""
    noted_at: Mapped[datetime]
    began_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    attempts: Mapped[int]
    """How often the process that worked on it died."""
    claimed_by: Mapped[str | None] = mapped_column(String(128))
    rule: Mapped[str | None] = mapped_column(String(64))
    outcome: Mapped[str | None] = mapped_column(Text)
    """What became of it, or why it still waits, in a sentence."""
    label_id: Mapped[str | None] = mapped_column(String(32))
    measurement_id: Mapped[str | None] = mapped_column(String(32))
