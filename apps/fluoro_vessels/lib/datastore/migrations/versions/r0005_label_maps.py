"""What a frame of a session looked like after a prompt, so that another engine changes nothing of it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the column; prompts of before have none and are replayed."""
    op.add_column("prompts", sa.Column("label_map", sa.LargeBinary()))
