"""The Azure CLI manages what it is there for: roles, billing, both APIs by `az rest`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ostiary.administration.mandatory_mfa import require_mfa_for_changes
from ostiary.analysis.lint_stage import GLOBAL_ADMINISTRATOR
from ostiary.directory.protocols import SYSTEM
from ostiary.directory.snapshot import Snapshots
from ostiary.tenant.catalogue import AZURE_GOVERNMENT_SUITE
from tests.clients.az import AzureCli
from tests.clients.serving import Person, Served, eventually
from tests.clients.tenant import DAEMON, MFA
from tests.clients.test_az_conditional_access import refused, works
from tests.clients.test_continuous_access import advised

READER, READER_ID = "Reader", "acdd72a7-3385-48ef-bd42-f606fba81ae7"


@pytest.fixture
def daemon(az: AzureCli, served: Served) -> AzureCli:
    """Give an az that an application signed in with, which owns the subscription."""
    secret = ("-u", DAEMON, "-p", served.filled.daemon_secret)
    works(az.login("--service-principal", *secret))
    return az


@pytest.fixture
def person(served: Served) -> Person:
    """Give a Global Administrator, who owns the subscription too."""
    person = served.person()
    role = {"roleDefinitionId": GLOBAL_ADMINISTRATOR, "principalId": person.id}
    served.store.roles.create({**role, "directoryScopeId": "/"}, by=SYSTEM)
    return person


@pytest.fixture
def administrator(az: AzureCli, served: Served, person: Person) -> AzureCli:
    """Give an az that he signed in with."""
    works(az.browser_login(person.answers(), "--tenant", served.tenant_id).said)
    return az


@pytest.fixture
def mandatory_mfa(long_served: Served) -> Iterator[None]:
    """Demand multifactor authentication for changes of resources while the test runs."""
    store = long_served.store
    require_mfa_for_changes(store, Snapshots(store), True, by=SYSTEM)
    yield
    require_mfa_for_changes(store, Snapshots(store), False, by=SYSTEM)


def _told(az: AzureCli, *arguments: str) -> Any:
    said = az.run(*arguments, "-o", "json")
    assert said.code == 0, said.err
    return json.loads(said.out) if said.out.strip() else None


def test_the_account(daemon: AzureCli, served: Served) -> None:
    shown = _told(daemon, "account", "show")
    assert (shown["id"], shown["tenantId"]) == (served.subscription, served.tenant_id)
    assert [each["id"] for each in _told(daemon, "account", "list")] == [served.subscription]
    assert [each["name"] for each in _told(daemon, "account", "list-locations")] == ["local"]
    token = _told(daemon, "account", "get-access-token")
    assert (token["subscription"], token["tokenType"]) == (served.subscription, "Bearer")


def test_role_assignments_of_people(administrator: AzureCli, served: Served) -> None:
    other = served.person()
    works(administrator.run("group", "create", "-n", "harbour", "-l", "local"))
    scope = f"/subscriptions/{served.subscription}/resourceGroups/harbour"
    who = ("--assignee", other.name, "--role", READER)
    made = _told(administrator, "role", "assignment", "create", *who, "--scope", scope)
    assert (made["principalId"], made["principalType"]) == (other.id, "User")
    # Once more is no error: az finds the one there is.
    again = _told(administrator, "role", "assignment", "create", *who, "--scope", scope)
    assert again["id"] == made["id"]
    (found,) = _told(administrator, "role", "assignment", "list", "-g", "harbour")
    assert (found["principalName"], found["roleDefinitionName"]) == (other.name, READER)
    everything = _told(administrator, "role", "assignment", "list", "--all")
    assert made["id"] in {each["id"] for each in everything}
    works(administrator.run("role", "assignment", "delete", *who, "-g", "harbour"))
    assert _told(administrator, "role", "assignment", "list", "-g", "harbour") == []
    works(administrator.run("group", "delete", "-n", "harbour", "--yes"))


def test_roles_through_a_group(administrator: AzureCli, served: Served) -> None:
    other = served.person()
    document = {"displayName": "Pilots of the harbour", "members": [other.id]}
    group = served.store.groups.create(document, by=SYSTEM).id
    scope = f"/subscriptions/{served.subscription}"
    who = ("--assignee-object-id", group, "--assignee-principal-type", "Group")
    what = ("--role", "Tag Contributor", "--scope", scope)
    works(administrator.run("role", "assignment", "create", *who, *what))
    listed = ("role", "assignment", "list", "--assignee", other.id, "--scope", scope)
    assert [each["principalId"] for each in _told(administrator, *listed)] == [other.id]
    with_groups = _told(administrator, *listed, "--include-groups")
    assert {each["principalId"] for each in with_groups} == {other.id, group}
    works(administrator.run("role", "assignment", "delete", "--assignee", group, *what))


def test_management_groups(administrator: AzureCli, served: Served, person: Person) -> None:
    elevate = "/providers/Microsoft.Authorization/elevateAccess?api-version=2016-07-01"
    works(administrator.run("rest", "--method", "post", "--url", elevate))
    root = f"/providers/Microsoft.Management/managementGroups/{served.tenant_id}"
    who = ("--assignee-object-id", person.id, "--assignee-principal-type", "User")
    works(
        administrator.run("role", "assignment", "create", *who, "--role", "Owner", "--scope", root)
    )
    groups = ("account", "management-group")
    name = ("--name", "north")
    made = _told(administrator, *groups, "create", *name, "--no-register")
    assert made["name"] == "north"
    subscription = ("--subscription", served.subscription)
    works(administrator.run(*groups, "subscription", "add", *name, *subscription))
    shown = _told(administrator, *groups, "show", *name, "--expand", "--no-register")
    assert [each["name"] for each in shown["children"]] == [served.subscription]
    works(administrator.run(*groups, "subscription", "remove", *name, *subscription))
    works(administrator.run(*groups, "delete", *name, "--no-register"))
    left = _told(administrator, *groups, "list", "--no-register")
    assert [each["name"] for each in left] == [served.tenant_id]


def test_role_definitions(daemon: AzureCli, served: Served, tmp_path: Path) -> None:
    (reader,) = _told(daemon, "role", "definition", "list", "--name", READER)
    assert (reader["name"], reader["roleType"]) == (READER_ID, "BuiltInRole")
    assert len(_told(daemon, "role", "definition", "list")) >= 20
    scope = f"/subscriptions/{served.subscription}"
    role = {
        "Name": "Harbour master",
        "Description": "Restarts cranes.",
        "Actions": ["Microsoft.Compute/virtualMachines/restart/action", "*/read"],
        "AssignableScopes": [scope],
    }
    file = tmp_path / "role.json"
    file.write_text(json.dumps(role))
    made = _told(daemon, "role", "definition", "create", "--role-definition", str(file))
    assert (made["roleName"], made["roleType"]) == ("Harbour master", "CustomRole")
    custom = _told(daemon, "role", "definition", "list", "--custom-role-only", "true")
    assert [each["id"] for each in custom] == [made["id"]]
    file.write_text(json.dumps({**role, "Description": "Restarts every crane."}))
    changed = _told(daemon, "role", "definition", "update", "--role-definition", str(file))
    assert (changed["id"], changed["description"]) == (made["id"], "Restarts every crane.")
    works(daemon.run("role", "definition", "delete", "--name", "Harbour master"))
    assert _told(daemon, "role", "definition", "list", "--custom-role-only", "true") == []


def test_rest_on_both_apis(administrator: AzureCli, served: Served, person: Person) -> None:
    place = "/subscriptions?api-version=2022-12-01"
    found = _told(administrator, "rest", "--url", place)
    assert [each["subscriptionId"] for each in found["value"]] == [served.subscription]
    me = _told(administrator, "rest", "--url", f"{served.graph}/v1.0/me")
    assert (me["id"], me["userPrincipalName"]) == (person.id, person.name)
    group = f"/subscriptions/{served.subscription}/resourceGroups/pier?api-version=2024-11-01"
    body = ("--body", '{"location": "local"}')
    made = _told(administrator, "rest", "--method", "put", "--url", group, *body)
    assert made["properties"] == {"provisioningState": "Succeeded"}
    works(administrator.run("rest", "--method", "delete", "--url", group))


def test_billing_and_budgets(administrator: AzureCli, served: Served) -> None:
    (account,) = _told(administrator, "billing", "account", "list")
    assert (account["agreementType"], account["hasReadAccess"]) == (
        "MicrosoftCustomerAgreement",
        True,
    )
    named = ("--name", account["name"], "--display-name", "Fjordvik AS")
    changed = _told(administrator, "billing", "account", "update", *named)
    assert changed["displayName"] == "Fjordvik AS"
    of_account = ("--account-name", account["name"])
    (profile,) = _told(administrator, "billing", "profile", "list", *of_account)
    assert profile["name"] == "default"
    (billed,) = _told(administrator, "billing", "subscription", "list", *of_account)
    assert billed["subscriptionId"] == served.subscription
    period = ("--period-start-date", "2026-01-01", "--period-end-date", "2026-12-31")
    assert _told(administrator, "billing", "invoice", "list", *of_account, *period) == []
    dates = ("--start-date", "2026-01-01", "--end-date", "2027-12-31")
    what = ("--amount", "100", "--category", "cost", "--time-grain", "monthly")
    name = ("--budget-name", "harbour")
    made = _told(administrator, "consumption", "budget", "create", *name, *what, *dates)
    assert (made["name"], float(made["amount"])) == ("harbour", 100)
    listed = _told(administrator, "consumption", "budget", "list")
    assert [each["name"] for each in listed] == ["harbour"]
    works(administrator.run("consumption", "budget", "delete", *name))
    assert _told(administrator, "consumption", "budget", "list") == []


def test_what_az_advises_meets_mandatory_mfa(
    long_az: AzureCli, long_served: Served, mandatory_mfa: None
) -> None:
    person = long_served.person()
    works(long_az.browser_login(person.answers()).said)
    works(long_az.run("group", "list"))
    said = long_az.run("group", "create", "-n", "mole", "-l", "local")
    assert said.code == 1
    signed_in = long_az.browser_login(person.answers(mfa=True), *advised(said))
    works(signed_in.said)
    assert "otp" in signed_in.asked
    works(long_az.run("group", "create", "-n", "mole", "-l", "local"))
    assert "mfa" in long_az.access_claims()["amr"]


def test_the_government_suite_is_a_cloud_of_its_own(served: Served, tmp_path: Path) -> None:
    az = AzureCli(served, tmp_path / "az")
    az.register_cloud("OstiaryUSGovernment", served.government)
    person = served.person()
    works(az.browser_login(person.answers(), "--tenant", served.tenant_id).said)
    assert az.access_claims()["aud"].startswith("https://management.core.usgovcloudapi.net")
    works(az.run("group", "list"))
    policy = served.stored_policy(MFA)
    served.policy(MFA, "on")
    works(az.run("group", "list"))
    conditions = dict(policy.document["conditions"])
    suite = {"includeApplications": [AZURE_GOVERNMENT_SUITE]}
    served.store.policies.modify(
        policy.id, {"conditions": {**conditions, "applications": suite}}, by=SYSTEM
    )
    try:
        said = eventually(lambda: _failed(az), "policy that is in force")
        refused(said, "AADSTS50076")
    finally:
        served.store.policies.modify(policy.id, {"conditions": conditions}, by=SYSTEM)


def _failed(az: AzureCli) -> Any:
    said = az.run("group", "list")
    return said if said.code else None
