"""What DICOM nodes sent here, and what they are to get from here."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_TIME = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")


def upgrade() -> None:
    """Create the two queues."""
    _create_received()
    _create_pushes()


def _create_received() -> None:
    op.create_table(
        "received",
        sa.Column("sop_instance_uid", sa.String(128), nullable=False),
        sa.Column("study_instance_uid", sa.String(128), nullable=False),
        sa.Column("series_instance_uid", sa.String(128), nullable=False),
        sa.Column("sop_class_uid", sa.String(128), nullable=False),
        sa.Column("transfer_syntax_uid", sa.String(128), nullable=False),
        sa.Column("modality", sa.String(16), nullable=False),
        sa.Column("is_run", sa.Boolean(), nullable=False),
        sa.Column("n_bytes", sa.BigInteger(), nullable=False),
        sa.Column("file", sa.String(128), nullable=False),
        sa.Column("source", sa.String(128), nullable=False),
        sa.Column("received_at", _TIME, nullable=False),
        *_attempts(),
        sa.Column("sent_at", _TIME),
        sa.Column("looked_at", _TIME),
        sa.PrimaryKeyConstraint("sop_instance_uid", name="pk_received"),
    )
    op.create_index("ix_received_due", "received", ["state", "next_try_at"])
    op.create_index("ix_received_at", "received", ["received_at"])
    op.create_index("ix_received_arrived", "received", ["is_run", "state", "looked_at"])


def _create_pushes() -> None:
    op.create_table(
        "pushes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("node", sa.String(64), nullable=False),
        sa.Column("sop_instance_uid", sa.String(128), nullable=False),
        sa.Column("sop_class_uid", sa.String(128), nullable=False),
        sa.Column("transfer_syntax_uid", sa.String(128), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("n_bytes", sa.BigInteger(), nullable=False),
        sa.Column("file", sa.String(128), nullable=False),
        sa.Column("wants_commitment", sa.Boolean(), nullable=False),
        sa.Column("created_by", sa.String(128), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        *_attempts(),
        sa.Column("transaction_uid", sa.String(64)),
        sa.Column("sent_at", _TIME),
        sa.Column("ended_at", _TIME),
        sa.PrimaryKeyConstraint("id", name="pk_pushes"),
        sa.UniqueConstraint("node", "sop_instance_uid", name="uq_pushes_node"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_pushes_due", "pushes", ["state", "next_try_at"])
    op.create_index("ix_pushes_transaction_uid", "pushes", ["transaction_uid"])


def _attempts() -> tuple[sa.Column[object], ...]:
    """Return the columns about what was tried."""
    return (
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", _TIME, nullable=False),
        sa.Column("last_error", sa.Text()),
        sa.Column("claimed_by", sa.String(128)),
        sa.Column("claimed_until", _TIME),
    )
