"""The first schema."""

from __future__ import annotations

from ostiary.directory.migrations.first import directory, guards, logs, policies, sessions

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create every table."""
    for part in (directory, policies, sessions, logs, guards):
        part.create()
