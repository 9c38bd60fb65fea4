"""Alerts that have still to be delivered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ostiary.directory.migrations.first.types import WHOLE, WORDS

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "alert_outbox",
        sa.Column("id", WORDS, nullable=False),
        sa.Column("channel", WORDS, nullable=False),
        sa.Column("created", WHOLE, nullable=False),
        sa.Column("due", WHOLE, nullable=False),
        sa.Column("tries", WHOLE, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", "channel", name="pk_alert_outbox"),
        sqlite_strict=True,
    )
    op.create_index("ix_alert_outbox_due", "alert_outbox", ["due"])
