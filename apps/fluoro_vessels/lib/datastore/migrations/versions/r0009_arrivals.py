"""Runs that arrived, and what became of them."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_TIME = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")


def upgrade() -> None:
    """Create the watch and the queue."""
    op.create_table(
        "arrival_watch",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("since", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_arrival_watch"),
    )
    op.create_table(
        "arrivals",
        sa.Column("image_id", sa.String(128), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("noted_at", _TIME, nullable=False),
        sa.Column("began_at", _TIME),
        sa.Column("ended_at", _TIME),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.String(128)),
        sa.Column("rule", sa.String(64)),
        sa.Column("outcome", sa.Text()),
        sa.Column("label_id", sa.String(32)),
        sa.Column("measurement_id", sa.String(32)),
        sa.PrimaryKeyConstraint("image_id", name="pk_arrivals"),
        sa.ForeignKeyConstraint(["image_id"], ["runs.image_id"], name="fk_arrivals_image_id"),
    )
    op.create_index("ix_arrivals_state", "arrivals", ["state", "noted_at"])
