"""Managed identities: service principals without any credential, and who may speak as one.

Source: entra-docs managed-identities-azure-resources/overview (system-assigned: made and deleted
with its resource; user-assigned: a resource of its own), how-managed-identities-work-vm; azure-docs
rest/api/managedidentity. What an identity may do is a matter of role assignments, as for anybody.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from ostiary.administration.applications import delete_principal_in
from ostiary.directory.documents import Stored
from ostiary.directory.errors import NoSuchObject
from ostiary.directory.identity_callers import IdentityCaller
from ostiary.directory.protocols import Actor
from ostiary.directory.store import Aggregates, Store
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject, as_object, as_strings, is_object

KIND: Final = "ManagedIdentity"
USER_ASSIGNED: Final = "Microsoft.ManagedIdentity/userAssignedIdentities"
MACHINE: Final = "Microsoft.HybridCompute/machines"
"""A server outside Azure (azure-docs azure-arc/servers/overview)."""
LOOPBACK: Final = ("127.0.0.0/8", "::1/128")
_NAME: Final = re.compile(r"[A-Za-z0-9][\w-]{2,127}", re.ASCII)
"""azure-docs azure-resource-manager/management/resource-name-rules, Microsoft.ManagedIdentity."""
_EXPLICIT: Final = {True: "isExplicit=True", False: "isExplicit=False"}


def is_managed(principal: JsonObject) -> bool:
    """Tell whether a service principal is a managed identity."""
    return str(principal.get("servicePrincipalType")).casefold() == KIND.casefold()


def is_user_assigned(principal: JsonObject) -> bool:
    """Tell a user-assigned identity from a system-assigned one."""
    return _EXPLICIT[True] in as_strings(principal.get("alternativeNames"))


def resource_of(principal: JsonObject) -> str:
    """Give the id of the resource that the identity is, or belongs to; '' where it tells none."""
    names = as_strings(principal.get("alternativeNames"))
    return next((each for each in names if each.startswith("/")), "")


def managed_identities(store: Aggregates) -> list[Stored]:
    """Give all managed identities of the tenant."""
    return [each for each in store.principals.all() if is_managed(each.document)]


def named_identity(store: Aggregates, name: str) -> Stored:
    """Give one by object id, client id, resource id or name. Raises NoSuchObject, InputError."""
    wanted = name.strip().casefold()
    found = [each for each in managed_identities(store) if wanted in _names(each)]
    if not found:
        raise NoSuchObject(
            f"there is no managed identity `{name[:100]}`", hint="`ostiary identity list` names all"
        )
    if len(found) > 1:
        raise InputError(
            f"{len(found)} managed identities are called `{name[:100]}`",
            hint="name one by its client id: " + ", ".join(_client_id(each) for each in found),
        )
    return found[0]


def with_identities(
    work: Aggregates, document: JsonObject, old: JsonObject | None, *, tenant_id: str, by: Actor
) -> dict[str, Any]:
    """Give a resource's document with the ids of its identities; makes and removes principals.

    To be called in the transaction that keeps the document. Ids come from the directory alone:
    what a caller writes there is not read. Raises InputError.
    """
    if str(document.get("type")).casefold() == USER_ASSIGNED.casefold():
        return _with_own_identity(work, document, old, tenant_id, by)
    written, before = document.get("identity"), as_object((old or {}).get("identity"))
    if written is None:
        _remove_own(work, str(document["id"]), before, by)
        return {name: value for name, value in document.items() if name != "identity"}
    asked = as_object(written)
    kinds = {each.strip().casefold() for each in str(asked.get("type")).split(",")}
    if not is_object(written) or not kinds <= {"none", "systemassigned", "userassigned"}:
        raise InputError(
            "expected an identity of type `SystemAssigned`, `UserAssigned`, both with a comma "
            f"between them, or `None`, came `{str(asked.get('type'))[:60]}`"
        )
    identity: dict[str, Any] = {"type": asked["type"]}
    if "systemassigned" in kinds:
        kept = _kept(work, str(document["id"]), before)
        principal = kept or _made(work, document, by, explicit=False)
        identity |= {"principalId": principal.id, "tenantId": tenant_id}
    else:
        _remove_own(work, str(document["id"]), before, by)
    if "userassigned" in kinds:
        identity["userAssignedIdentities"] = _assigned(
            work, as_object(asked.get("userAssignedIdentities"))
        )
    return {**document, "identity": identity}


def remove_identities_below(work: Aggregates, resource_id: str, *, by: Actor) -> None:
    """Remove the identities that go with a resource and with what stands in it.

    To be called in the transaction that deletes the resource, before that.
    """
    resource = work.azure.get(resource_id)
    for each in ([resource] if resource else []) + work.azure.below(resource_id):
        own = str(each.document.get("type")).casefold() == USER_ASSIGNED.casefold()
        ids = as_object(each.document.get("properties" if own else "identity"))
        _remove_own(work, each.id, ids, by)


def add_identity(
    store: Store, group: JsonObject, name: str, tenant_id: str, *, system: bool, by: Actor
) -> Stored:
    """Make an identity in a resource group, whose document `group` is, and give its principal.

    A system-assigned one is that of a machine outside Azure, made with it. Raises InputError,
    ObjectExists.
    """
    require_name(name)
    kind = MACHINE if system else USER_ASSIGNED
    document: dict[str, Any] = {
        "id": f"{group['id']}/providers/{kind}/{name}",
        "name": name,
        "type": kind,
        "location": group.get("location"),
        "tags": {},
    }
    if system:
        document |= {"identity": {"type": "SystemAssigned"}, "properties": {}}
    with store.transaction() as work:
        # What exists is not made anew: `create` below says so and undoes all of this.
        whole = with_identities(work, document, None, tenant_id=tenant_id, by=by)
        work.azure.create(whole, by=by)
        return work.principals.need(whole["identity" if system else "properties"]["principalId"])


def require_name(name: str) -> None:
    """Refuse what is no name of a user-assigned identity. Raises InputError."""
    if _NAME.fullmatch(name) is None:
        raise InputError(
            "expected a name of 3 to 128 letters, digits, `-` and `_`, with a letter or digit "
            f"first, came `{name[:140]}`"
        )


def remove_identity(store: Store, principal: Stored, *, by: Actor) -> None:
    """Remove an identity, its resource where it has one, and what it may do."""
    with store.transaction() as work:
        resource = work.azure.get(resource_of(principal.document) or "/")
        if resource is not None and is_user_assigned(principal.document):
            work.azure.delete(resource.id, by=by)
        elif resource is not None:
            rest = {name: each for name, each in resource.document.items() if name != "identity"}
            work.azure.replace(resource.id, rest, by=by)
        delete_principal_in(work, principal.id, by=by)


def allow(
    store: Store, principal: Stored, networks: Iterable[str], *, by: Actor
) -> list[IdentityCaller]:
    """Let whoever asks from these addresses be the identity. Raises InputError, ObjectExists."""
    written = [_network(each) for each in networks]
    with store.transaction() as work:
        callers = work.identity_callers
        return [callers.allow_network(principal.id, each, by=by) for each in written]


def add_caller_secret(store: Store, principal: Stored, *, by: Actor) -> tuple[str, IdentityCaller]:
    """Make the secret of one workload, and give it, once: only its hash is kept."""
    return store.identity_callers.add_secret(principal.id, by=by)


def withdraw(store: Store, principal: Stored, caller_id: str, *, by: Actor) -> None:
    """Let one caller of an identity ask no longer. Raises NoSuchObject."""
    with store.transaction() as work:
        known = {each.id for each in work.identity_callers.of_principal(principal.id)}
        if caller_id.strip().casefold() not in known:
            raise NoSuchObject(f"the identity has no caller `{caller_id[:60]}`")
        work.identity_callers.remove(caller_id, by=by)


def _with_own_identity(
    work: Aggregates, document: JsonObject, old: JsonObject | None, tenant_id: str, by: Actor
) -> dict[str, Any]:
    principal = _kept(work, str(document["id"]), as_object((old or {}).get("properties")))
    if principal is None:
        principal = _made(work, document, by, explicit=True)
    ids = {"principalId": principal.id, "clientId": _client_id(principal), "tenantId": tenant_id}
    return {**document, "properties": {**as_object(document.get("properties")), **ids}}


def _kept(work: Aggregates, resource_id: str, ids: Mapping[str, Any]) -> Stored | None:
    """Give the principal of a resource; one that says it is another's is not touched."""
    found = work.principals.get(str(ids.get("principalId") or "-"))
    if found is None or not is_managed(found.document):
        return None
    own = resource_of(found.document).casefold() == resource_id.casefold()
    return found if own else None


