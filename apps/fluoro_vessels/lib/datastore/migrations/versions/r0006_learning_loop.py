"""Which run next and for whom, what reviewers said of labels, and the trainings."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_TIME = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")


def upgrade() -> None:
    """Create the four tables of the learning loop."""
    op.create_table(
        "run_scores",
        sa.Column("image_id", sa.String(128), nullable=False),
        sa.Column("model", sa.String(256), nullable=False),
        sa.Column("uncertainty", sa.Float(), nullable=False),
        sa.Column("foreground", sa.Float(), nullable=False),
        sa.Column("embedding", sa.LargeBinary(), nullable=False),
        sa.Column("frames", sa.JSON(), nullable=False),
        sa.Column("scored_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("image_id", name="pk_run_scores"),
        sa.ForeignKeyConstraint(["image_id"], ["runs.image_id"], name="fk_run_scores_image_id"),
    )
    op.create_index("ix_run_scores_scored_at", "run_scores", ["scored_at"])
    op.create_table(
        "reservations",
        sa.Column("image_id", sa.String(128), nullable=False),
        sa.Column("owner", sa.String(128), nullable=False),
        sa.Column("until", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("image_id", name="pk_reservations"),
        sa.ForeignKeyConstraint(["image_id"], ["runs.image_id"], name="fk_reservations_image_id"),
    )
    op.create_index("ix_reservations_until", "reservations", ["until"])
    op.create_table(
        "reviews",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("label_id", sa.String(32), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("by", sa.String(128), nullable=False),
        sa.Column("verdict", sa.String(16)),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_reviews"),
        sa.ForeignKeyConstraint(["label_id"], ["labels.id"], name="fk_reviews_label_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_reviews_label_id", "reviews", ["label_id"])
    op.create_table(
        "trainings",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("trainer", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(128), nullable=False),
        sa.Column("asked_by", sa.String(128), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("started_at", _TIME),
        sa.Column("ended_at", _TIME),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(64)),
        sa.Column("outcome", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_trainings"),
    )
    op.create_index("ix_trainings_created_at", "trainings", ["created_at"])
