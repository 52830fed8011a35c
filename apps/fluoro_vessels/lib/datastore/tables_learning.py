"""The tables of the learning loop: what is worth labelling, who was sent where, reviews, trainings."""

from datetime import datetime
from typing import Any

from sqlalchemy import Float, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lib.datastore.tables import Table


class RunScoreRow(Table):
    """What the model of the hour makes of a run: why it would be worth labelling."""

    __tablename__ = "run_scores"
    __table_args__ = (Index("ix_run_scores_scored_at", "scored_at"),)

    image_id: Mapped[str] = mapped_column(ForeignKey("runs.image_id"), primary_key=True)
    model: Mapped[str] = mapped_column(String(256))
    """Id and version of what looked at it; another one looks again."""
    uncertainty: Mapped[float] = mapped_column(Float)
    foreground: Mapped[float] = mapped_column(Float)
    """Share of the picture that is vessel, on the fullest frame looked at."""
    embedding: Mapped[bytes]
    """float32, little endian, of length 1."""
    frames: Mapped[list[list[float]]]
    """[t, uncertainty] of the frames looked at, the most uncertain first."""
    scored_at: Mapped[datetime]


class ReservationRow(Table):
    """A run that somebody was sent to; nobody else is, until it expires."""

    __tablename__ = "reservations"
    __table_args__ = (Index("ix_reservations_until", "until"),)

    image_id: Mapped[str] = mapped_column(ForeignKey("runs.image_id"), primary_key=True)
    owner: Mapped[str] = mapped_column(String(128))
    until: Mapped[datetime]


class ReviewRow(Table):
    """What a reviewer said of a label."""

    __tablename__ = "reviews"
    __table_args__ = ({"sqlite_autoincrement": True},)

    number: Mapped[int] = mapped_column(primary_key=True)
    label_id: Mapped[str] = mapped_column(ForeignKey("labels.id"), index=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(128))
    verdict: Mapped[str | None] = mapped_column(String(16))
    """`approved` or `returned`; NULL for a comment alone."""
    comment: Mapped[str] = mapped_column(Text)


class TrainingRow(Table):
    """A training that somebody or something asked for."""

    __tablename__ = "trainings"
    __table_args__ = (Index("ix_trainings_created_at", "created_at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    trainer: Mapped[str] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(String(128))
    """In words: by hand, after 20 labels, at 02:00."""
    asked_by: Mapped[str] = mapped_column(String(128))
    settings: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(16))
    """waiting, running, done, failed or cancelled."""
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    attempts: Mapped[int]
    """How often a process was started for it."""
    version: Mapped[str | None] = mapped_column(String(64))
    """The version that came of it."""
    outcome: Mapped[str | None] = mapped_column(Text)
    """What became of it, in a sentence."""