def _made(work: Aggregates, resource: JsonObject, by: Actor, *, explicit: bool) -> Stored:
    resource_id = str(resource["id"])
    app_id, name = work.unit.means.new_id(), str(resource.get("name") or resource_id.split("/")[-1])
    document = {
        "appId": app_id,
        "displayName": name,
        "servicePrincipalType": KIND,
        "accountEnabled": True,
        "alternativeNames": [_EXPLICIT[explicit], resource_id],
        "servicePrincipalNames": [app_id],
    }
    return work.principals.create(document, by=by)


def _assigned(work: Aggregates, asked: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for resource_id in asked:
        known = work.azure.get(resource_id)
        if known is None or str(known.document["type"]).casefold() != USER_ASSIGNED.casefold():
            raise InputError(f"there is no user-assigned identity `{resource_id[:200]}`")
        ids = as_object(known.document.get("properties"))
        found[resource_id] = {each: ids.get(each) for each in ("principalId", "clientId")}
    return found


def _remove_own(work: Aggregates, resource_id: str, ids: Mapping[str, Any], by: Actor) -> None:
    principal = _kept(work, resource_id, ids)
    if principal is not None:
        delete_principal_in(work, principal.id, by=by)


def _network(text: str) -> str:
    try:
        return str(ipaddress.ip_network(text.strip()))
    except ValueError as error:
        raise InputError(
            f"expected an address or a range such as `10.0.0.7` or `10.0.0.0/28`, came `{text}`:"
            f" {error}"
        ) from error


def _client_id(principal: Stored) -> str:
    return str(principal.document.get("appId"))


def _names(principal: Stored) -> frozenset[str]:
    document = principal.document
    own = (principal.id, document.get("appId"), document.get("displayName"))
    return frozenset(str(each).casefold() for each in (*own, resource_of(document)) if each)
