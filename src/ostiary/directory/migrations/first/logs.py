"""The first schema: the audit log and the sign-ins."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ostiary.directory.migrations.first.types import WHOLE, WORDS


def create() -> None:
    """Create the tables."""

    op.create_table(
        "audit",
        sa.Column("seq", WHOLE, autoincrement=False, nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("activity", sa.Text(), nullable=False),
        sa.Column("actor_id", WORDS, nullable=False),
        sa.Column("target_id", WORDS, nullable=False),
        sa.Column("row", sa.Text(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit"),
        sqlite_strict=True,
    )
    op.create_index("ix_audit_activity", "audit", ["activity"])
    op.create_index("ix_audit_actor_id", "audit", ["actor_id"])
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_index("ix_audit_target_id", "audit", ["target_id"])
    op.create_table(
        "audit_checkpoints",
        sa.Column("seq", WHOLE, autoincrement=False, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit_checkpoints"),
        sqlite_strict=True,
    )
    op.create_table(
        "sign_ins",
        sa.Column("number", WHOLE, autoincrement=True, nullable=False),
        sa.Column("id", WORDS, nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("principal_id", WORDS, nullable=False),
        sa.Column("app_id", WORDS, nullable=False),
        sa.Column("error_code", WHOLE, nullable=False),
        sa.Column("frame", sa.LargeBinary(), nullable=True),
        sa.Column("verdicts", sa.LargeBinary(), nullable=True),
        sa.Column("row", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_sign_ins"),
        sa.UniqueConstraint("id", name="uq_sign_ins_id"),
        sqlite_strict=True,
    )
    op.create_index("ix_sign_ins_at", "sign_ins", ["at"])
    op.create_index("ix_sign_ins_error", "sign_ins", ["error_code", "at"])
    op.create_index("ix_sign_ins_principal", "sign_ins", ["principal_id", "at"])
    op.create_table(
        "policy_frames",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_policy_frames"),
        sqlite_strict=True,
    )
