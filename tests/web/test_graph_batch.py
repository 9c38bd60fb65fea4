"""`$batch` of Graph: each request answered as if it had come alone (concepts/json-batching)."""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.directory.protocols import SYSTEM
from tests.web.calling import GRAPH_SCOPE, Apis, called, challenge
from tests.web.serving import ASTRID, LIFEBOAT, Served

JSON = {"Content-Type": "application/json"}


@pytest.fixture
def apis(served: Served) -> Apis:
    return called(served)


@pytest.fixture
def token(apis: Apis) -> str:
    return apis.sign_in(GRAPH_SCOPE)["access_token"]


def _asked(number: object, url: str, method: str = "GET", **more: Any) -> dict[str, Any]:
    return {"id": str(number), "method": method, "url": url, **more}


def _send(apis: Apis, token: str, *requests: dict[str, Any], version: str = "v1.0") -> Any:
    body = {"requests": list(requests)}
    return apis.call(apis.graph, token, f"/{version}/$batch", "POST", json=body)


def _answers(response: Any) -> dict[str, Any]:
    assert response.status_code == 200, response.text
    return {each["id"]: each for each in response.json()["responses"]}


@pytest.mark.parametrize("version", ["v1.0", "beta"])
def test_requests_are_answered_as_if_they_had_come_alone(
    apis: Apis, token: str, version: str
) -> None:
    found = _answers(
        _send(
            apis,
            token,
            _asked(1, "/me"),
            _asked(
                2,
                "users?$filter=displayName ne 'Lifeboat'&$count=true",
                headers={"ConsistencyLevel": "eventual"},
            ),
            _asked(3, "/users/none"),
            _asked(4, "/users/$count", headers={"ConsistencyLevel": "eventual"}),
            _asked(5, f"/users('{ASTRID}')?$select=id"),
            _asked(6, "/nothing"),
            version=version,
        )
    )
    assert [each["status"] for each in found.values()] == [200, 200, 404, 200, 200, 404]
    alone = apis.call(apis.graph, token, f"/{version}/me")
    assert found["1"]["body"] == alone.json()
    assert found["1"]["headers"]["Content-Type"] == alone.headers["content-type"]
    assert found["2"]["body"]["@odata.count"] == 1
    assert found["3"]["body"]["error"]["code"] == "Request_ResourceNotFound"
    assert (found["4"]["body"], found["5"]["body"]["id"]) == (2, ASTRID)


def test_what_depends_on_a_failed_request_is_not_tried(apis: Apis, token: str) -> None:
    path, title = f"/users/{LIFEBOAT}", {"jobTitle": "Keeper"}
    found = _answers(
        _send(
            apis,
            token,
            _asked("last", f"{path}?$select=jobTitle", dependsOn=["Change"]),
            _asked("change", path, "PATCH", body=title, headers=JSON, dependsOn=["first"]),
            _asked("first", path),
            _asked("no", path, "PATCH", body={"jobTitle": 5}, headers=JSON),
            _asked("then", path, "DELETE", dependsOn=["no"]),
            _asked("after", path, "DELETE", dependsOn=["then"]),
        )
    )
    statuses = {name: each["status"] for name, each in found.items()}
    assert statuses == {
        "first": 200,
        "change": 204,
        "last": 200,
        "no": 400,
        "then": 424,
        "after": 424,
    }
    assert found["last"]["body"]["jobTitle"] == "Keeper"
    assert "body" not in found["change"]
    assert found["then"]["body"]["error"]["code"] == "FailedDependency"


def test_AD06_each_request_needs_its_own_permissions(apis: Apis) -> None:
    role_less = apis.sign_in(GRAPH_SCOPE, "lifeboat@fjordvik.example")["access_token"]
    path = "/identity/conditionalAccess/policies"
    found = _answers(_send(apis, role_less, _asked(1, "/me"), _asked(2, path)))
    assert [each["status"] for each in found.values()] == [200, 403]
    assert found["2"]["body"]["error"]["code"] == "Authorization_RequestDenied"


