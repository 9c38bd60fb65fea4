"""Tables of sessions, tokens, factors and keys: no secret stands in them in the clear."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Integer, PrimaryKeyConstraint, Table, Text

from ostiary.directory.columns import METADATA, Moment, Octets, Whole, Words

sessions: Final = Table(
    "sessions",
    METADATA,
    Column("hash", Octets, primary_key=True),
    Column("sid", Words, nullable=False, unique=True),
    Column("user_id", Words, nullable=False, index=True),
    Column("created", Moment, nullable=False),
    Column("seen", Moment, nullable=False),
    Column("idle_seconds", Whole, nullable=False),
    Column("expires", Moment, nullable=False, index=True),
    Column("ended", Moment),
    Column("ended_why", Text),
    Column("document", Text, nullable=False),
    sqlite_strict=True,
)
families: Final = Table(
    "families",
    METADATA,
    Column("id", Words, primary_key=True),
    Column("handle", Octets, nullable=False, unique=True),
    Column("user_id", Words, nullable=False, index=True),
    Column("client_id", Words, nullable=False),
    Column("sid", Words, index=True),
    Column("code", Octets, index=True),
    Column("use", Text, nullable=False),
    Column("generation", Whole, nullable=False),
    Column("current", Octets, nullable=False),
    Column("recent", Octets, nullable=False),
    Column("rotated", Moment, nullable=False),
    Column("created", Moment, nullable=False),
    Column("idle_seconds", Whole, nullable=False),
    Column("expires", Moment, nullable=False, index=True),
    Column("revoked", Moment),
    Column("revoked_why", Text),
    Column("document", Text, nullable=False),
    sqlite_strict=True,
)
codes: Final = Table(
    "codes",
    METADATA,
    Column("hash", Octets, primary_key=True),
    Column("client_id", Words, nullable=False),
    Column("redirect_uri", Text, nullable=False),
    Column("user_id", Words, nullable=False, index=True),
    Column("sid", Words, index=True),
    Column("created", Moment, nullable=False),
    Column("expires", Moment, nullable=False, index=True),
    Column("redeemed", Moment),
    Column("document", Text, nullable=False),
    sqlite_strict=True,
)
device_codes: Final = Table(
    "device_codes",
    METADATA,
    Column("hash", Octets, primary_key=True),
    Column("user_code", Octets, nullable=False, unique=True),
    Column("client_id", Words, nullable=False),
    Column("created", Moment, nullable=False),
    Column("expires", Moment, nullable=False, index=True),
    Column("interval", Whole, nullable=False),
    Column("polled", Moment),
    Column("state", Text, nullable=False),
    Column("user_id", Words, index=True),
    Column("sid", Words),
    Column("document", Text, nullable=False),
    Column("approval", Text),
    sqlite_strict=True,
)
interactions: Final = Table(
    "interactions",
    METADATA,
    Column("hash", Octets, primary_key=True),
    Column("browser", Octets, nullable=False),
    Column("version", Whole, nullable=False),
    Column("expires", Moment, nullable=False, index=True),
    Column("document", Text, nullable=False),
    sqlite_strict=True,
)
used_once: Final = Table(
    "used_once",
    METADATA,
    Column("kind", Words, nullable=False),
    Column("key", Octets, nullable=False),
    Column("expires", Moment, nullable=False, index=True),
    PrimaryKeyConstraint("kind", "key"),
    sqlite_strict=True,
)
enrolment_links: Final = Table(
    "enrolment_links",
    METADATA,
    Column("hash", Octets, primary_key=True),
    Column("user_id", Words, nullable=False, index=True),
    Column("created", Moment, nullable=False),
    Column("expires", Moment, nullable=False, index=True),
    sqlite_strict=True,
)
admin_sessions: Final = Table(
    "admin_sessions",
    METADATA,
    Column("hash", Octets, primary_key=True),
    Column("user_id", Words, nullable=False, index=True),
    Column("created", Moment, nullable=False),
    Column("seen", Moment, nullable=False),
    Column("expires", Moment, nullable=False, index=True),
    Column("version", Whole, nullable=False),
    Column("sealed", Octets, nullable=False),
    sqlite_strict=True,
)
alert_outbox: Final = Table(
    "alert_outbox",
    METADATA,
    Column("id", Words, nullable=False),
    Column("channel", Words, nullable=False),
    Column("created", Moment, nullable=False),
    Column("due", Moment, nullable=False, index=True),
    Column("tries", Whole, nullable=False),
    Column("document", Text, nullable=False),
    PrimaryKeyConstraint("id", "channel"),
    sqlite_strict=True,
)
methods: Final = Table(
    "methods",
    METADATA,
    Column("id", Words, primary_key=True),
    Column("user_id", Words, nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("etag", Text, nullable=False),
    Column("created", Moment, nullable=False),
    Column("used", Moment),
    Column("credential", Octets, unique=True),
    Column("sealed", Octets),
    Column("document", Text, nullable=False),
    sqlite_strict=True,
)
passwords: Final = Table(
    "passwords",
    METADATA,
    Column("user_id", Words, primary_key=True),
    Column("hash", Text, nullable=False),
    Column("changed", Moment, nullable=False),
    Column("must_change", Integer, nullable=False),
    sqlite_strict=True,
)
attempts: Final = Table(
    "attempts",
    METADATA,
    Column("key", Words, primary_key=True),
    Column("version", Whole, nullable=False),
    Column("expires", Moment, nullable=False, index=True),
    Column("document", Text, nullable=False),
    sqlite_strict=True,
)
keys: Final = Table(
    "keys",
    METADATA,
    Column("kid", Text, primary_key=True),
    Column("use", Text, nullable=False, index=True),
    Column("state", Text, nullable=False),
    Column("created", Moment, nullable=False),
    Column("activates", Moment),
    Column("retired", Moment),
    Column("public", Text, nullable=False),
    Column("sealed", Octets),
    sqlite_strict=True,
)
acceptances: Final = Table(
    "acceptances",
    METADATA,
    Column("user_id", Words, nullable=False),
    Column("agreement_id", Words, nullable=False),
    Column("device_id", Words, nullable=False),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("user_id", "agreement_id", "device_id"),
    sqlite_strict=True,
)
risks: Final = Table(
    "risks",
    METADATA,
    Column("id", Words, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("updated", Moment, nullable=False),
    Column("document", Text, nullable=False),
    sqlite_strict=True,
)
risk_detections: Final = Table(
    "risk_detections",
    METADATA,
    Column("id", Words, primary_key=True),
    Column("principal_id", Words, nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("document", Text, nullable=False),
    sqlite_strict=True,
)
tenant_secrets: Final = Table(
    "tenant_secrets",
    METADATA,
    Column("name", Words, primary_key=True),
    Column("sealed", Octets, nullable=False),
    sqlite_strict=True,
)
recognitions: Final = Table(
    "recognitions",
    METADATA,
    Column("version", Whole, primary_key=True, autoincrement=False),
    Column("digest", Text, nullable=False),
    sqlite_strict=True,
)
