"""Invoices: one of each billing profile for each month that is over, kept as it was issued.

Nothing costs anything here, so that every amount is zero and every invoice is paid; what it says of
profile, address, order number and subscriptions is what held when it was issued.
Source: rest/api/billing (2024-04-01) invoices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from ostiary.arm import shapes
from ostiary.arm.answers import told
from ostiary.arm.billing import INVOICE, ONE_ACCOUNT, account_id, account_of, amount, profile_id
from ostiary.arm.billing_accounts import profile_properties, profiles_of
from ostiary.arm.billing_roles import READ
from ostiary.arm.billing_subscriptions import billed
from ostiary.directory.azure import SUBSCRIPTION
from ostiary.directory.documents import Stored
from ostiary.directory.protocols import SYSTEM
from ostiary.directory.store import Aggregates, Store
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.http.operations import Operations
from ostiary.model.json_types import JsonObject, as_object, as_strings

OPERATIONS: Final = Operations()
ISSUE_EVERY: Final = timedelta(hours=1)
_DUE_AFTER: Final = timedelta(days=30)
_AMOUNTS: Final = [
    "amountDue",
    "billedAmount",
    "azurePrepaymentApplied",
    "creditAmount",
    "freeAzureCreditApplied",
    "subTotal",
    "taxAmount",
    "totalAmount",
]


def issue_invoices(store: Store, tenant_id: str, at: datetime) -> int:
    """Issue the invoices of every month that is over; gives how many were missing."""
    with store.transaction() as work:
        missing = [each for each in _due(work, tenant_id, at) if work.azure.get(each["id"]) is None]
        for each in missing:
            work.azure.create(each, by=SYSTEM, verb="Issue")
    return len(missing)


@OPERATIONS.add("GET", f"{ONE_ACCOUNT}/invoices", needs=READ, answers=shapes.listed(shapes.PROXY))
def list_invoices(call: Call) -> Answer:
    """List the invoices of an account, of a period where one is named."""
    account_of(call)
    return _listed(call, lambda each: True)


@OPERATIONS.add(
    "GET", f"{ONE_ACCOUNT}/invoices/{{invoice}}", needs=READ, answers={200: shapes.PROXY}
)
def get_invoice(call: Call) -> Answer:
    """Tell one invoice."""
    found = call.store.azure.get(f"{account_of(call)}/invoices/{call.path['invoice']}")
    if found is None:
        raise ApiError(404, "NotFound", "There is no such invoice.")
    return Answer(body=_shown(found))


@OPERATIONS.add(
    "GET",
    f"{ONE_ACCOUNT}/billingProfiles/{{profile}}/invoices",
    needs=READ,
    answers=shapes.listed(shapes.PROXY),
)
def list_invoices_of_profile(call: Call) -> Answer:
    """List the invoices of a billing profile."""
    account_of(call)
    wanted = profile_id(call.server.tenant_id, call.path["profile"]).casefold()
    return _listed(call, lambda each: str(each.get("billingProfileId")).casefold() == wanted)


@OPERATIONS.add(
    "GET",
    f"{ONE_ACCOUNT}/billingSubscriptions/{{subscription}}/invoices",
    needs=READ,
    answers=shapes.listed(shapes.PROXY),
)
def list_invoices_of_subscription(call: Call) -> Answer:
    """List the invoices that a subscription is on."""
    account_of(call)
    wanted = call.path["subscription"].casefold()
    return _listed(call, lambda each: wanted in as_strings(each.get("subscriptionIds")))


def _listed(call: Call, fits: Callable[[JsonObject], bool]) -> Answer:
    first, last = _period(call, "periodstartdate"), _period(call, "periodenddate")
    found: list[dict[str, Any]] = []
    for each in call.store.azure.of_type(INVOICE, account_id(call.server.tenant_id)):
        properties = as_object(each.document.get("properties"))
        issued = datetime.fromisoformat(str(properties["invoiceDate"])).date()
        within = (first is None or issued >= first) and (last is None or issued <= last)
        if within and fits(properties):
            found.append(_shown(each))
    return Answer(body={"value": found})


def _period(call: Call, name: str) -> date | None:
    """Read a day as any version writes it. Raises ApiError (400)."""
    text = call.asked.query.get(name)
    if text is None:
        return None
    for form in ("%Y-%m-%d", "%m-%d-%Y"):
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    raise ApiError(400, "BadRequest", f"`{name}`: expected a day such as 2026-01-31.")


def _due(work: Aggregates, tenant_id: str, at: datetime) -> Iterator[JsonObject]:
    """Make every invoice that there has to be by now."""
    subscriptions = work.azure.of_type(SUBSCRIPTION)
    begun = min((each.created for each in subscriptions), default=at)
    for first, after in _months(begun, at):
        there = [each for each in subscriptions if each.created < after]
        for number, profile in enumerate(profiles_of(work, tenant_id)):
            ids = [str(each.document["subscriptionId"]) for each in there]
            own = [each for each in ids if billed(work, tenant_id, each)["profile"] == profile]
            if own:
                yield _invoice(work, tenant_id, profile, f"G{first:%Y%m}{number:03}", first, own)


def _months(begun: datetime, at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Give the beginning of each month that is over, and that of the next."""
    first = begun.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    while True:
        after = (first + timedelta(days=32)).replace(day=1)
        if after > at:
            return
        yield first, after
        first = after


def _invoice(
    work: Aggregates,
    tenant_id: str,
    profile: str,
    name: str,
    first: datetime,
    subscriptions: list[str],
) -> JsonObject:
    after = (first + timedelta(days=32)).replace(day=1)
    said = profile_properties(work, tenant_id, profile)
    properties = {
        "invoiceDate": told(after),
        "dueDate": told(after + _DUE_AFTER),
        "invoicePeriodStartDate": told(first),
        "invoicePeriodEndDate": told(after - timedelta(microseconds=1)),
        "isMonthlyInvoice": True,
        "documentType": "Invoice",
        "status": "Paid",
        **{each: amount() for each in _AMOUNTS},
        "billingProfileId": profile_id(tenant_id, profile),
        "billingProfileDisplayName": said["displayName"],
        "billTo": said["billTo"],
        "purchaseOrderNumber": said["poNumber"],
        "subscriptionIds": [each.casefold() for each in subscriptions],
        "documents": [],
        "payments": [],
    }
    place = f"{account_id(tenant_id)}/invoices/{name}"
    return {"id": place, "type": INVOICE, "name": name, "properties": properties}


def _shown(found: Stored) -> dict[str, Any]:
    return dict(found.document)
