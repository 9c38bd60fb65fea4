"""Resources of any provider, over HTTP: made, told, changed, deleted, refused."""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.directory.protocols import SYSTEM
from tests.web.arm_calls import STORAGE, VAULT, Caller, assigned, daemon, owner
from tests.web.calling import Apis, called
from tests.web.serving import Served

GROUP = "resourceGroups/rg1"
SERVERS, DATABASES = "Microsoft.Sql/servers", "Microsoft.Sql/servers/{}/databases"


@pytest.fixture
def apis(served: Served) -> Apis:
    return called(served)


@pytest.fixture
def astrid(apis: Apis) -> Caller:
    return owner(apis)


def test_a_resource_is_made_told_changed_and_deleted(apis: Apis, astrid: Caller) -> None:
    group = astrid.group("RG1")
    path = f"{group}/providers/microsoft.keyvault//VAULTS/Keys1"
    body = {"location": "Local", "tags": {"team": "ops"}, "properties": {"sku": {"name": "a"}}}
    made = astrid.ask(path, "PUT", json=body)
    identifier = f"/subscriptions/{apis.subscription}/resourceGroups/RG1/providers/{VAULT}/Keys1"
    assert made.status_code == 201
    assert made.json() == {
        "id": identifier,
        "name": "Keys1",
        "type": VAULT,
        "location": "local",
        "tags": {"team": "ops"},
        "properties": {"sku": {"name": "a"}, "provisioningState": "Succeeded"},
    }
    lower = identifier.lower()
    assert astrid.get(lower) == made.json()
    assert astrid.ask(lower, "HEAD").status_code == 204
    again = astrid.ask(lower, "PUT", json={"location": "local"})
    assert (again.status_code, again.json()["id"], again.json()["tags"]) == (200, identifier, {})
    assert astrid.ask(lower, "DELETE").status_code == 200
    assert astrid.ask(lower, "DELETE").status_code == 204
    assert astrid.ask(lower, "HEAD").status_code == 404
    assert astrid.refused(lower) == (404, "ResourceNotFound")


def test_patch_merges_properties_and_replaces_tags(astrid: Caller) -> None:
    properties = {"a": 1, "b": {"c": 2, "d": 3}}
    path = astrid.resource(astrid.group(), "kv", tags={"x": "1"}, properties=properties)
    body = {"properties": {"a": None, "b": {"c": 4}}}
    changed = astrid.ask(path, "PATCH", json=body).json()
    assert changed["properties"] == {"b": {"c": 4, "d": 3}, "provisioningState": "Succeeded"}
    assert changed["tags"] == {"x": "1"}
    assert astrid.ask(path, "PATCH", json={"tags": {"y": "2"}}).json()["tags"] == {"y": "2"}
    missing = path.replace("/kv", "/other")
    assert astrid.refused(missing, "PATCH", json={}) == (404, "ResourceNotFound")


def test_a_version_is_kept_against_changes_of_others(astrid: Caller) -> None:
    path = astrid.resource(astrid.group(), "kv")
    etag = astrid.ask(path).headers["etag"]
    body: dict[str, Any] = {"location": "local"}
    mine = {"If-Match": etag}
    assert astrid.ask(path, "PUT", json=body, headers=mine).status_code == 200
    for method in ("PUT", "PATCH", "DELETE"):
        refused = astrid.refused(path, method, json=body, headers=mine)
        assert refused == (412, "PreconditionFailed")
    new = {"If-None-Match": "*"}
    assert astrid.refused(path, "PUT", json=body, headers=new) == (412, "PreconditionFailed")
    assert astrid.ask(f"{path}2", "PUT", json=body, headers=new).status_code == 201


def test_what_stands_in_a_resource_needs_it_and_goes_with_it(astrid: Caller) -> None:
    group = astrid.group()
    database = f"{group}/providers/{DATABASES.format('sql1')}/db"
    body = {"location": "local"}
    assert astrid.refused(database, "PUT", json=body) == (404, "ParentResourceNotFound")
    server = astrid.resource(group, "SQL1", SERVERS)
    made = astrid.put(database, body)
    assert (made["name"], made["id"].split("/")[-3:]) == ("db", ["SQL1", "databases", "db"])
    settings = f"{database}/providers/Microsoft.Insights/diagnosticSettings/log"
    assert astrid.put(settings, {"properties": {}})["id"].startswith(made["id"])
    assert astrid.ask(server, "DELETE").status_code == 200
    for each in (database, settings):
        assert astrid.ask(each, "HEAD").status_code == 404


