"""The tables of what DICOM nodes send here and get from here."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lib.datastore.tables import Table


class ReceivedRow(Table):
    """An object that a node stored here; one row for each SOP Instance UID, however often it came."""

    __tablename__ = "received"
    __table_args__ = (
        Index("ix_received_due", "state", "next_try_at"),
        Index("ix_received_at", "received_at"),
        Index("ix_received_arrived", "is_run", "state", "looked_at"),
    )

    sop_instance_uid: Mapped[str] = mapped_column(String(128), primary_key=True)
    """No foreign key to `runs`: it is here before the PACS, and not only runs come."""
    study_instance_uid: Mapped[str] = mapped_column(String(128))
    series_instance_uid: Mapped[str] = mapped_column(String(128))
    sop_class_uid: Mapped[str] = mapped_column(String(128))
    transfer_syntax_uid: Mapped[str] = mapped_column(String(128))
    modality: Mapped[str] = mapped_column(String(16))
    is_run: Mapped[bool]
    n_bytes: Mapped[int] = mapped_column(BigInteger)
    file: Mapped[str] = mapped_column(String(128))
    source: Mapped[str] = mapped_column(String(128))
    received_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16))
    """waiting, sent or refused."""
    attempts: Mapped[int]
    next_try_at: Mapped[datetime]
    last_error: Mapped[str | None] = mapped_column(Text)
    claimed_by: Mapped[str | None] = mapped_column(String(128))
    claimed_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    looked_at: Mapped[datetime | None]


class PushRow(Table):
    """An object that a node is to get; one row for each node and SOP Instance UID."""

    __tablename__ = "pushes"
    __table_args__ = (
        UniqueConstraint("node", "sop_instance_uid"),
        Index("ix_pushes_due", "state", "next_try_at"),
        Index("ix_pushes_transaction_uid", "transaction_uid"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    node: Mapped[str] = mapped_column(String(64))
    sop_instance_uid: Mapped[str] = mapped_column(String(128))
    sop_class_uid: Mapped[str] = mapped_column(String(128))
    transfer_syntax_uid: Mapped[str] = mapped_column(String(128))
    kind: Mapped[str] = mapped_column(String(16))
    n_bytes: Mapped[int] = mapped_column(BigInteger)
    file: Mapped[str] = mapped_column(String(128))
    wants_commitment: Mapped[bool]
    created_by: Mapped[str] = mapped_column(String(128))
    created_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16))
    """waiting, sent, committed or refused."""
    attempts: Mapped[int]
    next_try_at: Mapped[datetime]
    last_error: Mapped[str | None] = mapped_column(Text)
    claimed_by: Mapped[str | None] = mapped_column(String(128))
    claimed_until: Mapped[datetime | None]
    transaction_uid: Mapped[str | None] = mapped_column(String(64))
    sent_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
