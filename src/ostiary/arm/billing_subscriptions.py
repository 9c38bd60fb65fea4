"""How each subscription is billed: its profile, its invoice section and its cost centre.

Source: rest/api/billing (2024-04-01) billing-subscriptions, billing-property; azure-docs
cost-management-billing/manage/change-azure-account-profile.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ostiary.arm import shapes
from ostiary.arm.billing import (
    CURRENCY,
    FIRST,
    ONE_ACCOUNT,
    SUBSCRIPTION_BILLING,
    account_id,
    account_of,
    amount,
    keep_properties,
    kept_properties,
    organization_name,
    profile_id,
    resource,
    section_id,
)
from ostiary.arm.billing_accounts import (
    profile_properties,
    profiles_of,
    section_properties,
    sections_of,
)
from ostiary.arm.billing_bodies import Reader, sent_properties, text
from ostiary.arm.billing_roles import CHANGE, READ, Level, billing_level
from ostiary.arm.roles import Action
from ostiary.arm.subscriptions import subscription_of
from ostiary.directory.azure import SUBSCRIPTION
from ostiary.directory.documents import Stored
from ostiary.directory.store import Aggregates
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.http.operations import Operations
from ostiary.model.json_types import JsonObject

OPERATIONS: Final = Operations()
_ALL: Final = f"{ONE_ACCOUNT}/billingSubscriptions"
_ONE: Final = f"{_ALL}/{{subscription}}"
_PROPERTY: Final = "/subscriptions/{subscription}/providers/Microsoft.Billing/billingProperty"
_COST_CENTER: Final[Mapping[str, Reader]] = {"consumptionCostCenter": text, "costCenter": text}
"""`costCenter` is what versions before 2024-04-01 call it."""
_STATES: Final = {"Enabled": "Active"}


@OPERATIONS.add("GET", _ALL, needs=READ, answers=shapes.listed(shapes.PROXY))
def list_billing_subscriptions(call: Call) -> Answer:
    """List how every subscription is billed."""
    account_of(call)
    found = call.store.azure.of_type(SUBSCRIPTION)
    return Answer(body={"value": [_shown(call, each) for each in found]})


@OPERATIONS.add("GET", _ONE, needs=READ, answers={200: shapes.PROXY})
def get_billing_subscription(call: Call) -> Answer:
    """Tell how one subscription is billed."""
    account_of(call)
    return Answer(body=_shown(call, subscription_of(call)))


@OPERATIONS.add("PATCH", _ONE, needs=CHANGE, answers={200: shapes.PROXY}, body=shapes.PROXY_BODY)
def change_billing_subscription(call: Call) -> Answer:
    """Give a subscription another cost centre."""
    account_of(call)
    return _changed(call, _cost_center(call))


@OPERATIONS.add(
    "POST",
    f"{_ONE}/move",
    needs=CHANGE,
    answers={200: shapes.PROXY, 201: shapes.PROXY},
    body=shapes.PROXY_BODY,
)
def move_billing_subscription(call: Call) -> Answer:
    """Bill a subscription in another invoice section; its charges from now on are there."""
    account_of(call)
    profile, section = _destination(call)
    return _changed(call, {"profile": profile, "section": section})


@OPERATIONS.add(
    "POST",
    f"{_ONE}/validateMoveEligibility",
    needs=READ,
    answers={200: shapes.ELIGIBLE},
    body=shapes.PROXY_BODY,
)
def validate_move(call: Call) -> Answer:
    """Tell whether a subscription can be billed in another section."""
    account_of(call)
    subscription_of(call)
    try:
        _destination(call)
    except ApiError as error:
        details = {"code": "DestinationInvoiceSectionNotFound", "message": error.message}
        return Answer(body={"isMoveEligible": False, "errorDetails": details})
    return Answer(body={"isMoveEligible": True})


@OPERATIONS.add(
    "GET",
    f"{_PROPERTY}/default",
    needs=Action("Microsoft.Billing/billingProperty/read"),
    answers={200: shapes.PROXY},
)
def get_billing_property(call: Call) -> Answer:
    """Tell who pays for a subscription, to who may read the subscription."""
    return Answer(body=_property(call, subscription_of(call)))


@OPERATIONS.add(
    "PATCH",
    f"{_PROPERTY}/default",
    needs=Action("Microsoft.Billing/billingProperty/write"),
    answers={200: shapes.PROXY},
    body=shapes.PROXY_BODY,
)
def change_billing_property(call: Call) -> Answer:
    """Give a subscription another cost centre, as one who may change the subscription."""
    found = subscription_of(call)
    _changed(call, _cost_center(call))
    return Answer(body=_property(call, found))


def billed(work: Aggregates, tenant_id: str, subscription_id: str) -> dict[str, Any]:
    """Give profile, section and cost centre of a subscription, by their names."""
    first = {"profile": FIRST, "section": FIRST, "consumptionCostCenter": None}
    return kept_properties(work, _place(tenant_id, subscription_id), first)


def _place(tenant_id: str, subscription_id: str) -> str:
    return f"{account_id(tenant_id)}/billingSubscriptions/{subscription_id}"


def _cost_center(call: Call) -> dict[str, Any]:
    sent = sent_properties(call, _COST_CENTER)
    if not sent:
        raise ApiError(400, "BadRequest", "Expected `consumptionCostCenter` in `properties`.")
    return {"consumptionCostCenter": sent.get("consumptionCostCenter", sent.get("costCenter"))}


def _changed(call: Call, change: JsonObject) -> Answer:
    found, tenant = subscription_of(call), call.server.tenant_id
    subscription_id = str(found.document["subscriptionId"])
    with call.store.transaction() as work, work.unit.recording(call.actor):
        properties = {**billed(work, tenant, subscription_id), **change}
        place = _place(tenant, subscription_id)
        keep_properties(work, place, SUBSCRIPTION_BILLING, properties, by=call.actor)
    return Answer(body=_shown(call, found))


def _destination(call: Call) -> tuple[str, str]:
    """Read the section that a move names. Raises ApiError (400)."""
    asked = str(call.document.get("destinationInvoiceSectionId")).casefold()
    tenant = call.server.tenant_id
    for profile in profiles_of(call.store, tenant):
        for section in sections_of(call.store, tenant, profile):
            if section_id(tenant, profile, section).casefold() == asked:
                return profile, section
    raise ApiError(
        400, "BadRequest", "`destinationInvoiceSectionId`: expected the id of an invoice section."
    )


def _shown(call: Call, found: Stored) -> dict[str, Any]:
    tenant, document = call.server.tenant_id, found.document
    subscription_id = str(document["subscriptionId"])
    own = billed(call.store, tenant, subscription_id)
    profile, section = own["profile"], own["section"]
    status = _STATES.get(str(document["state"]), str(document["state"]))
    properties = {
        "displayName": document["displayName"],
        "subscriptionId": subscription_id,
        "status": status,
        "subscriptionBillingStatus": status,
        "consumptionCostCenter": own["consumptionCostCenter"],
        "costCenter": own["consumptionCostCenter"],
        "billingProfileId": profile_id(tenant, profile),
        "billingProfileDisplayName": profile_properties(call.store, tenant, profile)["displayName"],
        "invoiceSectionId": section_id(tenant, profile, section),
        "invoiceSectionDisplayName": section_properties(call.store, tenant, profile, section)[
            "displayName"
        ],
        "lastMonthCharges": amount(),
        "monthToDateCharges": amount(),
        "skuId": "0001",
        "skuDescription": "Microsoft Azure Plan",
    }
    return resource(_place(tenant, subscription_id), SUBSCRIPTION_BILLING, properties)


def _property(call: Call, found: Stored) -> dict[str, Any]:
    tenant, subscription_id = call.server.tenant_id, str(found.document["subscriptionId"])
    own = billed(call.store, tenant, subscription_id)
    profile, section = own["profile"], own["section"]
    account = kept_properties(call.store, account_id(tenant), {})
    properties = {
        "billingAccountId": account_id(tenant),
        "billingAccountDisplayName": account.get("displayName") or organization_name(call.store),
        "billingAccountAgreementType": "MicrosoftCustomerAgreement",
        "billingTenantId": tenant,
        "billingProfileId": profile_id(tenant, profile),
        "billingProfileDisplayName": profile_properties(call.store, tenant, profile)["displayName"],
        "invoiceSectionId": section_id(tenant, profile, section),
        "invoiceSectionDisplayName": section_properties(call.store, tenant, profile, section)[
            "displayName"
        ],
        "billingCurrency": CURRENCY,
        "costCenter": own["consumptionCostCenter"],
        "isAccountAdmin": billing_level(call) is Level.SHARE,
        "skuId": "0001",
        "skuDescription": "Microsoft Azure Plan",
    }
    place = f"/subscriptions/{subscription_id}/providers/Microsoft.Billing/billingProperty/default"
    return resource(place, "Microsoft.Billing/billingProperty", properties)