def test_a_resource_of_the_subscription_itself(astrid: Caller) -> None:
    path = "providers/Microsoft.Insights/diagnosticSettings/all"
    assert astrid.put(path, {"properties": {"logs": []}})["id"] == astrid.at(path)
    assert astrid.get("resources")["value"] == []


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        (f"{VAULT}/kv", {}, 400, "LocationRequired"),
        (f"{VAULT}/kv", {"location": "mars"}, 400, "LocationNotAvailableForResourceType"),
        (f"{VAULT}/kv", {"location": 7}, 400, "InvalidRequestContent"),
        (f"{VAULT}/kv", {"location": "local", "color": 1}, 400, "InvalidRequestContent"),
        (f"{VAULT}/kv", {"location": "local", "properties": []}, 400, "InvalidRequestContent"),
        (
            f"{VAULT}/kv",
            {"location": "local", "tags": {"a<b": ""}},
            400,
            "InvalidTagNameCharacters",
        ),
        (f"{VAULT}/kv", {"location": "local", "tags": {"a": "", "A": ""}}, 400, "InvalidTags"),
        (f"{VAULT}/kv.", {"location": "local"}, 400, "InvalidResourceName"),
        (f"{VAULT}/{'k' * 261}", {"location": "local"}, 400, "InvalidResourceName"),
        ("Microsoft.Nothing/things/a", {"location": "local"}, 404, "InvalidResourceNamespace"),
        ("Microsoft.KeyVault/things/a", {"location": "local"}, 404, "InvalidResourceType"),
        ("Microsoft.Resources/deployments", {"location": "local"}, 404, "ResourceNotFound"),
        ("Microsoft.Authorization/providerOperations/a", {}, 404, "InvalidResourceType"),
    ],
)
def test_a_resource_that_azure_would_refuse(
    astrid: Caller, path: str, body: dict[str, object], status: int, code: str
) -> None:
    group = astrid.group()
    found = astrid.refused(f"{group}/providers/{path}", "PUT", json=body)
    assert found == (status, code)


def test_the_resource_group_has_to_be_there(astrid: Caller) -> None:
    path = f"resourceGroups/none/providers/{VAULT}/kv"
    refused = astrid.refused(path, "PUT", json={"location": "local"})
    assert refused == (404, "ResourceGroupNotFound")


def test_a_resource_does_not_move_by_being_written_again(astrid: Caller) -> None:
    path = astrid.resource(astrid.group(), "kv")
    body = {"location": "global"}
    assert astrid.refused(path, "PUT", json=body) == (409, "InvalidResourceLocation")


@pytest.mark.parametrize(
    ("version", "code"),
    [
        ("", "MissingApiVersionParameter"),
        ("api-version=", "MissingApiVersionParameter"),
        ("api-version=latest", "InvalidApiVersionParameter"),
        ("api-version=2024-13-01", "InvalidApiVersionParameter"),
        ("api-version=2024-11-01-", "InvalidApiVersionParameter"),
    ],
)
def test_every_call_names_a_version(apis: Apis, astrid: Caller, version: str, code: str) -> None:
    headers = {"Authorization": f"Bearer {astrid.token}"}
    headers["X-Forwarded-For"] = apis.served.address
    answer = apis.arm.get(f"/subscriptions?{version}", headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)
    preview = apis.arm.get("/subscriptions?Api-Version=2022-05-01-preview", headers=headers)
    assert preview.status_code == 200


