"""Sessions of the admin center: the tokens that it got for a person, sealed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ostiary.directory.migrations.first.types import WHOLE, WORDS

revision = "0011"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "admin_sessions",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", WORDS, nullable=False),
        sa.Column("created", WHOLE, nullable=False),
        sa.Column("seen", WHOLE, nullable=False),
        sa.Column("expires", WHOLE, nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_admin_sessions"),
        sqlite_strict=True,
    )
    op.create_index("ix_admin_sessions_expires", "admin_sessions", ["expires"])
    op.create_index("ix_admin_sessions_user_id", "admin_sessions", ["user_id"])
