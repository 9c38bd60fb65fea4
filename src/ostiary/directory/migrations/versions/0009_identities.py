"""Who may speak as a managed identity; sign-ins at hosts behind proxies."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ostiary.directory.migrations.first.types import WHOLE, WORDS

revision = "0009"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "identity_callers",
        sa.Column("id", WORDS, nullable=False),
        sa.Column("principal_id", WORDS, nullable=False),
        sa.Column("network", sa.Text(), nullable=True),
        sa.Column("hash", sa.LargeBinary(), nullable=True),
        sa.Column("created", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_identity_callers"),
        sa.UniqueConstraint("hash", name="uq_identity_callers_hash"),
        sqlite_strict=True,
    )
    op.create_index("ix_identity_callers_principal_id", "identity_callers", ["principal_id"])
    op.create_table(
        "forward_sessions",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("app_id", WORDS, nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("user_id", WORDS, nullable=False),
        sa.Column("sid", WORDS, nullable=False),
        sa.Column("device_id", WORDS, nullable=True),
        sa.Column("created", WHOLE, nullable=False),
        sa.Column("expires", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_forward_sessions"),
        sqlite_strict=True,
    )
    for column in ("expires", "sid", "user_id"):
        op.create_index(f"ix_forward_sessions_{column}", "forward_sessions", [column])
