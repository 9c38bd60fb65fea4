"""Objects of the management API."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ostiary.directory.migrations.first.types import WHOLE, WORDS

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "azure_resources",
        sa.Column("id", WORDS, nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("revision", WHOLE, nullable=False),
        sa.Column("position", WHOLE, nullable=False),
        sa.Column("created", WHOLE, nullable=False),
        sa.Column("modified", WHOLE, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("type", WORDS, nullable=False),
        sa.Column("scope", WORDS, nullable=False),
        sa.Column("principal_id", WORDS, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_azure_resources"),
        sqlite_strict=True,
    )
    for column in ("principal_id", "revision", "scope", "type"):
        op.create_index(f"ix_azure_resources_{column}", "azure_resources", [column])