@pytest.mark.parametrize(
    ("role", "reads", "writes"),
    [
        ("Owner", True, True),
        ("Contributor", True, True),
        ("Reader", True, False),
        ("User Access Administrator", True, False),
    ],
)
@pytest.mark.parametrize(
    "scope", ["", "resourceGroups/rg1", f"resourceGroups/rg1/providers/{VAULT}/kv"]
)
def test_AD02_roles_at_every_scope(
    apis: Apis, astrid: Caller, role: str, reads: bool, writes: bool, scope: str
) -> None:
    path = astrid.resource(astrid.group(), "kv")
    other = astrid.resource(astrid.group("rg2"), "other")
    assigned(apis, role, astrid.at(scope))
    app = daemon(apis)
    assert (app.ask(path).status_code == 200) == reads
    body = {"location": "local"}
    for method in ("PUT", "PATCH", "DELETE"):
        status = app.ask(path, method, json=body).status_code
        assert status == (200 if writes else 403), method
        assert app.ask(other, method, json=body).status_code == (
            200 if writes and not scope else 403
        )
        if writes:
            astrid.put(path, body)
            astrid.put(other, body)


def test_a_provider_is_unregistered_and_registered_again(apis: Apis, astrid: Caller) -> None:
    path = astrid.resource(astrid.group(), "kv")
    provider = "providers/microsoft.keyvault"
    assert astrid.refused(f"{provider}/unregister", "POST") == (409, "CannotUnregister")
    astrid.ask(path, "DELETE")
    off = astrid.ask(f"{provider}/unregister", "POST").json()
    assert (off["namespace"], off["registrationState"]) == ("Microsoft.KeyVault", "NotRegistered")
    states = {
        each["namespace"]: each["registrationState"] for each in astrid.get("providers")["value"]
    }
    assert states["Microsoft.KeyVault"] == "NotRegistered"
    assert states["Microsoft.Storage"] == "Registered"
    body = {"location": "local"}
    assert astrid.refused(path, "PUT", json=body) == (409, "MissingSubscriptionRegistration")
    assert daemon(apis).refused(f"{provider}/register", "POST") == (403, "AuthorizationFailed")
    assert astrid.ask(f"{provider}/register", "POST").json()["registrationState"] == "Registered"
    astrid.put(path, body)


def test_resources_are_listed_filtered_and_paged(apis: Apis, astrid: Caller) -> None:
    one, two = astrid.group("rg1"), astrid.group("rg2")
    astrid.resource(one, "a", tags={"Env": "prod", "team": "ops"})
    astrid.resource(one, "b", STORAGE, tags={"env": "test"}, sku={"name": "Standard_LRS"})
    server = astrid.resource(two, "sql", SERVERS)
    astrid.put(f"{server}/databases/db", {"location": "local"})

    def names(query: str, at: str = "") -> list[str]:
        found = astrid.get(f"{at}resources?{query}")["value"]
        return [each["id"].rpartition("/")[2] for each in found]

    assert names("") == ["a", "b", "sql", "db"]
    assert names("", f"{two}/") == ["sql", "db"]
    assert names(f"$filter=resourceType eq '{STORAGE.lower()}'") == ["b"]
    assert names("$filter=resourceGroup eq 'RG2' and name eq 'sql'") == ["sql"]
    assert names("$filter=name eq 'a' or name eq 'b'") == ["a", "b"]
    assert names("$filter=tagName eq 'env'") == ["a", "b"]
    assert names("$filter=tagname eq 'ENV' and tagvalue eq 'prod'") == ["a"]
    assert names("$filter=tagName eq 'env' and tagValue eq 'Prod'") == []
    assert names("$filter=tagName eq 'team' and tagValue eq 'prod'") == []
    assert names("$filter=startswith(tagname, 'te')") == ["a"]
    first = astrid.get("resources?$top=3&$filter=location eq 'local'")
    following = astrid.get(first["nextLink"])
    shown = [each["name"] for each in (*first["value"], *following["value"])]
    assert (shown, "nextLink" in following) == (["a", "b", "sql", "db"], False)
    (found,) = astrid.get(
        "resources?$filter=name eq 'b'&$expand=createdTime,changedTime,provisioningState"
    )["value"]
    assert found["provisioningState"] == "Succeeded"
    assert {"createdTime", "changedTime", "sku", "tags"} <= set(found)
    assert "properties" not in found


