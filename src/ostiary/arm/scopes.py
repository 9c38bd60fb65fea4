"""Scopes of the management API: the tenant's root, management groups, subscriptions and what is in
them. A role that is held at one holds at everything below it.

Source: azure-docs role-based-access-control/scope-overview, governance/management-groups/overview.
Scopes are compared folded, without a slash at the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ostiary.arm.azure_roles import ROOT
from ostiary.directory.azure import MANAGEMENT_GROUP, SUBSCRIPTION
from ostiary.directory.documents import Stored
from ostiary.directory.store import Aggregates
from ostiary.http.calls import Call
from ostiary.http.errors import ApiError
from ostiary.model.json_types import as_object

_GROUPS: Final = f"/providers/{MANAGEMENT_GROUP.casefold()}/"
_SUBSCRIPTIONS: Final = "/subscriptions/"
_DEEPEST: Final = 16
"""More levels than Azure has (six below the root): a chain that does not end is cut."""


def folded_scope(written: str) -> str:
    """Give a scope as scopes are compared; clients write a slash twice where a part is empty."""
    return f"/{'/'.join(filter(None, written.split('/')))}".casefold()


def group_scope(name: str) -> str:
    """Give the scope of a management group."""
    return f"/providers/{MANAGEMENT_GROUP}/{name}"


def is_group(scope: str) -> bool:
    """Tell whether a folded scope is a management group."""
    return scope.startswith(_GROUPS) and "/" not in scope[len(_GROUPS) :]


def subscription_in(scope: str) -> str | None:
    """Give the id of the subscription that a scope is or is in, None outside of any."""
    folded = folded_scope(scope)
    if not folded.startswith(_SUBSCRIPTIONS):
        return None
    return folded[len(_SUBSCRIPTIONS) :].partition("/")[0] or None


def scopes_above(work: Aggregates, tenant_id: str, scope: str) -> frozenset[str]:
    """Give the scopes whose roles hold at a scope: itself, all that it is in, and the root."""
    folded = folded_scope(scope)
    found = {ROOT, folded}
    parts = folded.split("/")
    found.update("/".join(parts[:count]) for count in range(2, len(parts)))
    if is_group(folded):
        name = folded[len(_GROUPS) :]
        found.update(folded_scope(group_scope(each)) for each in _chain(work, tenant_id, name))
    subscription = subscription_in(folded)
    if subscription is not None:
        above = work.azure.get(f"{_SUBSCRIPTIONS}{subscription}")
        parent = parent_of(above, tenant_id)
        found.update(folded_scope(group_scope(each)) for each in _chain(work, tenant_id, parent))
    return frozenset(found - {""})


def scopes_below(work: Aggregates, tenant_id: str, scope: str) -> frozenset[str]:
    """Give the management groups and subscriptions whose own insides are below a scope too."""
    folded = folded_scope(scope)
    if folded in {ROOT, folded_scope(group_scope(tenant_id))}:
        return frozenset({ROOT})
    if not is_group(folded):
        return frozenset({folded})
    inside = [folded_scope(each.id) for each in work.azure.of_type(MANAGEMENT_GROUP)]
    inside += [folded_scope(each.id) for each in work.azure.of_type(SUBSCRIPTION)]
    return frozenset(
        {folded, *(each for each in inside if folded in scopes_above(work, tenant_id, each))}
    )


def parent_of(subscription: Stored | None, tenant_id: str) -> str:
    """Give the management group of a subscription: the root group unless it was moved."""
    kept = None if subscription is None else subscription.document.get("managementGroup")
    return str(kept or tenant_id)


def require_scope(call: Call, scope: str) -> None:
    """Refuse a scope at which there is nothing. Raises ApiError (404)."""
    folded = folded_scope(scope)
    root_group = folded_scope(group_scope(call.server.tenant_id))
    if folded in {ROOT, root_group} or call.store.azure.get(folded) is not None:
        return
    subscription = subscription_in(folded)
    if subscription is not None and call.store.azure.get(f"{_SUBSCRIPTIONS}{subscription}") is None:
        text = f"The subscription '{subscription[:60]}' could not be found."
        raise ApiError(404, "SubscriptionNotFound", text)
    raise ApiError(404, "ResourceNotFound", f"There is nothing at the scope '{scope[:200]}'.")


def _chain(work: Aggregates, tenant_id: str, name: str) -> Iterator[str]:
    """Give a management group and those that it is in, up to the root group."""
    for _ in range(_DEEPEST):
        yield name
        if name.casefold() == tenant_id.casefold():
            return
        found = work.azure.get(group_scope(name))
        properties = as_object(found.document.get("properties") if found else None)
        name = str(properties.get("parent") or tenant_id)
    yield tenant_id
