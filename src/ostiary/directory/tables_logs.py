"""Tables that are only ever added to: audit log, its checkpoints, sign-ins."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Index, Table, Text

from ostiary.directory.columns import METADATA, Moment, Octets, Whole, Words

audit: Final = Table(
    "audit",
    METADATA,
    # All that is searched stands in `row` too, which alone is hashed; `verify` compares them.
    Column("seq", Whole, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False, index=True),
    Column("activity", Text, nullable=False, index=True),
    Column("actor_id", Words, nullable=False, index=True),
    Column("target_id", Words, nullable=False, index=True),
    Column("row", Text, nullable=False),
    Column("hash", Octets, nullable=False),
    sqlite_strict=True,
)
checkpoints: Final = Table(
    "audit_checkpoints",
    METADATA,
    Column("seq", Whole, primary_key=True, autoincrement=False),
    Column("document", Text, nullable=False),
    sqlite_strict=True,
)
SEARCHED: Final = ("kind", "ca_status", "user_name", "app_name", "ip", "correlation_id")
"""Columns of sign-ins that repeat what stands in their row."""
sign_ins: Final = Table(
    "sign_ins",
    METADATA,
    Column("number", Whole, primary_key=True, autoincrement=True),
    Column("id", Words, nullable=False, unique=True),
    Column("at", Moment, nullable=False),
    Column("principal_id", Words, nullable=False),
    Column("app_id", Words, nullable=False),
    Column("error_code", Whole, nullable=False),
    Column("frame", Octets),
    Column("verdicts", Octets),
    Column("row", Text, nullable=False),
    # What is searched, in lower case; '' where there is none. All of it stands in `row` too.
    *(Column(each, Words, nullable=False, server_default="") for each in SEARCHED),
    sqlite_strict=True,
)
Index("ix_sign_ins_at", sign_ins.c.at)
for _each in ("app_id", "kind", "ca_status", "user_name", "ip", "correlation_id"):
    Index(f"ix_sign_ins_{_each}", sign_ins.c[_each], sign_ins.c.at)
Index("ix_sign_ins_principal", sign_ins.c.principal_id, sign_ins.c.at)
Index("ix_sign_ins_error", sign_ins.c.error_code, sign_ins.c.at)
frames: Final = Table(
    "policy_frames",
    METADATA,
    Column("hash", Octets, primary_key=True),
    Column("document", Text, nullable=False),
    sqlite_strict=True,
)