@pytest.mark.parametrize(
    "query",
    [
        "$filter=plan eq 'x'",
        "$filter=name",
        "$top=0",
        "$top=1001",
        "$skiptoken=%7f",
        "$expand=tags",
    ],
)
def test_a_list_that_cannot_be_given(astrid: Caller, query: str) -> None:
    assert astrid.ask(f"resources?{query}").status_code == 400


def test_lists_hold_what_the_caller_can_see(apis: Apis, astrid: Caller) -> None:
    one, two = astrid.group("rg1"), astrid.group("rg2")
    for group in (one, two):
        astrid.resource(group, "kv")
    assigned(apis, "Contributor", astrid.at(two))
    app = daemon(apis)
    assert [each["name"] for each in app.get("resourcegroups")["value"]] == ["rg2"]
    (found,) = app.get("resources")["value"]
    assert "/resourceGroups/rg2/" in found["id"]
    assert app.refused(f"{one}/resources") == (403, "AuthorizationFailed")


def test_a_disabled_subscription_can_only_be_read(apis: Apis, astrid: Caller) -> None:
    group = astrid.group()
    path = astrid.resource(group, "kv")
    azure = apis.served.service.store.azure
    document = azure.need(astrid.at("")).document
    azure.replace(astrid.at(""), {**document, "state": "Disabled"}, by=SYSTEM)
    assert astrid.get(path)["name"] == "kv"
    for method, body in (("PUT", {"location": "local"}), ("DELETE", None)):
        for each in (group, path):
            refused = astrid.refused(each, method, json=body)
            assert refused == (409, "ReadOnlyDisabledSubscription")


@pytest.mark.parametrize("depth", [101, 400, 2000])
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_body_that_is_nested_too_deeply(astrid: Caller, method: str, depth: int) -> None:
    path = astrid.resource(astrid.group(), "kv")
    nested = '{"a":' * depth + "1" + "}" * depth
    content = f'{{"location": "local", "properties": {nested}}}'.encode()
    answer = astrid.ask(path, method, content=content)
    assert answer.status_code == 400, answer.text[:200]


def test_resources_of_a_type_are_listed_where_they_are(apis: Apis, astrid: Caller) -> None:
    one, two = astrid.group("rg1"), astrid.group("rg2")
    for group in (one, two):
        astrid.resource(group, "kv", properties={"a": 1})
    server = astrid.resource(one, "sql", SERVERS)
    log = "providers/Microsoft.Insights/diagnosticSettings"
    astrid.put(f"{server}/databases/db", {"location": "local"})
    astrid.put(f"{server}/{log}/above", {"properties": {}})
    astrid.put(f"{server}/databases/db/{log}/inside", {"properties": {}})

    def names(path: str, caller: Caller = astrid) -> list[str]:
        return [each["id"].rpartition("/")[2] for each in caller.get(path)["value"]]

    assert names(f"providers/{VAULT}") == ["kv", "kv"]
    assert names(f"{two}/providers/{VAULT.lower()}/") == ["kv"]
    assert names(f"{one}/providers/{STORAGE}") == []
    assert names(f"{server}/databases") == ["db"]
    assert names(f"{server}/{log}") == ["above"]
    (whole,) = astrid.get(f"{two}/providers/{VAULT}")["value"]
    assert whole["properties"] == {"a": 1, "provisioningState": "Succeeded"}
    first = astrid.get(f"providers/{VAULT}?$top=1")
    assert len(astrid.get(first["nextLink"])["value"]) == 1
    assigned(apis, "Reader", astrid.at(two))
    app = daemon(apis)
    assert names(f"providers/{VAULT}", app) == ["kv"]
    assert app.refused(f"{one}/providers/{VAULT}") == (403, "AuthorizationFailed")
    assert astrid.refused(f"resourceGroups/no/providers/{VAULT}") == (404, "ResourceGroupNotFound")
    assert astrid.refused(f"{one}/providers/{VAULT}s") == (404, "InvalidResourceType")
    assert astrid.refused(f"{server}x/databases") == (404, "ResourceNotFound")
    own = f"{one}/providers/Microsoft.Authorization/providerOperations"
    assert astrid.refused(own) == (404, "InvalidResourceType")
