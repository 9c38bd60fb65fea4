"""What a user has registered, as Graph reports it and as the snapshot reads it."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import select

from ostiary.directory.documents import insert_new, upsert
from ostiary.directory.json_documents import from_text, to_text
from ostiary.directory.tables_objects import known_collections, registrations
from ostiary.directory.tables_sessions import methods
from ostiary.directory.unit import Change

NOT_MFA: Final = frozenset({"email", "securityQuestion", "temporaryAccessPass", "recoveryCode"})
"""Methods that do not make a user capable of multifactor authentication for good."""


def keep_registration(change: Change, user_id: str) -> None:
    """Write the registration details anew, after a method was added or removed."""
    connection = change.connection
    found = connection.execute(
        select(methods.c.kind)
        .where(methods.c.user_id == user_id)
        .order_by(methods.c.created, methods.c.id)
    ).scalars()
    kinds = list(dict.fromkeys(kind for kind in found if kind != "recoveryCode"))
    row = connection.execute(
        select(registrations).where(registrations.c.id == user_id)
    ).one_or_none()
    old: dict[str, Any] = {} if row is None else from_text(row.document)
    new = {
        **old,
        "id": user_id,
        "isMfaRegistered": any(kind not in NOT_MFA for kind in kinds),
        "methodsRegistered": kinds,
    }
    upsert(
        connection,
        registrations,
        {
            "id": user_id,
            "etag": change.means.etag(),
            "revision": change.revision,
            "position": change.position() if row is None else row.position,
            "created": change.at if row is None else row.created,
            "modified": change.at,
            "document": to_text(new),
        },
    )
    # An export without registrations left them unknown; from now on they are told of.
    insert_new(connection, known_collections, {"collection": "userRegistrationDetails"})
