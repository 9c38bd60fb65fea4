"""Tenants, subscriptions, and what a subscription offers: locations and providers.

Source: azure-docs rest/api/resources (subscriptions, tenants, providers); wire contract section 3.
"""

from __future__ import annotations

from typing import Any, Final

from ostiary.arm.roles import Action, SignedIn, sees
from ostiary.directory.azure import RESOURCE_GROUP, SUBSCRIPTION
from ostiary.directory.documents import Stored
from ostiary.directory.objects import ORGANIZATION
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.http.operations import Operations
from ostiary.model.json_types import as_object, is_list

OPERATIONS: Final = Operations()
LOCATION: Final = "local"
"""The one location there is unless the administrator names others."""
_READ: Final = "Microsoft.Resources/subscriptions/read"


@OPERATIONS.add("GET", "/tenants", needs=SignedIn())
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


@OPERATIONS.add("GET", "/subscriptions", needs=SignedIn())
def list_subscriptions(call: Call) -> Answer:
    """List the subscriptions in which the caller holds a role, at whatever scope."""
    stored = call.store.azure.of_type(SUBSCRIPTION)
    seen = sees(call, (each.id for each in stored))
    found = [_shown(each, call) for each in stored if each.id in seen]
    count = {"type": "Total", "value": len(found)}
    return Answer(body={"value": found, "count": count})


@OPERATIONS.add("GET", "/subscriptions/{subscription}", needs=Action(_READ))
def get_subscription(call: Call) -> Answer:
    """Tell one subscription."""
    return Answer(body=_shown(subscription_of(call), call))


@OPERATIONS.add(
    "GET",
    "/subscriptions/{subscription}/locations",
    needs=Action("Microsoft.Resources/subscriptions/locations/read"),
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


@OPERATIONS.add(
    "GET",
    "/subscriptions/{subscription}/providers",
    needs=Action("Microsoft.Resources/subscriptions/providers/read"),
)
def list_providers(call: Call) -> Answer:
    """List the resource providers."""
    return Answer(body={"value": [_provider(each, call) for each in _PROVIDERS]})


@OPERATIONS.add(
    "GET",
    "/subscriptions/{subscription}/providers/{namespace}",
    needs=Action("Microsoft.Resources/subscriptions/providers/read"),
)
def get_provider(call: Call) -> Answer:
    """Tell one resource provider."""
    wanted = call.path["namespace"].casefold()
    found = next((each for each in _PROVIDERS if each.casefold() == wanted), None)
    if found is None:
        name = call.path["namespace"][:60]
        raise ApiError(
            404, "InvalidResourceNamespace", f"The resource namespace '{name}' is invalid."
        )
    return Answer(body=_provider(found, call))


def subscription_of(call: Call) -> Stored:
    """Give the subscription that the path names. Raises ApiError (404)."""
    name = call.path["subscription"]
    found = call.store.azure.get(f"/subscriptions/{name}")
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
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
        "subscriptionPolicies": {
            "locationPlacementId": "Public_2014-09-01",
            "quotaId": "PayAsYouGo_2014-09-01",
            "spendingLimit": "Off",
        },
    }


_PROVIDERS: Final = {
    "Microsoft.Resources": (SUBSCRIPTION, RESOURCE_GROUP),
    "Microsoft.Authorization": (
        "Microsoft.Authorization/roleAssignments",
        "Microsoft.Authorization/roleDefinitions",
    ),
}


def _provider(namespace: str, call: Call) -> dict[str, Any]:
    return {
        "id": f"/subscriptions/{call.path['subscription']}/providers/{namespace}",
        "namespace": namespace,
        "registrationPolicy": "RegistrationFree",
        "registrationState": "Registered",
        "resourceTypes": [
            {
                "resourceType": each.partition("/")[2],
                "locations": [LOCATION],
                "apiVersions": ["2024-11-01", "2022-12-01", "2022-04-01"],
            }
            for each in _PROVIDERS[namespace]
        ],
    }
