"""The first subscription of a tenant, and who may do what in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ostiary.arm.azure_roles import (
    CONTRIBUTOR,
    OWNER,
    READER,
    AzureRole,
    definition_id,
    role_id_of,
)
from ostiary.directory.azure import ROLE_ASSIGNMENT, SUBSCRIPTION
from ostiary.directory.protocols import SYSTEM, Actor
from ostiary.directory.store import Aggregates, Store
from ostiary.model.json_types import as_object

FIRST_NAME: Final = "Ostiary subscription"


def seed_subscription(
    store: Store,
    *,
    owners: Iterable[str] = (),
    contributors: Iterable[str] = (),
    readers: Iterable[str] = (),
    name: str = FIRST_NAME,
    subscription_id: str | None = None,
    by: Actor = SYSTEM,
) -> str:
    """Make a subscription, unless there is one, and give these principals roles in it.

    Principals are object ids of users, groups or service principals; who holds no role sees no
    subscription. Gives the id of the subscription. Called again it only adds what is missing.
    """
    with store.transaction() as work:
        known = work.azure.of_type(SUBSCRIPTION)
        made = known[0].document["subscriptionId"] if known else None
        identifier = str(made or subscription_id or store.means.new_id())
        if made is None:
            document = {
                "id": f"/subscriptions/{identifier}",
                "type": SUBSCRIPTION,
                "subscriptionId": identifier,
                "displayName": name,
                "state": "Enabled",
            }
            work.azure.create(document, by=by)
        for role, principals in ((OWNER, owners), (CONTRIBUTOR, contributors), (READER, readers)):
            for principal in principals:
                _assign(work, store.means.new_id(), identifier, principal, role, by)
    return identifier


def _assign(
    work: Aggregates,
    assignment_id: str,
    subscription_id: str,
    principal_id: str,
    role: AzureRole,
    by: Actor,
) -> None:
    scope = f"/subscriptions/{subscription_id}"
    for each in work.azure.assignments(frozenset({principal_id})):
        kept = as_object(each.document["properties"])
        if kept["scope"] == scope and role_id_of(kept["roleDefinitionId"]) == role.id:
            return
    kinds = {"Group": work.groups, "ServicePrincipal": work.principals}
    kind = next((name for name, those in kinds.items() if those.get(principal_id)), "User")
    properties = {
        "principalId": principal_id,
        "principalType": kind,
        "roleDefinitionId": definition_id(role.id),
        "scope": scope,
    }
    document = {
        "id": f"{scope}/providers/{ROLE_ASSIGNMENT}/{assignment_id}",
        "type": ROLE_ASSIGNMENT,
        "name": assignment_id,
        "properties": properties,
    }
    work.azure.create(document, by=by)
