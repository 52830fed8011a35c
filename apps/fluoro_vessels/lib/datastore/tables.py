"""The tables of the ledger; `docs/data-model.md` draws them.

`migrations/` creates them: a change here needs a revision there, and a test compares the two.
"""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import JSON, Float, ForeignKey, Index, MetaData, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from lib.datastore.column_types import LabelStateType, Numbers, RunStateType, UtcTime
from lib.datastore.states import LabelState, RunState

NAMES: Final = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
"""How constraints are called, so that a migration can name them on every data base."""


class Table(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 (SQLAlchemy reads it once, at class creation)
        datetime: UtcTime,
        RunState: RunStateType,
        LabelState: LabelStateType,
        tuple[int, ...]: Numbers,
        dict[str, Any]: JSON,
        list[list[float]]: JSON,
    }


class RunRow(Table):
    """A run that the PACS has or had."""

    __tablename__ = "runs"

    image_id: Mapped[str] = mapped_column(String(128), primary_key=True)
    study_instance_uid: Mapped[str] = mapped_column(String(128))
    series_instance_uid: Mapped[str] = mapped_column(String(128), index=True)
    sop_class_uid: Mapped[str] = mapped_column(String(128))
    modality: Mapped[str] = mapped_column(String(16))
    n_frames: Mapped[int]
    rows: Mapped[int]
    columns: Mapped[int]
    state: Mapped[RunState]
    state_changed_by: Mapped[str] = mapped_column(String(128))
    state_changed_at: Mapped[datetime]
    first_seen_at: Mapped[datetime]
    gone_at: Mapped[datetime | None]
    info: Mapped[dict[str, Any]]


class RunFactsRow(Table):
    """What the header and the pixels of a run say of it, once somebody opened it."""

    __tablename__ = "run_facts"

    image_id: Mapped[str] = mapped_column(ForeignKey("runs.image_id"), primary_key=True)
    primary_angle_deg: Mapped[float | None] = mapped_column(Float)
    secondary_angle_deg: Mapped[float | None] = mapped_column(Float)
    frame_time_ms: Mapped[float | None] = mapped_column(Float)
    patient_token: Mapped[str] = mapped_column(String(16))
    fullest_frame: Mapped[int | None]
    read_at: Mapped[datetime]


class ExcludedFrameRow(Table):
    """A frame that nobody should annotate or learn from."""

    __tablename__ = "excluded_frames"

    image_id: Mapped[str] = mapped_column(ForeignKey("runs.image_id"), primary_key=True)
    frame: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    excluded_by: Mapped[str] = mapped_column(String(128))
    excluded_at: Mapped[datetime]


class FinishedFrameRow(Table):
    """A frame whose label a person finished: nothing automatic changes it any more."""

    __tablename__ = "finished_frames"

    image_id: Mapped[str] = mapped_column(ForeignKey("runs.image_id"), primary_key=True)
    frame: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    finished_by: Mapped[str] = mapped_column(String(128))
    finished_at: Mapped[datetime]


class LabelRow(Table):
    """One version of a label. Only state, info and the tombstone ever change."""

    __tablename__ = "labels"
    __table_args__ = (
        UniqueConstraint("image_id", "tag", "version"),
        UniqueConstraint("id"),
        Index("ix_labels_newest", "image_id", "tag", "state", "removed_at", "number"),
        {"sqlite_autoincrement": True},
    )

    number: Mapped[int] = mapped_column(primary_key=True)
    """Counts all labels in the order in which they were saved: "newest" is the largest."""
    id: Mapped[str] = mapped_column(String(32))
    image_id: Mapped[str] = mapped_column(ForeignKey("runs.image_id"))
    tag: Mapped[str] = mapped_column(String(128))
    version: Mapped[int]
    state: Mapped[LabelState]
    author: Mapped[str] = mapped_column(String(128))
    created_at: Mapped[datetime]
    model: Mapped[str | None] = mapped_column(String(256))
    finished_frames: Mapped[tuple[int, ...] | None]
    label_indices: Mapped[tuple[int, ...] | None]
    """Which labels of the table its pixels are; NULL: saved before this was noted."""
    file: Mapped[str] = mapped_column(String(512))
    sha256: Mapped[str] = mapped_column(String(64))
    seg_sop_instance_uid: Mapped[str | None] = mapped_column(String(64))
    seg_series_instance_uid: Mapped[str | None] = mapped_column(String(64))
    info: Mapped[dict[str, Any]]
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[str | None] = mapped_column(String(128))


