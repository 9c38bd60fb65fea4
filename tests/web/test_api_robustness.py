"""Whatever is sent, both APIs answer in their own envelope and never fail (no 5xx)."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from ostiary.arm.app import API as ARM
from ostiary.graph.app import API as GRAPH
from ostiary.http.operations import Operation
from tests.web.calling import GRAPH_SCOPE, Apis, called
from tests.web.serving import ARM_SCOPE, ASTRID, Served

NAMES = ("x", "\0", "'", "%", "_", "🛡", "a" * 5000, "..", ASTRID + "\0", "\u202e", "\ud7ff", " ")
BODIES = (
    b"",
    b"{",
    b"null",
    b"[]",
    b'{"displayName": "\\ud800"}',
    b'{"jobTitle": "\\u0000"}',
    b'{"displayName": 1e400, "conditions": [], "location": {}}',
    b'{"location": "\\ud800", "tags": {"\\u0000": "\\ud800"}}',
    b'{"a":' * 2000 + b"1" + b"}" * 2000,
    b"\xff\xfe",
)
QUERIES = (
    "$filter=" + quote("displayName eq '\ud7ff\0'"),
    "$filter=" + quote("id in (" + ",".join(["'x'"] * 900) + ")"),
    "$filter=" + quote("not " * 400 + "id eq 'x'"),
    "$filter=createdDateTime ge 0000-99-99T00:00:00Z",
    "$filter=createdDateTime ge 2026-01-01T00:00:00Z and createdDateTime lt x",
    "$filter=appId eq '\u0130' and status/errorCode eq 99999999999999999999",
    "$filter=status/errorCode eq 9999999999999999999",
    "$top=99999999999999999999",
    "$skiptoken=////",
    "$skiptoken=OTk5OTk5OTk5OTk5OTk5OTk5OQ",
    "$select=" + "a," * 2000,
)


@pytest.fixture
def apis(served: Served) -> Apis:
    return called(served)


def _address(each: Operation, apis: Apis, name: str) -> str:
    path = each.path.replace("{subscription}", apis.subscription)
    parts = (quote(name, safe="") if part.startswith("{") else part for part in path.split("/"))
    return "/".join(parts)


def _sound(answer: Any, said: str) -> None:
    assert answer.status_code < 500, (said, answer.text[:300])
    if answer.status_code >= 400 and answer.request.method != "HEAD":
        assert set(answer.json()["error"]) >= {"code", "message"}, said
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("own", "scope"), [(ARM, ARM_SCOPE), (GRAPH, GRAPH_SCOPE)], ids=["management", "graph"]
)
def test_DS06_no_operation_fails_whatever_is_sent(apis: Apis, own: Any, scope: str) -> None:
    api = apis.arm if own is ARM else apis.graph
    token = apis.sign_in(scope)["access_token"]
    operations = [each for each in own.operations if not each.path.startswith("/beta")]
    for each in operations:
        for name in NAMES if "{" in each.path else NAMES[:1]:
            path = _address(each, apis, name)
            body = {"content": b"{}"} if each.method in {"POST", "PUT", "PATCH"} else {}
            _sound(apis.call(api, token, path, each.method, **body), f"{each.method} {path[:200]}")
        if each.method in {"POST", "PUT", "PATCH"}:
            for body in BODIES:
                path = _address(each, apis, ASTRID)
                answer = apis.call(api, token, path, each.method, content=body)
                _sound(answer, f"{each.method} {path} {body[:60]!r}")
        elif each.method == "GET":
            for query in QUERIES:
                answer = apis.call(api, token, f"{_address(each, apis, ASTRID)}?{query}")
                _sound(answer, f"{each.path} {query[:80]}")


def test_headers_and_tokens_of_any_kind_are_refused_alike(apis: Apis) -> None:
    for value in ("", "Bearer", "Bearer ", "Basic eDp5", "Bearer a.b.c", "Bearer " + "x" * 9000):
        answer = apis.graph.get("/v1.0/me", headers={"Authorization": value})
        assert answer.status_code == 401
        assert answer.json()["error"]["code"] == "InvalidAuthenticationToken"
    assert apis.graph.get("/v1.0/me", headers={"X": "y" * 20_000}).status_code == 431


def test_a_body_without_end_is_refused_only_to_who_is_known(apis: Apis) -> None:
    path, body = "/v1.0/identity/conditionalAccess/policies", b" " * (5 * 1024 * 1024)
    assert apis.graph.post(path, content=body).status_code == 401
    token = apis.sign_in(GRAPH_SCOPE)["access_token"]
    answer = apis.call(apis.graph, token, path, "POST", content=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "RequestEntityTooLarge")
