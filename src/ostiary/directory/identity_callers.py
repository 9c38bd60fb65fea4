"""Who may ask for the tokens of a managed identity: from where, or knowing which secret.

Nobody may unless it is said here: a managed identity without a caller gives no token to anybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, insert, select

from ostiary.directory.audit import Entry, Target
from ostiary.directory.errors import NoSuchObject, ObjectExists
from ostiary.directory.json_documents import folded
from ostiary.directory.protocols import Actor
from ostiary.directory.tables_identities import identity_callers
from ostiary.directory.tokens import hash_of, opaque
from ostiary.directory.unit import Unit
from ostiary.model.addresses import address_number, cidr_range

_CATEGORY: Final = "ApplicationManagement"


@dataclass(frozen=True, slots=True)
class IdentityCaller:
    """Who may ask: whoever stands in `network`, or, where that is None, who knows the secret."""

    id: str
    principal_id: str
    network: str | None
    created: datetime


class IdentityCallers:
    """Callers of managed identities; of a secret only the SHA-256 is kept."""

    def __init__(self, unit: Unit) -> None:
        """Work through a unit of work."""
        self._unit = unit

    def allow_network(self, principal_id: str, network: str, *, by: Actor) -> IdentityCaller:
        """Let whoever asks from a range of addresses be the identity. Raises ObjectExists."""
        known = (each.network for each in self.of_principal(principal_id))
        if network in known:
            raise ObjectExists(f"`{network}` may ask for this identity already")
        return self._add(principal_id, by, network=network)

    def add_secret(self, principal_id: str, *, by: Actor) -> tuple[str, IdentityCaller]:
        """Make a secret for the header of the App Service protocol, and give it, once."""
        secret = opaque(self._unit.means.random)
        return secret.text, self._add(principal_id, by, hash=secret.hash)

    def of_principal(self, principal_id: str) -> list[IdentityCaller]:
        """Give who may ask for an identity, the earliest first."""
        return self._found(identity_callers.c.principal_id == folded(principal_id))

    def with_secret(self, secret: str) -> IdentityCaller | None:
        """Give the caller that a secret belongs to, None for any other text."""
        found = self._found(identity_callers.c.hash == hash_of(secret))
        return found[0] if found else None

    def standing_at(self, address: str) -> frozenset[str]:
        """Give the identities that may be asked for from an address. Raises ValueError for none."""
        place = address_number(address)
        return frozenset(
            each.principal_id
            for each in self._found(identity_callers.c.network.is_not(None))
            if each.network and _holds(each.network, place)
        )

    def remove(self, caller_id: str, *, by: Actor) -> None:
        """Let a caller ask no longer. Raises NoSuchObject."""
        key, table = folded(caller_id), identity_callers
        with self._unit.recording(by) as change:
            gone = delete(table).where(table.c.id == key).returning(table.c.principal_id)
            row = change.connection.execute(gone).one_or_none()
            if row is None:
                raise NoSuchObject(f"there is no caller `{caller_id[:60]}` of a managed identity")
            target = Target("service principal", row.principal_id)
            detail = {"callerId": key}
            change.record(
                Entry("Remove caller of managed identity", _CATEGORY, target, detail=detail)
            )

    def _add(self, principal_id: str, by: Actor, **columns: Any) -> IdentityCaller:
        key, principal = self._unit.means.new_id(), folded(principal_id)
        with self._unit.recording(by) as change:
            row = {"id": key, "principal_id": principal, "created": change.at, **columns}
            change.connection.execute(insert(identity_callers), row)
            network = columns.get("network")
            detail = {"callerId": key, "by": network or "secret"}
            target = Target("service principal", principal)
            change.record(Entry("Add caller of managed identity", _CATEGORY, target, detail=detail))
            return IdentityCaller(key, principal, network, change.at)

    def _found(self, condition: Any) -> list[IdentityCaller]:
        table = identity_callers
        columns = (table.c.id, table.c.principal_id, table.c.network, table.c.created)
        query = select(*columns).where(condition).order_by(table.c.created, table.c.id)
        with self._unit.reading() as connection:
            return [IdentityCaller(*row) for row in connection.execute(query)]


def _holds(network: str, place: int) -> bool:
    found = cidr_range(network)
    return found.first <= place <= found.last
