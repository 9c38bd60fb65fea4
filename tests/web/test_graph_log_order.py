"""Logs of Graph in another order than the latest first (api-reference directoryaudit-list)."""

from __future__ import annotations

from typing import Any

from tests.web.calling import GRAPH_SCOPE, called
from tests.web.serving import LIFEBOAT, Served


def test_logs_are_sorted_by_time_either_way(served: Served) -> None:
    apis = called(served)
    token = apis.sign_in(GRAPH_SCOPE)["access_token"]
    for title in ("One", "Two"):
        body = {"jobTitle": title}
        apis.call(apis.graph, token, f"/v1.0/users/{LIFEBOAT}", "PATCH", json=body)

    def listed(path: str) -> list[Any]:
        answer = apis.call(apis.graph, token, f"/v1.0/auditLogs/{path}")
        assert answer.status_code == 200, answer.text
        return [each["id"] for each in answer.json()["value"]]

    updates = "directoryAudits?$filter=activityDisplayName eq 'Update user'"
    latest = listed(updates)
    assert len(latest) == 2
    assert listed(f"{updates}&$orderby=activityDateTime desc") == latest
    every = listed("directoryAudits?$orderby=activityDisplayName")
    assert sorted(every) == sorted(listed("directoryAudits"))
    assert len(listed("signIns?$orderby=createdDateTime")) == 1
    refused = apis.call(apis.graph, token, "/v1.0/auditLogs/signIns?$orderby=appId")
    assert refused.json()["error"]["code"] == "Request_UnsupportedQuery"