class LabelChangeRow(Table):
    """One change of a label's state."""

    __tablename__ = "label_changes"
    __table_args__ = ({"sqlite_autoincrement": True},)

    number: Mapped[int] = mapped_column(primary_key=True)
    label_id: Mapped[str] = mapped_column(ForeignKey("labels.id"), index=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(128))
    before: Mapped[LabelState | None]
    after: Mapped[LabelState]


class OutboxRow(Table):
    """One thing that the PACS must get."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("label_id", "kind"),
        Index("ix_outbox_waiting", "sent_at", "next_try_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    label_id: Mapped[str] = mapped_column(ForeignKey("labels.id"))
    file: Mapped[str] = mapped_column(String(512))
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    attempts: Mapped[int]
    next_try_at: Mapped[datetime]
    last_error: Mapped[str | None] = mapped_column(Text)
    is_refused: Mapped[bool]
    claimed_by: Mapped[str | None] = mapped_column(String(128))
    claimed_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]


class SessionRow(Table):
    """One person's prompts on one run; `revision` counts the changes, `n_active` the prompts that count."""

    __tablename__ = "sessions"
    __table_args__ = (
        Index("ix_sessions_owner", "owner", "used_at"),
        Index("ix_sessions_used_at", "used_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    image_id: Mapped[str] = mapped_column(ForeignKey("runs.image_id"))
    owner: Mapped[str] = mapped_column(String(128))
    start: Mapped[str] = mapped_column(String(64))
    clean_up: Mapped[dict[str, Any]]
    engine: Mapped[str] = mapped_column(String(256))
    n_active: Mapped[int]
    revision: Mapped[int]
    created_at: Mapped[datetime]
    used_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class PromptRow(Table):
    """One prompt of a session, or a mask that was drawn; only `dropped_at` ever changes."""

    __tablename__ = "prompts"
    __table_args__ = (
        Index("ix_prompts_session", "session_id", "dropped_at", "number"),
        {"sqlite_autoincrement": True},
    )

    number: Mapped[int] = mapped_column(primary_key=True)
    """Counts all prompts in the order in which they were made."""
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id"))
    frame: Mapped[int]
    label: Mapped[int]
    overlap: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(16))
    is_positive: Mapped[bool]
    points: Mapped[list[list[float]]]
    mask: Mapped[bytes | None]
    label_map: Mapped[bytes | None]
    """Of the frame, after this prompt."""
    author: Mapped[str] = mapped_column(String(128))
    at: Mapped[datetime]
    dropped_at: Mapped[datetime | None]
    """When a new prompt took the place of this one, which had been undone."""


class MaskRow(Table):
    """The mask of one label on one frame, made from prompts; a new one takes its place."""

    __tablename__ = "masks"
    __table_args__ = (UniqueConstraint("owner", "image_id", "frame", "label"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner: Mapped[str] = mapped_column(String(128))
    image_id: Mapped[str] = mapped_column(ForeignKey("runs.image_id"))
    frame: Mapped[int]
    label: Mapped[int]
    color: Mapped[str] = mapped_column(String(7))
    points: Mapped[list[list[float]]]
    mask: Mapped[bytes]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class JobRow(Table):
    """A piece of long work, so that after a restart people hear what became of it."""

    __tablename__ = "jobs"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    owner: Mapped[str] = mapped_column(String(128))
    image_id: Mapped[str | None] = mapped_column(ForeignKey("runs.image_id"))
    state: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
