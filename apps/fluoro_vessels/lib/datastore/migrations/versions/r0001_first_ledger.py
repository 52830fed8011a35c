"""The first ledger: runs, excluded frames, labels with their history, outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_TIME = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")


def upgrade() -> None:
    """Create all tables."""
    _create_runs()
    _create_labels()
    _create_outbox()


def _create_runs() -> None:
    op.create_table(
        "runs",
        sa.Column("image_id", sa.String(128), nullable=False),
        sa.Column("study_instance_uid", sa.String(128), nullable=False),
        sa.Column("series_instance_uid", sa.String(128), nullable=False),
        sa.Column("sop_class_uid", sa.String(128), nullable=False),
        sa.Column("modality", sa.String(16), nullable=False),
        sa.Column("n_frames", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("columns", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("state_changed_by", sa.String(128), nullable=False),
        sa.Column("state_changed_at", _TIME, nullable=False),
        sa.Column("first_seen_at", _TIME, nullable=False),
        sa.Column("gone_at", _TIME),
        sa.Column("info", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("image_id", name="pk_runs"),
    )
    op.create_index("ix_runs_series_instance_uid", "runs", ["series_instance_uid"])
    op.create_table(
        "excluded_frames",
        sa.Column("image_id", sa.String(128), nullable=False),
        sa.Column("frame", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("excluded_by", sa.String(128), nullable=False),
        sa.Column("excluded_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("image_id", "frame", name="pk_excluded_frames"),
        sa.ForeignKeyConstraint(["image_id"], ["runs.image_id"], name="fk_excluded_frames_image_id"),
    )


def _create_labels() -> None:
    op.create_table(
        "labels",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("image_id", sa.String(128), nullable=False),
        sa.Column("tag", sa.String(128), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("author", sa.String(128), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("model", sa.String(256)),
        sa.Column("finished_frames", sa.JSON()),
        sa.Column("file", sa.String(512), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("seg_sop_instance_uid", sa.String(64)),
        sa.Column("seg_series_instance_uid", sa.String(64)),
        sa.Column("info", sa.JSON(), nullable=False),
        sa.Column("removed_at", _TIME),
        sa.Column("removed_by", sa.String(128)),
        sa.PrimaryKeyConstraint("number", name="pk_labels"),
        sa.UniqueConstraint("id", name="uq_labels_id"),
        sa.UniqueConstraint("image_id", "tag", "version", name="uq_labels_image_id"),
        sa.ForeignKeyConstraint(["image_id"], ["runs.image_id"], name="fk_labels_image_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_labels_newest", "labels", ["image_id", "tag", "state", "removed_at", "number"])
    op.create_table(
        "label_changes",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("label_id", sa.String(32), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("by", sa.String(128), nullable=False),
        sa.Column("before", sa.String(16)),
        sa.Column("after", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_label_changes"),
        sa.ForeignKeyConstraint(["label_id"], ["labels.id"], name="fk_label_changes_label_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_label_changes_label_id", "label_changes", ["label_id"])


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("label_id", sa.String(32), nullable=False),
        sa.Column("file", sa.String(512), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", _TIME, nullable=False),
        sa.Column("last_error", sa.Text()),
        sa.Column("is_refused", sa.Boolean(), nullable=False),
        sa.Column("claimed_by", sa.String(128)),
        sa.Column("claimed_until", _TIME),
        sa.Column("sent_at", _TIME),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("label_id", "kind", name="uq_outbox_label_id"),
        sa.ForeignKeyConstraint(["label_id"], ["labels.id"], name="fk_outbox_label_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_waiting", "outbox", ["sent_at", "next_try_at"])
