"""Links by which somebody who can show nothing yet sets up how to sign in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ostiary.directory.migrations.first.types import WHOLE, WORDS

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "enrolment_links",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", WORDS, nullable=False),
        sa.Column("created", WHOLE, nullable=False),
        sa.Column("expires", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_enrolment_links"),
        sqlite_strict=True,
    )
    op.create_index("ix_enrolment_links_expires", "enrolment_links", ["expires"])
    op.create_index("ix_enrolment_links_user_id", "enrolment_links", ["user_id"])
