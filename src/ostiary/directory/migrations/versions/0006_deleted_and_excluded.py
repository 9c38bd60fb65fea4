"""Deleted policies and named locations that can come back; temporary exclusions from policies."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ostiary.directory.migrations.first.types import WHOLE, WORDS

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "deleted_items",
        sa.Column("collection", WORDS, nullable=False),
        sa.Column("id", WORDS, nullable=False),
        sa.Column("deleted", WHOLE, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("collection", "id", name="pk_deleted_items"),
        sqlite_strict=True,
    )
    op.create_index("ix_deleted_items_deleted", "deleted_items", ["deleted"])
    op.create_table(
        "temporary_exclusions",
        sa.Column("id", WORDS, nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("revision", WHOLE, nullable=False),
        sa.Column("position", WHOLE, nullable=False),
        sa.Column("created", WHOLE, nullable=False),
        sa.Column("modified", WHOLE, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("policy_id", WORDS, nullable=False),
        sa.Column("user_id", WORDS, nullable=False),
        sa.Column("starts", WHOLE, nullable=False),
        sa.Column("ends", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_temporary_exclusions"),
        sqlite_strict=True,
    )
    for column in ("ends", "policy_id", "revision", "user_id"):
        op.create_index(f"ix_temporary_exclusions_{column}", "temporary_exclusions", [column])
