"""Tenants, subscriptions and the locations that a subscription offers.

Source: azure-docs rest/api/resources (subscriptions, tenants); wire contract section 3.
"""

from __future__ import annotations

from typing import Any, Final

from ostiary.arm import shapes
from ostiary.arm.roles import Action, SignedIn, sees
from ostiary.directory.azure import SUBSCRIPTION
from ostiary.directory.documents import Stored
from ostiary.directory.objects import ORGANIZATION
from ostiary.directory.store import Aggregates
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.http.operations import Operations
from ostiary.model.json_types import as_object, is_list

OPERATIONS: Final = Operations()
LOCATION: Final = "local"
"""The one location there is unless the administrator names others."""
_READ: Final = "Microsoft.Resources/subscriptions/read"


@OPERATIONS.add(
    "GET",
    "/tenants",
    needs=SignedIn(),
    answers=shapes.listed(shapes.TENANT),
)
def list_tenants(call: Call) -> Answer:
    """Tell the tenant of the caller."""
    organization = call.store.singles.value_of(ORGANIZATION)
    written = organization.get("verifiedDomains")
    domains = [str(as_object(each).get("name")) for each in (written if is_list(written) else ())]
    tenant = call.server.tenant_id
    shown = {
        "id": f"/tenants/{tenant}",
        "tenantId": tenant,
        "displayName": organization.get("displayName") or next(iter(domains), tenant),
        "defaultDomain": next(iter(domains), ""),
        "domains": domains,
        "countryCode": organization.get("countryLetterCode") or "",
        "tenantCategory": "Home",
        "tenantType": "AAD",
    }
    return Answer(body={"value": [shown]})


@OPERATIONS.add(
    "GET",
    "/subscriptions",
    needs=SignedIn(),
    answers=shapes.listed(shapes.SUBSCRIPTION),
)
def list_subscriptions(call: Call) -> Answer:
    """List the subscriptions in which the caller holds a role, at whatever scope."""
    stored = call.store.azure.of_type(SUBSCRIPTION)
    seen = sees(call, (each.id for each in stored))
    found = [_shown(each, call) for each in stored if each.id in seen]
    count = {"type": "Total", "value": len(found)}
    return Answer(body={"value": found, "count": count})


@OPERATIONS.add(
    "GET",
    "/subscriptions/{subscription}",
    needs=Action(_READ),
    answers={200: shapes.SUBSCRIPTION},
)
def get_subscription(call: Call) -> Answer:
    """Tell one subscription."""
    return Answer(body=_shown(subscription_of(call), call))


@OPERATIONS.add(
    "GET",
    "/subscriptions/{subscription}/locations",
    needs=Action("Microsoft.Resources/subscriptions/locations/read"),
    answers=shapes.listed(shapes.LOCATION),
)
def list_locations(call: Call) -> Answer:
    """List the locations that resources can be in."""
    found = subscription_of(call)
    shown = {
        "id": f"{found.document['id']}/locations/{LOCATION}",
        "name": LOCATION,
        "type": "Region",
        "displayName": "Local",
        "regionalDisplayName": "Local",
        "metadata": {"regionType": "Physical", "regionCategory": "Recommended"},
    }
    return Answer(body={"value": [shown]})


def subscription_of(call: Call) -> Stored:
    """Give the subscription that the path names. Raises ApiError (404)."""
    return needed_subscription(call.store, call.path["subscription"])


def needed_subscription(work: Aggregates, name: str) -> Stored:
    """Give a subscription. Raises ApiError (404)."""
    found = work.azure.get(f"/subscriptions/{name}")
    if found is None:
        raise ApiError(
            404, "SubscriptionNotFound", f"The subscription '{name[:60]}' could not be found."
        )
    return found


def _shown(found: Stored, call: Call) -> dict[str, Any]:
    document = found.document
    return {
        "id": document["id"],
        "subscriptionId": document["subscriptionId"],
        "tenantId": call.server.tenant_id,
        "displayName": document["displayName"],
        "state": document["state"],
        **({"tags": document["tags"]} if "tags" in document else {}),
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
        "subscriptionPolicies": {
            "locationPlacementId": "Public_2014-09-01",
            "quotaId": "PayAsYouGo_2014-09-01",
            "spendingLimit": "Off",
        },
    }
