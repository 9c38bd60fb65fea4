"""The first schema: sessions, tokens, factors and keys."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ostiary.directory.migrations.first.types import WHOLE, WORDS


def create() -> None:
    """Create the tables."""

    op.create_table(
        "sessions",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("sid", WORDS, nullable=False),
        sa.Column("user_id", WORDS, nullable=False),
        sa.Column("created", WHOLE, nullable=False),
        sa.Column("seen", WHOLE, nullable=False),
        sa.Column("idle_seconds", WHOLE, nullable=False),
        sa.Column("expires", WHOLE, nullable=False),
        sa.Column("ended", WHOLE, nullable=True),
        sa.Column("ended_why", sa.Text(), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_sessions"),
        sa.UniqueConstraint("sid", name="uq_sessions_sid"),
        sqlite_strict=True,
    )
    op.create_index("ix_sessions_expires", "sessions", ["expires"])
    op.create_index("ix_sessions_user_id", "sessions", ["user_id"])
    op.create_table(
        "families",
        sa.Column("id", WORDS, nullable=False),
        sa.Column("handle", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", WORDS, nullable=False),
        sa.Column("client_id", WORDS, nullable=False),
        sa.Column("sid", WORDS, nullable=True),
        sa.Column("code", sa.LargeBinary(), nullable=True),
        sa.Column("use", sa.Text(), nullable=False),
        sa.Column("generation", WHOLE, nullable=False),
        sa.Column("current", sa.LargeBinary(), nullable=False),
        sa.Column("recent", sa.LargeBinary(), nullable=False),
        sa.Column("rotated", WHOLE, nullable=False),
        sa.Column("created", WHOLE, nullable=False),
        sa.Column("idle_seconds", WHOLE, nullable=False),
        sa.Column("expires", WHOLE, nullable=False),
        sa.Column("revoked", WHOLE, nullable=True),
        sa.Column("revoked_why", sa.Text(), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_families"),
        sa.UniqueConstraint("handle", name="uq_families_handle"),
        sqlite_strict=True,
    )
    op.create_index("ix_families_code", "families", ["code"])
    op.create_index("ix_families_expires", "families", ["expires"])
    op.create_index("ix_families_sid", "families", ["sid"])
    op.create_index("ix_families_user_id", "families", ["user_id"])
    op.create_table(
        "codes",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("client_id", WORDS, nullable=False),
        sa.Column("redirect_uri", sa.Text(), nullable=False),
        sa.Column("user_id", WORDS, nullable=False),
        sa.Column("sid", WORDS, nullable=True),
        sa.Column("created", WHOLE, nullable=False),
        sa.Column("expires", WHOLE, nullable=False),
        sa.Column("redeemed", WHOLE, nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_codes"),
        sqlite_strict=True,
    )
    op.create_index("ix_codes_expires", "codes", ["expires"])
    op.create_index("ix_codes_sid", "codes", ["sid"])
    op.create_index("ix_codes_user_id", "codes", ["user_id"])
    op.create_table(
        "device_codes",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_code", sa.LargeBinary(), nullable=False),
        sa.Column("client_id", WORDS, nullable=False),
        sa.Column("created", WHOLE, nullable=False),
        sa.Column("expires", WHOLE, nullable=False),
        sa.Column("interval", WHOLE, nullable=False),
        sa.Column("polled", WHOLE, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("user_id", WORDS, nullable=True),
        sa.Column("sid", WORDS, nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("approval", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("hash", name="pk_device_codes"),
        sa.UniqueConstraint("user_code", name="uq_device_codes_user_code"),
        sqlite_strict=True,
    )
    op.create_index("ix_device_codes_expires", "device_codes", ["expires"])
    op.create_index("ix_device_codes_user_id", "device_codes", ["user_id"])
    op.create_table(
        "interactions",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("browser", sa.LargeBinary(), nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.Column("expires", WHOLE, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_interactions"),
        sqlite_strict=True,
    )
    op.create_index("ix_interactions_expires", "interactions", ["expires"])
    op.create_table(
        "used_once",
        sa.Column("kind", WORDS, nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("expires", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", name="pk_used_once"),
        sqlite_strict=True,
    )
    op.create_index("ix_used_once_expires", "used_once", ["expires"])
    op.create_table(
        "methods",
        sa.Column("id", WORDS, nullable=False),
        sa.Column("user_id", WORDS, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("created", WHOLE, nullable=False),
        sa.Column("used", WHOLE, nullable=True),
        sa.Column("credential", sa.LargeBinary(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_methods"),
        sa.UniqueConstraint("credential", name="uq_methods_credential"),
        sqlite_strict=True,
    )
    op.create_index("ix_methods_user_id", "methods", ["user_id"])
    op.create_table(
        "passwords",
        sa.Column("user_id", WORDS, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("changed", WHOLE, nullable=False),
        sa.Column("must_change", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_passwords"),
        sqlite_strict=True,
    )
    op.create_table(
        "attempts",
        sa.Column("key", WORDS, nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.Column("expires", WHOLE, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_attempts"),
        sqlite_strict=True,
    )
    op.create_index("ix_attempts_expires", "attempts", ["expires"])
    op.create_table(
        "keys",
        sa.Column("kid", sa.Text(), nullable=False),
        sa.Column("use", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created", WHOLE, nullable=False),
        sa.Column("activates", WHOLE, nullable=True),
        sa.Column("retired", WHOLE, nullable=True),
        sa.Column("public", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("kid", name="pk_keys"),
        sqlite_strict=True,
    )
    op.create_index("ix_keys_use", "keys", ["use"])
