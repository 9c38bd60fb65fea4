"""Rollouts of policies: of each policy any number, one under way."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ostiary.directory.migrations.first.types import WORDS

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what a rollout is found by; no release before this one wrote any."""
    op.add_column(
        "policy_rollouts", sa.Column("policy_id", WORDS, nullable=False, server_default="")
    )
    op.add_column("policy_rollouts", sa.Column("under_way", WORDS))
    op.create_index("ix_policy_rollouts_policy_id", "policy_rollouts", ["policy_id"])
    op.create_index("ix_policy_rollouts_under_way", "policy_rollouts", ["under_way"], unique=True)
