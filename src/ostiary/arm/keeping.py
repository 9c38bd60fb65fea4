"""How a resource is kept and removed, for a call on it and for a deployment alike.

Source: azure-docs azure-resource-manager/management/resource-providers-and-types,
templates/error-parent-resource, common-deployment-errors.
"""

from __future__ import annotations

from dataclasses import replace

from ostiary.administration.managed_identities import with_identities
from ostiary.arm.addresses import Address, address_of
from ostiary.arm.changes import needed_group
from ostiary.arm.provider_calls import require_registered
from ostiary.arm.providers import is_own, no_type
from ostiary.arm.resource_bodies import read_body
from ostiary.arm.versions import kept
from ostiary.directory.documents import Stored
from ostiary.directory.store import Aggregates
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.model.json_types import JsonObject


def resource_document(
    work: Aggregates, address: Address, body: JsonObject
) -> tuple[Stored | None, JsonObject]:
    """Give the resource as it is, None where it is new, and as it is to be kept.

    Raises ApiError (400, 404, 409) for whatever Azure would refuse: type, place, parent, body.
    """
    if is_own(address.namespace):
        raise no_type(address.namespace, "/".join(address.types))
    require_registered(work, address.subscription, address.namespace)
    placed = _placed(work, address)
    old = work.azure.get(placed.id)
    return old, read_body(placed, body, None if old is None else old.document)


def keep_resource(call: Call, work: Aggregates, old: Stored | None, document: JsonObject) -> Answer:
    """Keep what `resource_document` gave, with its managed identities. Raises ApiError (412)."""
    before = old.document if old else None
    tenant_id, actor = call.server.tenant_id, call.actor
    whole = with_identities(work, document, before, tenant_id=tenant_id, by=actor)
    return kept(call, work, old, whole)


def needed_resource(work: Aggregates, address: Address) -> Stored:
    """Give a resource. Raises ApiError (404)."""
    found = None if is_own(address.namespace) else work.azure.get(address.id)
    if found is None:
        within = f" under resource group '{address.group}'" if address.group else ""
        raise ApiError(
            404,
            "ResourceNotFound",
            f"The Resource '{address.type}/{address.name}'{within} was not found.",
        )
    return found


def _placed(work: Aggregates, address: Address) -> Address:
    """Give the address as what it stands in is written. Raises ApiError (404, 409)."""
    if address.group is not None:
        group = needed_group(work, address.subscription, address.group)
        inner = address.scope.split("/", 5)[5:]
        address = replace(address, scope="/".join((str(group.document["id"]), *inner)))
    if address.parent is None:
        return address
    parent = work.azure.get(address.parent)
    if parent is None:
        raise ApiError(
            404,
            "ParentResourceNotFound",
            "Can not perform requested operation on nested resource. Parent resource "
            f"'{address.parent.rpartition('/')[2]}' not found.",
        )
    at = str(parent.document["id"])
    if address.is_extension and len(address.names) == 1:
        return replace(address, scope=at)
    above = address_of(at)
    return replace(address, scope=above.scope, names=(*above.names, address.names[-1]))
