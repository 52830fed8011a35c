"""What headers say of runs, which labels a saved label has, and who works on a run: all for lists."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_TIME = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")


def upgrade() -> None:
    """Create the table, and add the column: NULL in the labels of before means that nobody noted it."""
    op.create_table(
        "run_facts",
        sa.Column("image_id", sa.String(128), nullable=False),
        sa.Column("primary_angle_deg", sa.Float()),
        sa.Column("secondary_angle_deg", sa.Float()),
        sa.Column("frame_time_ms", sa.Float()),
        sa.Column("patient_token", sa.String(16), nullable=False),
        sa.Column("fullest_frame", sa.Integer()),
        sa.Column("read_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("image_id", name="pk_run_facts"),
        sa.ForeignKeyConstraint(["image_id"], ["runs.image_id"], name="fk_run_facts_image_id"),
    )
    op.add_column("labels", sa.Column("label_indices", sa.JSON()))
    op.create_index("ix_sessions_used_at", "sessions", ["used_at"])
