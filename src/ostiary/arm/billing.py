"""Who pays: the tenant's billing account, as every billing operation finds and keeps it.

A tenant has one account, with one billing profile and one invoice section to begin with. They are
there from the start, as the tenant's root management group is, and are kept once they are changed.
Source: azure-docs cost-management-billing/understand/mca-overview; rest/api/billing (2024-04-01).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID, uuid5

from ostiary.directory.documents import Stored
from ostiary.directory.objects import ORGANIZATION
from ostiary.directory.protocols import Actor
from ostiary.directory.store import Aggregates
from ostiary.http.calls import Call
from ostiary.http.errors import ApiError
from ostiary.model.json_types import JsonObject, as_object

ACCOUNT: Final = "Microsoft.Billing/billingAccounts"
PROFILE: Final = f"{ACCOUNT}/billingProfiles"
SECTION: Final = f"{PROFILE}/invoiceSections"
SUBSCRIPTION_BILLING: Final = f"{ACCOUNT}/billingSubscriptions"
INVOICE: Final = f"{ACCOUNT}/invoices"
BILLING_ROLE_ASSIGNMENT: Final = f"{ACCOUNT}/billingRoleAssignments"
ACCOUNTS: Final = f"/providers/{ACCOUNT}"
ONE_ACCOUNT: Final = f"{ACCOUNTS}/{{account}}"
CURRENCY: Final = "USD"
FIRST: Final = "default"
"""The name of the first profile and of its first section."""
_ACCOUNTS_OF: Final = UUID("6f1d2f0e-9f0a-4c39-8a29-6d7a5b0c1e11")
"""Ours: the names of accounts follow from it and the tenant's id."""


def account_name(tenant_id: str) -> str:
    """Give the name of a tenant's account, in the form of a Microsoft Customer Agreement's."""
    first, second = (
        uuid5(_ACCOUNTS_OF, f"{tenant_id} {part}") for part in ("agreement", "account")
    )
    return f"{first}:{second}_2019-05-31"


def account_id(tenant_id: str) -> str:
    """Give the resource id of a tenant's account."""
    return f"{ACCOUNTS}/{account_name(tenant_id)}"


def profile_id(tenant_id: str, profile: str = FIRST) -> str:
    """Give the resource id of a billing profile."""
    return f"{account_id(tenant_id)}/billingProfiles/{profile}"


def section_id(tenant_id: str, profile: str = FIRST, section: str = FIRST) -> str:
    """Give the resource id of an invoice section."""
    return f"{profile_id(tenant_id, profile)}/invoiceSections/{section}"


def account_of(call: Call) -> str:
    """Give the id of the account that a path names, by its name or as `default`.

    Raises ApiError (404).
    """
    tenant, asked = call.server.tenant_id, call.path["account"].casefold()
    if asked not in {account_name(tenant).casefold(), "default"}:
        text = f"The billing account '{call.path['account'][:100]}' could not be found."
        raise ApiError(404, "BillingAccountNotFound", text)
    return account_id(tenant)


def kept_properties(work: Aggregates, resource_id: str, first: JsonObject) -> dict[str, Any]:
    """Give what is kept of an object, over what it is to begin with."""
    found = work.azure.get(resource_id)
    return {**first, **as_object(found.document.get("properties") if found else None)}


def keep_properties(
    work: Aggregates, resource_id: str, kind: str, properties: JsonObject, *, by: Actor
) -> Stored:
    """Keep what was changed of an object, which may not be kept at all so far."""
    document = {
        "id": resource_id,
        "type": kind,
        "name": resource_id.rpartition("/")[2],
        "properties": dict(properties),
    }
    old = work.azure.get(resource_id)
    if old is None:
        return work.azure.create(document, by=by)
    return work.azure.replace(old.id, document, by=by, expected=old.etag)


def organization_name(work: Aggregates) -> str:
    """Give the organization's name, which the account goes by unless it is given another."""
    return str(work.singles.value_of(ORGANIZATION).get("displayName") or "Ostiary")


def amount(value: float = 0.0) -> Mapping[str, Any]:
    """Write an amount of money: nothing costs anything here."""
    return {"currency": CURRENCY, "value": value}


def resource(resource_id: str, kind: str, properties: JsonObject) -> dict[str, Any]:
    """Write an object as it is told."""
    return {
        "id": resource_id,
        "name": resource_id.rpartition("/")[2],
        "type": kind,
        "properties": dict(properties),
    }
