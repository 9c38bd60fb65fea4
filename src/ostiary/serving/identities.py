"""Managed identities as the host's administrator makes them."""

from __future__ import annotations

from typing import Any

from ostiary.administration.managed_identities import add_identity
from ostiary.arm.seeding import seed_subscription
from ostiary.arm.subscriptions import LOCATION
from ostiary.directory.azure import RESOURCE_GROUP
from ostiary.directory.documents import Stored
from ostiary.directory.snapshot import Snapshots
from ostiary.directory.store import Store
from ostiary.model.json_types import JsonObject
from ostiary.serving.host import host_actor


def made_identity(store: Store, name: str, *, group: str, system: bool, role: str | None) -> Stored:
    """Make an identity in a resource group of the first subscription, and give its principal.

    What is missing of both is made too. Raises InputError, ObjectExists.
    """
    actor = host_actor()
    subscription = seed_subscription(store, by=actor)
    tenant_id = Snapshots(store).current().policies.directory.tenant_id
    found = _group(store, f"/subscriptions/{subscription}", group)
    made = add_identity(store, found, name, tenant_id, system=system, by=actor)
    if role is not None:
        holders: dict[str, Any] = {f"{role.casefold()}s": [made.id]}
        seed_subscription(store, by=actor, **holders)
    return made


def _group(store: Store, subscription: str, name: str) -> JsonObject:
    resource_id = f"{subscription}/resourceGroups/{name}"
    known = store.azure.get(resource_id)
    if known is not None:
        return known.document
    document = {
        "id": resource_id,
        "name": name,
        "type": RESOURCE_GROUP,
        "location": LOCATION,
        "tags": {},
        "properties": {"provisioningState": "Succeeded"},
    }
    return store.azure.create(document, by=host_actor()).document
