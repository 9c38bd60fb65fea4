"""Graph tells the coverage matrix of the policies in force."""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.analysis.coverage import Ground
from ostiary.analysis.coverage_matrix import Matrix
from ostiary.graph.permissions import SECURITY_READER
from ostiary.graph.trimming import trimmed
from ostiary.tenant.proofs import names_of
from tests.admin.pages import with_role
from tests.web.calling import Apis, called
from tests.web.serving import Served
from tests.web.test_graph_policy_history import CA, Graph

COVERAGE = f"{CA}/coverage"


@pytest.fixture
def graph(served: Served) -> Graph:
    with_role(served, SECURITY_READER)
    served.policy("enabled")
    served.enrol()
    return Graph(called(served))


def told(graph: Graph, query: str = "") -> Any:
    answer = graph("GET", f"{COVERAGE}{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_matrix_is_that_of_the_policies_in_force(graph: Graph) -> None:
    apis: Apis = graph.apis
    tenant = apis.served.service.snapshots.current().tenant
    expected = trimmed(Matrix(Ground(tenant.compiled), names_of(tenant)).to_json())
    found = told(graph)
    assert {name: found[name] for name in expected} == expected
    assert (found["circumstances"], found["unknown"]) == ("browser", [])
    columns = [each["text"] for each in found["columns"]]
    assert any("Windows Azure Service Management API" in each for each in columns)
    apis.served.policy("disabled")
    apis.served.service.snapshots.refresh()
    assert [each["text"] for each in told(graph)["columns"]] == ["all resources"]
    strict = told(graph, "?reportOnly=true&circumstances=mobile&rows=groups")
    assert strict["circumstances"] == "mobile"
    alone = told(graph, "?resource=Windows%20Azure%20Service%20Management%20API")
    assert len(alone["columns"]) == 1
    for query in ("?circumstances=weather", "?rows=cats", "?resource=Nothing%20at%20all"):
        assert graph("GET", f"{COVERAGE}{query}").status_code == 400
