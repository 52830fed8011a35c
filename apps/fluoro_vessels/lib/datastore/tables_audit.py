"""The table of what was asked of the server; rows are added and never changed."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lib.datastore.tables import Table


class AuditRow(Table):
    """One request, chained to the one before; triggers refuse to change or delete it."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_at", "at"), Index("ix_audit_image_id", "image_id"))

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """1, 2, 3 ...: who finds a number taken was overtaken, and chains anew."""
    at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(128))
    what: Mapped[str] = mapped_column(String(256))
    image_id: Mapped[str | None] = mapped_column(String(128))
    """No foreign key: what was asked about a run that nobody knows is remembered too."""
    subject: Mapped[str | None] = mapped_column(String(128))
    result: Mapped[int]
    origin: Mapped[str] = mapped_column(String(64))
    request_id: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
