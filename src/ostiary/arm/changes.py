"""What every change of the management API goes through: one transaction, in which nothing is
locked, the subscription is enabled and the resource group is not being deleted.

Source: azure-docs azure-resource-manager/management/lock-resources, cost-management-billing
subscription-states; common-deployment-errors.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager

from ostiary.arm.scopes import subscription_in
from ostiary.arm.subscriptions import needed_subscription
from ostiary.directory.azure import LOCK
from ostiary.directory.documents import Stored
from ostiary.directory.store import Aggregates
from ostiary.http.calls import Call
from ostiary.http.errors import ApiError
from ostiary.model.json_types import as_object, is_object

DELETING = "Deleting"


@contextmanager
def changing(
    call: Call, scope: str, *, deleting: bool = False, locks_count: bool = True
) -> Generator[Aggregates]:
    """Open the transaction of a change at a scope; `deleting` it with everything below it.

    `locks_count` is False for locks themselves, and for what a lock does not hold up.
    Raises ApiError (404, 409): no subscription, one that is disabled, a lock.
    """
    with call.store.transaction() as work:
        work.azure.hold()
        require_enabled(work, scope)
        if locks_count:
            require_unlocked(work, scope, deleting=deleting)
        yield work


def require_enabled(work: Aggregates, scope: str) -> None:
    """Refuse a change in a subscription that was cancelled. Raises ApiError (404, 409)."""
    subscription = subscription_in(scope)
    if subscription is None:
        return
    found = needed_subscription(work, subscription).document
    if found["state"] != "Enabled":
        raise ApiError(
            409,
            "ReadOnlyDisabledSubscription",
            f"The subscription '{found['subscriptionId']}' is disabled and therefore marked as "
            "read only. You cannot perform any write actions on this subscription until it is "
            "re-enabled.",
        )


def require_unlocked(work: Aggregates, scope: str, *, deleting: bool) -> None:
    """Refuse what a lock at, above or (of a deletion) below a scope forbids. Raises ApiError (409).

    `ReadOnly` forbids every change, `CanNotDelete` deletions only.
    """
    locks = work.azure.locks_at(scopes_over(scope))
    if deleting:
        locks += work.azure.below(scope, LOCK)
    at = sorted({_scope_of(each) for each in locks if deleting or _level(each) == "ReadOnly"})
    if at:
        verb = "delete" if deleting else "write"
        raise ApiError(
            409,
            "ScopeLocked",
            f"The scope '{scope}' cannot perform {verb} operation because following scope(s) are "
            f"locked: {named(at)}. Please remove the lock and try again.",
        )


def scopes_over(scope: str) -> list[str]:
    """Give a scope and every scope that it stands in, the subscription first."""
    parts = scope.strip("/").split("/")
    found: list[str] = []
    number = 2
    while number <= len(parts):
        found.append("/" + "/".join(parts[:number]))
        begins = number < len(parts) and parts[number].casefold() == "providers"
        number += 4 if begins else 2
    return found


def needed_group(work: Aggregates, subscription: str, name: str) -> Stored:
    """Give a resource group that is not being deleted. Raises ApiError (404, 409)."""
    found = work.azure.get(f"/subscriptions/{subscription}/resourceGroups/{name}")
    if found is None:
        raise no_group(name)
    if as_object(found.document.get("properties")).get("provisioningState") == DELETING:
        raise ApiError(
            409,
            "ResourceGroupBeingDeleted",
            f"The resource group '{name[:100]}' is in deprovisioning state and cannot perform "
            "this operation.",
        )
    return found


def no_group(name: str) -> ApiError:
    """Tell that a resource group is not there."""
    return ApiError(
        404, "ResourceGroupNotFound", f"Resource group '{name[:100]}' could not be found."
    )


def merged(old: object, new: object) -> object:
    """Merge a document into another as PATCH does (RFC 7396)."""
    if not is_object(new):
        return new
    found = dict(as_object(old))
    for name, value in new.items():
        if value is None:
            found.pop(name, None)
        else:
            found[name] = merged(found.get(name), value)
    return found


def _scope_of(lock: Stored) -> str:
    return str(lock.document["id"]).rpartition("/providers/")[0]


def _level(lock: Stored) -> str:
    return str(as_object(lock.document.get("properties")).get("level"))


def named(names: Sequence[str]) -> str:
    """Write names in a sentence."""
    return ", ".join(f"'{each}'" for each in names)
