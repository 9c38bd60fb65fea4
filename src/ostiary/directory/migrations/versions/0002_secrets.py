"""Secrets of the tenant, sealed, and by what the key-encryption key is recognised."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ostiary.directory.migrations.first.types import WHOLE, WORDS

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "tenant_secrets",
        sa.Column("name", WORDS, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_tenant_secrets"),
        sqlite_strict=True,
    )
    op.create_table(
        "recognitions",
        sa.Column("version", WHOLE, autoincrement=False, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_recognitions"),
        sqlite_strict=True,
    )
