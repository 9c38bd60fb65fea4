"""Query options of Graph as directory objects take them: advanced queries, counts, keys, `$expand`.

Expected answers: Graph concepts/aad-advanced-queries (error handling), concepts/query-parameters.
"""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.directory.protocols import SYSTEM
from tests.web.calling import GRAPH_SCOPE, Apis, called
from tests.web.serving import ASTRID, DAEMON, DAEMON_APP, LIFEBOAT, PLACES, Served

INNER, OUTER, LAPTOP = (f"5a1f9a40-0000-4000-8000-0000000000e{n}" for n in (1, 2, 3))
EVENTUAL = {"ConsistencyLevel": "eventual"}


class Asking:
    """Astrid, who asks Graph."""

    def __init__(self, apis: Apis) -> None:
        self._apis, self._token = apis, apis.sign_in(GRAPH_SCOPE)["access_token"]

    def __call__(self, path: str, *, eventual: bool = False) -> Any:
        headers = EVENTUAL if eventual else {}
        where = path if path.startswith("http") else f"/v1.0/{path}"
        return self._apis.call(self._apis.graph, self._token, where, headers=headers)

    def names(self, path: str, *, eventual: bool = False) -> list[str]:
        answer = self(path, eventual=eventual)
        assert answer.status_code == 200, answer.text
        return [each["displayName"] for each in answer.json()["value"]]

    def refusal(self, path: str, *, eventual: bool = False) -> tuple[int, str]:
        answer = self(path, eventual=eventual)
        return answer.status_code, answer.json()["error"]["code"]


@pytest.fixture
def ask(served: Served) -> Asking:
    asking = Asking(called(served))
    store = served.service.store
    group = {"displayName": "Night shift", "description": "Those who watch"}
    store.groups.create({**group, "id": INNER, "members": [ASTRID]}, by=SYSTEM)
    outer = {"displayName": "HelloWorld crew", "members": [INNER, DAEMON, LIFEBOAT]}
    store.groups.create({**outer, "id": OUTER}, by=SYSTEM)
    laptop = {"id": LAPTOP, "deviceId": LAPTOP, "displayName": "Laptop"}
    store.devices.create(laptop, by=SYSTEM)
    return asking


ADVANCED = (
    "$filter=not(displayName eq 'Lifeboat')",
    "$filter=displayName ne 'Lifeboat'",
    "$filter=endsWith(displayName,'Moe')",
    "$filter=NOT startsWith(displayName,'Life') AND startsWith(displayName,'astrid')",
    "$filter=startsWith(displayName,'a')&$orderby=displayName",
    "$filter=businessPhones/$count eq 0 and displayName eq 'Astrid Moe'",
)


@pytest.mark.parametrize("query", ADVANCED)
def test_advanced_queries_need_the_header_and_the_count(ask: Asking, query: str) -> None:
    unsupported = (400, "Request_UnsupportedQuery")
    assert ask.refusal(f"users?{query}") == unsupported
    assert ask.refusal(f"users?{query}", eventual=True) == unsupported
    assert ask.refusal(f"users?{query}&$count=true") == unsupported
    answer = ask(f"users?{query}&$count=true", eventual=True).json()
    assert [each["displayName"] for each in answer["value"]] == ["Astrid Moe"]
    assert answer["@odata.count"] == 1


def test_a_refused_query_names_the_operator_and_the_way_out(ask: Asking) -> None:
    message = ask("users?$filter=endsWith(mail,'x')").json()["error"]["message"]
    assert message.startswith("Operator 'endsWith' is not supported because the required query")
    assert "https://aka.ms/graph-docs/advanced-queries" in message


def test_lists_are_sorted_in_pages(ask: Asking) -> None:
    assert ask.names("users?$orderby=displayName desc") == ["Lifeboat", "Astrid Moe"]
    first = ask("users?$orderby=userPrincipalName&$top=1&$select=displayName").json()
    assert [each["displayName"] for each in first["value"]] == ["Astrid Moe"]
    assert ask.names(first["@odata.nextLink"]) == ["Lifeboat"]
    assert ask.refusal("applications?$orderby=displayName")[0] == 400
    sorted_apps = ask.names("applications?$orderby=displayName&$count=true", eventual=True)
    assert sorted_apps == sorted(sorted_apps, key=str.casefold)
    filtered = "users?$filter=accountEnabled eq true&$orderby=displayName desc&$count=true&$top=1"
    page = ask(filtered, eventual=True).json()
    assert ([e["displayName"] for e in page["value"]], page["@odata.count"]) == (["Lifeboat"], 2)
    assert ask.names(page["@odata.nextLink"], eventual=True) == ["Astrid Moe"]


