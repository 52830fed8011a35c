"""Sessions of prompts, masks of frames, and frames that a person finished."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_TIME = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    _create_finished_frames()
    _create_sessions()
    _create_prompts()
    _create_masks()


def _create_finished_frames() -> None:
    op.create_table(
        "finished_frames",
        sa.Column("image_id", sa.String(128), nullable=False),
        sa.Column("frame", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("finished_by", sa.String(128), nullable=False),
        sa.Column("finished_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("image_id", "frame", name="pk_finished_frames"),
        sa.ForeignKeyConstraint(["image_id"], ["runs.image_id"], name="fk_finished_frames_image_id"),
    )


def _create_sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("image_id", sa.String(128), nullable=False),
        sa.Column("owner", sa.String(128), nullable=False),
        sa.Column("start", sa.String(64), nullable=False),
        sa.Column("clean_up", sa.JSON(), nullable=False),
        sa.Column("engine", sa.String(256), nullable=False),
        sa.Column("n_active", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("used_at", _TIME, nullable=False),
        sa.Column("closed_at", _TIME),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sa.ForeignKeyConstraint(["image_id"], ["runs.image_id"], name="fk_sessions_image_id"),
    )
    op.create_index("ix_sessions_owner", "sessions", ["owner", "used_at"])


def _create_prompts() -> None:
    op.create_table(
        "prompts",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.String(32), nullable=False),
        sa.Column("frame", sa.Integer(), nullable=False),
        sa.Column("label", sa.Integer(), nullable=False),
        sa.Column("overlap", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("is_positive", sa.Boolean(), nullable=False),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("mask", sa.LargeBinary()),
        sa.Column("author", sa.String(128), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("dropped_at", _TIME),
        sa.PrimaryKeyConstraint("number", name="pk_prompts"),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_prompts_session_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_prompts_session", "prompts", ["session_id", "dropped_at", "number"])


def _create_masks() -> None:
    op.create_table(
        "masks",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("owner", sa.String(128), nullable=False),
        sa.Column("image_id", sa.String(128), nullable=False),
        sa.Column("frame", sa.Integer(), nullable=False),
        sa.Column("label", sa.Integer(), nullable=False),
        sa.Column("color", sa.String(7), nullable=False),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("mask", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("changed_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_masks"),
        sa.UniqueConstraint("owner", "image_id", "frame", "label", name="uq_masks_owner"),
        sa.ForeignKeyConstraint(["image_id"], ["runs.image_id"], name="fk_masks_image_id"),
    )
