"""Families of refresh tokens as they are kept: a row each."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from ostiary.directory.json_documents import from_text, to_text
from ostiary.directory.refresh_tokens import RefreshToken
from ostiary.model.json_types import JsonObject


class Use(Enum):
    """What using a token does to it."""

    ROTATING = "rotating"
    """Public clients: a new token each time; an old one revokes the family."""
    FORGIVING = "forgiving"
    """Confidential clients: a new token each time; an old one is refused."""
    LASTING = "lasting"
    """As Entra does it (`entraCompatible`): the token stays."""


class Presented(Enum):
    """What a presented refresh token turned out to be."""

    CURRENT = "current"
    RECENT = "recent"
    """Used a moment ago: answered with the same successor."""
    REUSED = "reused"
    EXPIRED = "expired"
    REVOKED = "revoked"
    UNKNOWN = "unknown"
    """Damaged, never ours, or another client's."""


@dataclass(frozen=True, slots=True)
class Family:
    """One grant. `document` keeps what the sign-in was: methods, times, scopes, transfer method."""

    id: str
    user_id: str
    client_id: str
    sid: str | None
    use: Use
    generation: int
    created: datetime
    rotated: datetime
    expires: datetime
    idle_seconds: int
    document: JsonObject
    revoked: datetime | None = None
    revoked_why: str | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A token and the row of its family, as it was read."""

    token: RefreshToken
    row: Any
    family: Family


@dataclass(frozen=True, slots=True)
class Redeemed:
    """What became of a presented token: `token` is the one to hand out, None where refused."""

    presented: Presented
    family: Family | None = None
    token: str | None = None
    seen: Seen | None = field(default=None, repr=False, compare=False)
    """What was read, for `redeem` to go on from."""


def row_of(made: Family, token: RefreshToken, code: bytes | None) -> dict[str, Any]:
    """Write a new family with its first token."""
    return {
        "id": made.id,
        "handle": token.handle_hash,
        "user_id": made.user_id,
        "client_id": made.client_id,
        "sid": made.sid,
        "code": code,
        "use": made.use.value,
        "generation": made.generation,
        "current": token.hash,
        "recent": b"",
        "rotated": made.rotated,
        "created": made.created,
        "idle_seconds": made.idle_seconds,
        "expires": made.expires,
        "document": to_text(made.document),
    }


def read_row(row: Any) -> Family:  # a row
    """Read a family."""
    return Family(
        row.id,
        row.user_id,
        row.client_id,
        row.sid,
        Use(row.use),
        row.generation,
        row.created,
        row.rotated,
        row.expires,
        row.idle_seconds,
        from_text(row.document),
        row.revoked,
        row.revoked_why,
    )
