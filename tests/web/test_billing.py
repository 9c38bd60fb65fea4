"""Billing over HTTP: the account, who may see and change it, and how subscriptions are billed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ostiary.arm.billing import account_id, account_name, section_id
from ostiary.arm.invoices import issue_invoices
from tests.web.azure import CONTRIBUTOR, LIFEBOAT_NAME, READER, assign, code, directory_group
from tests.web.calling import Apis, called
from tests.web.serving import ASTRID, LIFEBOAT, TENANT, Served

ACCOUNT = account_id(TENANT)
OWNER, CHANGING, READING = (f"50000000-aaaa-bbbb-cccc-10000000000{n}" for n in range(3))
ADDRESS = {"companyName": "Fjordvik", "addressLine1": "Quay 1", "country": "NO"}


@pytest.fixture
def apis(served: Served) -> Apis:
    return called(served)


@pytest.fixture
def token(apis: Apis) -> str:
    return apis.sign_in()["access_token"]


@pytest.fixture
def other(apis: Apis) -> str:
    return apis.sign_in(user=LIFEBOAT_NAME)["access_token"]


def give(apis: Apis, token: str, role: str, principal: str = LIFEBOAT) -> Any:
    properties = {
        "roleDefinitionId": f"{ACCOUNT}/billingRoleDefinitions/{role}",
        "principalId": principal,
    }
    path = f"{ACCOUNT}/createBillingRoleAssignment?api-version=2024-04-01"
    return apis.call(apis.arm, token, path, "POST", json=properties)


def patch(apis: Apis, token: str, path: str, **properties: Any) -> Any:
    return apis.call(apis.arm, token, path, "PATCH", json={"properties": properties})


def test_a_tenant_has_an_account_from_the_start(apis: Apis, token: str) -> None:
    path = "/providers/Microsoft.Billing/billingAccounts?api-version=2024-04-01"
    (found,) = apis.call(apis.arm, token, path).json()["value"]
    assert (found["id"], found["name"]) == (ACCOUNT, account_name(TENANT))
    assert found["properties"]["agreementType"] == "MicrosoftCustomerAgreement"
    assert apis.call(apis.arm, token, found["id"]).json() == found
    profiles = apis.call(apis.arm, token, f"{ACCOUNT}/billingProfiles").json()["value"]
    assert [each["name"] for each in profiles] == ["default"]
    sections = apis.call(apis.arm, token, f"{profiles[0]['id']}/invoiceSections").json()["value"]
    assert [each["id"] for each in sections] == [section_id(TENANT)]
    gone = apis.call(apis.arm, token, f"{ACCOUNT}x")
    assert code(gone) == (404, "BillingAccountNotFound")


def test_the_account_is_changed_and_stays_so(apis: Apis, token: str) -> None:
    changed = patch(apis, token, ACCOUNT, displayName="Fjordvik AS", soldTo=ADDRESS)
    assert changed.status_code == 200
    found = apis.call(apis.arm, token, ACCOUNT).json()["properties"]
    assert (found["displayName"], found["soldTo"]) == ("Fjordvik AS", ADDRESS)
    patch(apis, token, ACCOUNT, displayName="Fjordvik")
    found = apis.call(apis.arm, token, ACCOUNT).json()["properties"]
    assert (found["displayName"], found["soldTo"]) == ("Fjordvik", ADDRESS)
    row = apis.served.service.store.audit.newest(limit=1)[0].row
    assert (row["activity"], row["actor"]["id"]) == ("Update Azure resource", ASTRID)
    for bad in ({"displayName": ""}, {"soldTo": {"city": "x"}}, {"soldTo": {**ADDRESS, "x": "y"}}):
        assert patch(apis, token, ACCOUNT, **bad).status_code == 400


def test_AD03_azure_roles_say_nothing_of_billing(apis: Apis, token: str, other: str) -> None:
    scope = f"/subscriptions/{apis.subscription}"
    assign(apis, token, scope, CONTRIBUTOR, LIFEBOAT)
    listed = apis.call(apis.arm, other, "/providers/Microsoft.Billing/billingAccounts")
    assert listed.json()["value"] == []
    for path in (ACCOUNT, f"{ACCOUNT}/invoices", f"{ACCOUNT}/billingSubscriptions"):
        assert code(apis.call(apis.arm, other, path)) == (403, "AuthorizationFailed")


@pytest.mark.parametrize(
    ("role", "reads", "changes", "shares"),
    [(READING, 200, 403, 403), (CHANGING, 200, 200, 403), (OWNER, 200, 200, 201)],
)
def test_AD02_what_each_billing_role_may(
    apis: Apis, token: str, other: str, role: str, reads: int, changes: int, shares: int
) -> None:
    assert give(apis, token, role).status_code == 201
    assert apis.call(apis.arm, other, ACCOUNT).status_code == reads
    assert patch(apis, other, ACCOUNT, displayName="x").status_code == changes
    assert give(apis, other, OWNER).status_code == shares


def test_billing_roles_come_through_groups_and_are_taken_back(
    apis: Apis, token: str, other: str
) -> None:
    team = directory_group(apis, "Finance", LIFEBOAT)
    made = give(apis, token, READING, team).json()
    assert made["name"] == f"{READING}_{team}"
    assert apis.call(apis.arm, other, ACCOUNT).status_code == 200
    listed = apis.call(apis.arm, token, f"{ACCOUNT}/billingRoleAssignments").json()["value"]
    assert listed == [made]
    assert apis.call(apis.arm, token, made["id"]).json() == made
    assert apis.call(apis.arm, token, made["id"], "DELETE").status_code == 200
    assert apis.call(apis.arm, token, made["id"], "DELETE").status_code == 204
    assert apis.call(apis.arm, other, ACCOUNT).status_code == 403
    assert code(give(apis, token, READING, TENANT)) == (400, "PrincipalNotFound")
    assert give(apis, token, "none").status_code == 400


def test_a_subscription_is_billed_elsewhere(apis: Apis, token: str) -> None:
    profile = f"{ACCOUNT}/billingProfiles/projects"
    body = {"properties": {"displayName": "Projects", "poNumber": "4711", "billTo": ADDRESS}}
    assert apis.call(apis.arm, token, profile, "PUT", json=body).status_code == 201
    section = f"{profile}/invoiceSections/harbour"
    body = {"properties": {"displayName": "Harbour"}}
    assert apis.call(apis.arm, token, section, "PUT", json=body).status_code == 201
    assert apis.call(apis.arm, token, section).json()["properties"]["displayName"] == "Harbour"
    billing = f"{ACCOUNT}/billingSubscriptions/{apis.subscription}"
    move = {"destinationInvoiceSectionId": section}
    asked = apis.call(apis.arm, token, f"{billing}/validateMoveEligibility", "POST", json=move)
    assert asked.json() == {"isMoveEligible": True}
    moved = apis.call(apis.arm, token, f"{billing}/move", "POST", json=move)
    assert moved.status_code == 200
    found = apis.call(apis.arm, token, billing).json()["properties"]
    assert (found["billingProfileDisplayName"], found["invoiceSectionDisplayName"]) == (
        "Projects",
        "Harbour",
    )
    nowhere = {"destinationInvoiceSectionId": f"{section}x"}
    refused = apis.call(apis.arm, token, f"{billing}/move", "POST", json=nowhere)
    assert refused.status_code == 400
    bad = apis.call(apis.arm, token, f"{ACCOUNT}/billingProfiles/a%20b", "PUT", json=body)
    assert bad.status_code == 400


def test_who_may_change_a_subscription_names_its_cost_centre(
    apis: Apis, token: str, other: str
) -> None:
    scope = f"/subscriptions/{apis.subscription}"
    path = f"{scope}/providers/Microsoft.Billing/billingProperty/default"
    assert apis.call(apis.arm, other, path).status_code == 403
    assign(apis, token, scope, READER, LIFEBOAT)
    assert apis.call(apis.arm, other, path).json()["properties"]["billingAccountId"] == ACCOUNT
    assert patch(apis, other, path, costCenter="4711").status_code == 403
    assign(apis, token, scope, CONTRIBUTOR, LIFEBOAT, "two")
    changed = patch(apis, other, path, costCenter="4711").json()
    assert changed["properties"]["costCenter"] == "4711"
    billing = f"{ACCOUNT}/billingSubscriptions/{apis.subscription}"
    found = apis.call(apis.arm, token, billing).json()["properties"]
    assert found["consumptionCostCenter"] == "4711"
    assert patch(apis, token, billing, consumptionCostCenter="0815").status_code == 200


def test_every_month_that_is_over_has_its_invoice(apis: Apis, token: str) -> None:
    store, clock = apis.served.service.store, apis.served.clock
    began = clock.now()
    assert issue_invoices(store, TENANT, began) == 0
    later = began + timedelta(days=70)
    assert issue_invoices(store, TENANT, later) == 2
    assert issue_invoices(store, TENANT, later) == 0
    patch(apis, token, ACCOUNT, displayName="x")
    listed = apis.call(apis.arm, token, f"{ACCOUNT}/invoices").json()["value"]
    assert [each["name"] for each in listed] == [
        f"G{month:%Y%m}000" for month in (began, began.replace(day=1) + timedelta(days=32))
    ]
    first = listed[0]["properties"]
    assert (first["status"], first["amountDue"]) == ("Paid", {"currency": "USD", "value": 0.0})
    assert apis.call(apis.arm, token, listed[0]["id"]).json() == listed[0]
    default = "/providers/Microsoft.Billing/billingAccounts/default"
    own = apis.call(apis.arm, token, f"{default}/billingSubscriptions/{apis.subscription}/invoices")
    assert own.json()["value"] == listed
    none = apis.call(apis.arm, token, f"{default}/billingSubscriptions/x/invoices")
    assert none.json()["value"] == []
    day = first["invoiceDate"][:10]
    period = f"?periodStartDate={day}&periodEndDate={day}"
    some = apis.call(apis.arm, token, f"{ACCOUNT}/invoices{period}").json()["value"]
    assert some == listed[:1]
    bad = apis.call(apis.arm, token, f"{ACCOUNT}/invoices?periodStartDate=soon")
    assert bad.status_code == 400
    of_profile = f"{ACCOUNT}/billingProfiles/default/invoices"
    assert apis.call(apis.arm, token, of_profile).json()["value"] == listed


def test_an_invoice_stays_as_it_was_issued(apis: Apis, token: str) -> None:
    store, began = apis.served.service.store, apis.served.clock.now()
    profile = f"{ACCOUNT}/billingProfiles/default"
    body = {"properties": {"poNumber": "1"}}
    assert apis.call(apis.arm, token, profile, "PUT", json=body).status_code == 200
    issue_invoices(store, TENANT, began + timedelta(days=32))
    body = {"properties": {"poNumber": "2"}}
    apis.call(apis.arm, token, profile, "PUT", json=body)
    issue_invoices(store, TENANT, began + timedelta(days=63))
    listed = apis.call(apis.arm, token, f"{ACCOUNT}/invoices").json()["value"]
    assert [each["properties"]["purchaseOrderNumber"] for each in listed] == ["1", "2"]
