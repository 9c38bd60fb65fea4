"""Tables of who may speak as a managed identity, and of sign-ins at hosts behind proxies."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Table, Text

from ostiary.directory.columns import METADATA, Moment, Octets, Words

identity_callers: Final = Table(
    "identity_callers",
    METADATA,
    Column("id", Words, primary_key=True),
    Column("principal_id", Words, nullable=False, index=True),
    # Exactly one of both: where a caller has to stand, or the hash of what it has to know.
    Column("network", Text),
    Column("hash", Octets, unique=True),
    Column("created", Moment, nullable=False),
    sqlite_strict=True,
)
forward_sessions: Final = Table(
    "forward_sessions",
    METADATA,
    Column("hash", Octets, primary_key=True),
    Column("app_id", Words, nullable=False),
    Column("origin", Text, nullable=False),
    Column("user_id", Words, nullable=False, index=True),
    Column("sid", Words, nullable=False, index=True),
    Column("device_id", Words),
    Column("created", Moment, nullable=False),
    Column("expires", Moment, nullable=False, index=True),
    sqlite_strict=True,
)
