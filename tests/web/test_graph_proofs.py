"""Graph answers the prover's questions, and lint, as the command line does of the same tenant."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from ostiary.analysis.concerns import concerns
from ostiary.directory.objects import SETTINGS
from ostiary.directory.protocols import SYSTEM
from ostiary.graph.permissions import CONDITIONAL_ACCESS_ADMINISTRATOR, GLOBAL_ADMINISTRATOR
from ostiary.graph.proving import Proving
from ostiary.graph.trimming import MOST_IDS, trimmed
from ostiary.http.errors import ApiError
from ostiary.tenant.proofs import names_of
from tests.admin.pages import with_role
from tests.cli.running import run
from tests.web.calling import Apis, called
from tests.web.serving import ASTRID, LIFEBOAT, POLICY, Served
from tests.web.test_graph_policies import BODY
from tests.web.test_graph_policy_history import CA, Graph

PORTALS = "Microsoft Admin Portals"
PROOFS = f"{CA}/proofs"


@pytest.fixture
def graph(served: Served) -> Graph:
    with_role(served, CONDITIONAL_ACCESS_ADMINISTRATOR)
    with_role(served, GLOBAL_ADMINISTRATOR, LIFEBOAT)
    served.service.store.singles.write(SETTINGS, {"emergencyAccess": [LIFEBOAT]}, by=SYSTEM)
    served.policy("enabled")
    served.enrol()
    served.service.snapshots.refresh()
    return Graph(called(served))


@pytest.fixture
def apis(graph: Graph) -> Apis:
    return graph.apis


@pytest.fixture
def tenant(apis: Apis, tmp_path: Path) -> str:
    """Write the tenant as the store has it, for the command line."""
    file = tmp_path / "exported.json"
    file.write_text(json.dumps(apis.served.service.snapshots.preview().document()))
    return str(file)


def on_the_host(*words: str) -> Any:
    return json.loads(run(*words, "--json").out)


def answered(graph: Graph, method: str, path: str, body: Any = None) -> Any:
    answer = graph(method, path, body)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    del found["@odata.context"]
    return found


@pytest.mark.parametrize(
    ("words", "body"),
    [
        ((), {"requires": "mfa"}),
        (("--users", "Guests", "--requires", "block"), {"users": "Guests", "requires": "block"}),
        (
            ("--resource", PORTALS, "--except", "emergencyAccess"),
            {
                "resources": ["Microsoft Admin Portals"],
                "except": "emergencyAccess",
                "requires": "mfa",
            },
        ),
        (
            ("--never-block", "--when", "platforms=iOS"),
            {"never": "block", "when": {"platforms": "iOS"}},
        ),
    ],
)
def test_gaps_are_those_of_the_command_line(
    graph: Graph, tenant: str, words: tuple[str, ...], body: Any
) -> None:
    expected = trimmed(on_the_host("prove", "gaps", "--tenant", tenant, *words))
    found = answered(graph, "POST", f"{PROOFS}/gaps", body)
    assert found.pop("name", "question") == "question"
    assert found == expected


def test_lockout_shadowed_lint_and_comparisons_are_those_of_the_command_line(
    graph: Graph, tenant: str, tmp_path: Path
) -> None:
    for name in ("lockout", "shadowed"):
        expected = trimmed(on_the_host("prove", name, "--tenant", tenant))
        assert answered(graph, "GET", f"{PROOFS}/{name}") == expected, name
    draft = tmp_path / "draft.json"
    draft.write_text(json.dumps({**BODY, "state": "enabled"}))
    expected = trimmed(on_the_host("prove", "compare", "--tenant", tenant, str(draft)))
    body = {"new": [{**BODY, "state": "enabled"}]}
    assert answered(graph, "POST", f"{PROOFS}/compare", body) == expected
    assert expected["counts"]["newlyBlocked"] > 0
    same = answered(graph, "POST", f"{PROOFS}/equivalent", {"old": [BODY], "new": [BODY]})
    assert same["verdict"] == "proved"
    day = f"{graph.apis.served.clock.now():%Y-%m-%d}"
    lint = on_the_host("lint", "--tenant", tenant, "--as-of", day, "--naming", "microsoft")
    assert answered(graph, "GET", f"{CA}/lint?naming=microsoft") == lint
    assert any(each["code"].startswith("OST") for each in lint["findings"])


def test_assertions_are_checked(graph: Graph, tenant: str, tmp_path: Path) -> None:
    asserted = {
        "assertions": [
            {
                "name": "managed with MFA",
                "except": "emergencyAccess",
                "requires": "mfa",
                "resources": "Windows Azure Service Management API",
            },
            {"name": "nobody is blocked", "never": "block"},
        ]
    }
    file = tmp_path / "assertions.json"
    file.write_text(json.dumps(asserted))
    expected = trimmed(on_the_host("prove", "--tenant", tenant, "--assert", str(file)))
    assert answered(graph, "POST", f"{PROOFS}/assertions", asserted) == expected
    assert [each["verdict"] for each in expected["assertions"]] == ["proved", "broken"]


def test_every_standing_question_is_answered_and_kept_until_something_changes(
    apis: Apis, graph: Graph
) -> None:
    tenant = apis.served.service.snapshots.current().tenant
    for each in concerns(names_of(tenant)):
        found = answered(graph, "GET", f"{PROOFS}/standing/{each.name}")
        assert found["name"] == each.name
    kept = answered(graph, "GET", f"{PROOFS}/standing/managementMfa?wait=false")
    apis.served.policy("disabled")
    apis.served.service.snapshots.refresh()
    changed = answered(graph, "GET", f"{PROOFS}/standing/managementMfa")
    assert kept["open"] != changed["open"]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("proofs/gaps", {}, 400),
        ("proofs/gaps", {"requires": "mfa", "users": "Nobody at all"}, 400),
        ("proofs/gaps", {"requires": "nonsense"}, 400),
        ("proofs/gaps", {"requires": "mfa", "when": {"weather": "rain"}}, 400),
        ("proofs/assertions", {"assertions": []}, 400),
        ("proofs/assertions", {"assertions": [{"name": "x", "requires": "nonsense"}]}, 400),
        ("proofs/compare", {"new": {}}, 400),
        ("proofs/compare", {"new": []}, 400),
        ("proofs/compare", {"new": [BODY], "draftIs": "half"}, 400),
        ("proofs/standing/nothing", None, 404),
        ("lint?naming=(a%2B)%2Bb", None, 400),
        ("lint?ignore=OST999999", None, 400),
    ],
)
def test_questions_that_mean_nothing_are_refused(
    graph: Graph, path: str, body: Any, status: int
) -> None:
    answer = graph("POST" if body is not None else "GET", f"{CA}/{path}", body)
    assert answer.status_code == status, answer.text


def test_who_may_not_read_policies_may_not_ask(apis: Apis, graph: Graph) -> None:
    store = apis.served.service.store
    for each in store.roles.all():
        if each.document["principalId"] == ASTRID:
            store.roles.delete(each.id, by=SYSTEM)
    apis.served.policy("disabled", POLICY)
    apis.served.service.snapshots.refresh()
    for path in ("proofs/lockout", "proofs/standing/everybodyMfa", "lint"):
        assert graph("GET", f"{CA}/{path}").status_code == 403


def test_too_much_at_once_is_refused_and_what_takes_long_is_kept() -> None:
    proving, going = Proving(patience=0.01), threading.Event()
    version = (1, "1")
    with pytest.raises(ApiError) as late:
        proving.answer(version, "slow", lambda: going.wait(60))
    assert late.value.status == 503
    assert late.value.headers["Retry-After"] == "5"
    refused = [_refused(proving, number) for number in range(100)]
    assert "this is being worked out" in refused[0]
    assert "too much is being worked out" in refused[-1]
    going.set()
    patient = Proving()
    assert patient.answer(version, "slow", lambda: 5) == 5
    assert patient.answer(version, "slow", lambda: 6) == 5
    assert patient.answer((2, "2"), "slow", lambda: 6) == 6


def _refused(proving: Proving, question: int) -> str:
    with pytest.raises(ApiError) as refused:
        proving.answer((1, "1"), question, lambda: 1, wait=False)
    return str(refused.value)


def test_an_error_is_told_and_not_kept() -> None:
    proving = Proving()

    def fails() -> int:
        raise ApiError(400, "BadRequest", "no")

    with pytest.raises(ApiError, match="no"):
        proving.answer((1, ""), "x", fails)
    assert proving.answer((1, ""), "x", lambda: 2) == 2


def test_long_lists_of_ids_are_cut_and_counted() -> None:
    found = trimmed({"open": [{"users": {"count": 500, "ids": ["x"] * 500}}] * 3})
    assert len(found["open"]) == 3
    assert len(found["open"][0]["users"]["ids"]) == MOST_IDS
    assert found["open"][0]["users"]["count"] == 500


def test_what_is_being_worked_out_ends_before_the_store_is_closed() -> None:
    proving, begun, going, ended = Proving(), threading.Event(), threading.Event(), list[str]()

    def slow() -> None:
        begun.set()
        going.wait(60)
        ended.append("slow")

    for question, work in (("slow", slow), ("later", lambda: ended.append("later"))):
        with pytest.raises(ApiError):
            proving.answer((1, ""), question, work, wait=False)
    assert begun.wait(60)
    closing = threading.Thread(target=proving.close)
    closing.start()
    going.set()
    closing.join()
    assert ended in (["slow"], ["slow", "later"])