def test_AD01_a_batch_wants_a_token(apis: Apis, token: str) -> None:
    body = {"requests": [_asked(1, "/me", headers={"Authorization": f"Bearer {token}"})]}
    answer = apis.graph.post("/v1.0/$batch", json=body)
    assert answer.status_code == 401


def test_RT07_who_is_disabled_in_a_batch_is_challenged_in_its_next_request(
    apis: Apis, token: str
) -> None:
    theirs = apis.sign_in(GRAPH_SCOPE, "lifeboat@fjordvik.example")["access_token"]
    apis.served.service.store.users.modify(LIFEBOAT, {"accountEnabled": False}, by=SYSTEM)
    challenge(_send(apis, theirs, _asked(1, "/me")))
    second = {
        "roleDefinitionId": "62e90394-69f5-4237-9190-012177145e10",
        "principalId": LIFEBOAT,
        "directoryScopeId": "/",
    }
    apis.served.service.store.users.modify(LIFEBOAT, {"accountEnabled": True}, by=SYSTEM)
    apis.served.service.store.roles.create(second, by=SYSTEM)
    apis.served.service.snapshots.refresh()
    disabled = {"accountEnabled": False}
    found = _answers(
        _send(
            apis,
            token,
            _asked(1, f"/users/{ASTRID}", "PATCH", body=disabled, headers=JSON),
            _asked(2, "/me", dependsOn=["1"]),
        )
    )
    assert [each["status"] for each in found.values()] == [204, 401]
    assert "insufficient_claims" in found["2"]["headers"]["Www-Authenticate"]


def test_a_request_cannot_speak_for_somebody_else(apis: Apis, token: str) -> None:
    theirs = apis.sign_in(GRAPH_SCOPE, "lifeboat@fjordvik.example")["access_token"]
    headers = {"Authorization": f"Bearer {token}", "X-Forwarded-For": "192.0.2.1"}
    found = _answers(_send(apis, theirs, _asked(1, "/me", headers=headers)))
    assert found["1"]["body"]["id"] == LIFEBOAT


@pytest.mark.parametrize(
    "requests",
    [
        [],
        [_asked(each, "/me") for each in range(21)],
        [_asked("a", "/me"), _asked("A", "/me")],
        [_asked(1, "/me", "TRACE")],
        [_asked(1, "/me", dependsOn=["2"])],
        [_asked(1, "/me", dependsOn=["2"]), _asked(2, "/me", dependsOn=["1"])],
        [_asked(1, "/users", "POST", body={})],
        [_asked(1, "/me", headers={"If-Match": "a\r\nb"})],
        [_asked(1, "/me", headers={"If-Match": 5})],
        [_asked(1, "")],
        [_asked(1, "/" + "a" * 9000)],
        [{"id": "1"}],
        ["/me"],
    ],
)
def test_a_batch_that_cannot_be_read_is_refused_as_a_whole(
    apis: Apis, token: str, requests: Any
) -> None:
    answer = _send(apis, token, *requests)
    assert (answer.status_code, answer.json()["error"]["code"]) in {
        (400, "BadRequest"),
        (400, "Request_BadRequest"),
    }


@pytest.mark.parametrize("url", ["/$batch", "$BATCH", "/%24batch", "/$batch/"])
def test_a_batch_is_not_in_a_batch(apis: Apis, token: str, url: str) -> None:
    inner = {"requests": [_asked(1, "/me")]}
    found = _answers(_send(apis, token, _asked(1, url, "POST", body=inner, headers=JSON)))
    assert found["1"]["status"] == 400


@pytest.mark.parametrize(
    "url", ["//", "/../../openapi.json", "?", "/users/%00", "/users/%2e%2e", "#"]
)
def test_whatever_is_asked_for_each_request_is_answered(apis: Apis, token: str, url: str) -> None:
    (found,) = _answers(_send(apis, token, _asked(1, url))).values()
    assert 400 <= found["status"] < 500