@pytest.mark.parametrize(
    ("search", "names"),
    [
        ('"displayName:shift"', ["Night shift"]),
        ('"displayName:night"', ["Night shift"]),
        ('"displayName:world hello"', ["HelloWorld crew"]),
        ('"displayName:helloworld"', ["HelloWorld crew"]),
        ('"displayName:ift"', []),
        ('"displayName:shift" OR "displayName:crew"', ["Night shift", "HelloWorld crew"]),
        ('"displayName:shift" AND "description:watch"', ["Night shift"]),
        ('"displayName:shift" AND ("description:sleep" OR "displayName:crew")', []),
        ('"displayName:!!"', []),
    ],
)
def test_search_compares_words(ask: Asking, search: str, names: list[str]) -> None:
    assert ask.refusal(f"groups?$search={search}") == (400, "Request_UnsupportedQuery")
    assert ask.names(f"groups?$search={search}", eventual=True) == names


@pytest.mark.parametrize(
    "search", ["shift", '"shift"', '"displayName:a" "x:b"', '"a:b" AND', '"', "(" * 50]
)
def test_a_search_that_cannot_be_read_is_refused(ask: Asking, search: str) -> None:
    expected = (400, "Request_UnsupportedQuery")
    assert ask.refusal(f"users?$search={search}", eventual=True) == expected


def test_counts_are_a_segment_or_an_option(ask: Asking) -> None:
    refused = ask("users/$count")
    assert refused.json()["error"]["message"] == "$count is not currently supported."
    assert ask.refusal("users/$count") == (400, "Request_BadRequest")
    counted = ask("users/$count", eventual=True)
    assert (counted.text, counted.headers["content-type"]) == ("2", "text/plain; charset=utf-8")
    assert ask("users/$count?$filter=displayName ne 'Lifeboat'", eventual=True).text == "1"
    assert ask(f"groups/{OUTER}/members/$count", eventual=True).text == "3"
    assert "@odata.count" not in ask("users?$count=true").json()
    page = ask("users?$count=true&$top=1", eventual=True).json()
    assert (page["@odata.count"], len(page["value"])) == (2, 1)
    assert ask("identity/conditionalAccess/policies?$count=true").json()["@odata.count"] == 2


def test_members_of_one_kind_are_asked_for_by_a_cast(ask: Asking) -> None:
    assert ask.names(f"groups/{OUTER}/members/microsoft.graph.user") == ["Lifeboat"]
    assert ask.names(f"groups/{OUTER}/members/graph.group") == ["Night shift"]
    users = f"groups/{OUTER}/transitiveMembers/graph.user"
    assert ask.names(users) == ["Astrid Moe", "Lifeboat"]
    assert ask(f"{users}/$count", eventual=True).text == "2"
    ordered = f"groups/{OUTER}/members?$orderby=displayName desc&$count=true"
    assert ask.names(ordered, eventual=True) == ["Night shift", "Lifeboat", "Backup"]
    named = f"groups/{OUTER}/members?$filter=displayName eq 'Backup'"
    assert ask.names(named) == ["Backup"]


@pytest.mark.parametrize(
    ("address", "name"),
    [
        (f"users('{ASTRID}')", "Astrid Moe"),
        ("users('astrid@fjordvik.example')", "Astrid Moe"),
        ("users(userPrincipalName='ASTRID@fjordvik.example')", "Astrid Moe"),
        (f"applications(appId='{DAEMON_APP}')", "Backup"),
        (f"servicePrincipals(appId='{DAEMON_APP}')", "Backup"),
        (f"servicePrincipals(id='{DAEMON}')", "Backup"),
        (f"devices(deviceId='{LAPTOP}')", "Laptop"),
        (f"identity/conditionalAccess/policies('{PLACES}')", "Only from the office"),
    ],
)
def test_objects_have_keys_in_parentheses(ask: Asking, address: str, name: str) -> None:
    assert ask(address).json()["displayName"] == name


def test_what_follows_a_key_is_found(ask: Asking) -> None:
    assert ask.names(f"users('{ASTRID}')/memberOf/graph.group") == ["Night shift"]
    owners = f"applications(appId='{DAEMON_APP}')/owners"
    assert ask(owners).json()["value"] == []
    assert ask.refusal("applications(appId='none')") == (404, "Request_ResourceNotFound")
    assert ask.refusal("applications(secret='none')") == (404, "Request_ResourceNotFound")
    assert ask.refusal("users('o''brien')") == (404, "Request_ResourceNotFound")


def test_what_an_object_refers_to_is_told_inside_it(ask: Asking) -> None:
    found = ask(f"groups/{OUTER}?$expand=members($select=id,displayName)").json()
    assert [each["displayName"] for each in found["members"]] == [
        "Night shift",
        "Backup",
        "Lifeboat",
    ]
    assert set(found["members"][0]) == {"@odata.type", "id", "displayName"}
    groups = ask("groups?$expand=members").json()["value"]
    assert {len(each["members"]) for each in groups} == {1, 3}
    held = ask("roleManagement/directory/roleAssignments?$expand=principal,roleDefinition")
    (assignment,) = held.json()["value"]
    assert assignment["principal"]["displayName"] == "Astrid Moe"
    assert assignment["roleDefinition"]["displayName"] == "Global Administrator"
