"""A plan on an Ostiary server: one transaction behind the lockout guard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ostiary.directory.protocols import SYSTEM
from ostiary.directory.store import Store
from ostiary.entra.errors import AnswerLost, Moved, Refused
from ostiary.entra.pull import tenant_id_of
from ostiary.entra.server_plans import send_plan
from ostiary.model.json_types import JsonObject
from ostiary.policycode.changes import Action, Base, Change, Kind, Plan, Rests, placeholder
from ostiary.policycode.documents import written
from ostiary.policycode.errors import PlanStale
from ostiary.policycode.fingerprints import fingerprint
from ostiary.policycode.undoing import inverse
from tests.entra.faults import (
    Fault,
    failed_answer,
    is_change,
    lost_answer,
    lost_request,
    meanwhile,
    sequence,
    throttled,
)
from tests.entra.plans import ranges
from tests.entra.served import Asked
from tests.web.calling import GRAPH_SCOPE
from tests.web.serving import ASTRID, HQ, LIFEBOAT, PLACES, POLICY, TENANT

PIER, PILOT = placeholder(Kind.NAMED_LOCATION, "Pier"), placeholder(Kind.GROUP, "Pilot")


def changed(graph: Asked, kind: Kind, key: str, after: JsonObject) -> tuple[Change, Base]:
    """Give a change of an object as it is now."""
    store = graph.store.policies if kind is Kind.POLICY else graph.store.locations
    before = {"id": key, **written(kind, store.need(key).document)}
    name = str(before["displayName"])
    mark = fingerprint(kind, before)
    change = Change(Action.UPDATE, kind, name, key, before, written(kind, after))
    return change, Base(kind, key, name, Rests.UNCHANGED, mark)


def made(kind: Kind, body: JsonObject) -> tuple[Change, Base]:
    """Give the making of an object."""
    name = str(body["displayName"])
    key = placeholder(kind, name)
    change = Change(Action.CREATE, kind, name, key, None, written(kind, body))
    return change, Base(kind, key, name, Rests.ABSENT)


def plan_of(*steps: tuple[Change, Base]) -> Plan:
    """Give a plan of some steps."""
    changes, base = zip(*steps, strict=True)
    return Plan("the tests", TENANT, "2026-03-01T12:00:00Z", tuple(changes), tuple(base))


def narrowed(graph: Asked, *, excluded: tuple[str, ...] = (LIFEBOAT,)) -> Plan:
    """Plan a place, a group, a policy that leaves both out, and another one in report-only."""
    places = written(Kind.POLICY, graph.store.policies.need(PLACES).document)
    conditions: dict[str, Any] = {
        **places["conditions"],
        "users": {
            "includeUsers": ["All"],
            "excludeUsers": list(excluded),
            "excludeGroups": [PILOT],
        },
        "locations": {"includeLocations": ["All"], "excludeLocations": [HQ, PIER]},
    }
    told = written(Kind.POLICY, graph.store.policies.need(POLICY).document)
    on = {**told, "state": "enabledForReportingButNotEnforced"}
    office = ranges("203.0.113.0/25", name="Head office", trusted=True)
    return plan_of(
        made(Kind.NAMED_LOCATION, ranges("192.0.2.0/28", name="Pier")),
        changed(graph, Kind.NAMED_LOCATION, HQ, office),
        made(Kind.GROUP, {"displayName": "Pilot"}),
        changed(graph, Kind.POLICY, PLACES, {**places, "conditions": conditions}),
        changed(graph, Kind.POLICY, POLICY, on),
    )


def said(graph: Asked) -> list[Any]:
    """Give all that a plan can change, and how often it was."""
    store = graph.store
    parts = (store.policies, store.locations, store.strengths, store.contexts, store.groups)
    return [[(each.id, each.document) for each in part.all()] for part in parts]


@pytest.fixture
def writing(graph: Asked) -> Asked:
    """Let the client write."""
    graph.client.writes = True
    return graph


def test_a_plan_is_made_as_a_whole_and_audited(writing: Asked) -> None:
    assert tenant_id_of(writing.client) == TENANT
    done = send_plan(writing.client, narrowed(writing))
    assert (set(done.ids), done.already, done.differing) == ({PIER, PILOT}, False, ())
    policy = writing.store.policies.need(PLACES).document["conditions"]
    assert policy["users"]["excludeUsers"] == [LIFEBOAT]
    assert policy["users"]["excludeGroups"] == [done.ids[PILOT]]
    assert policy["locations"]["excludeLocations"] == [HQ, done.ids[PIER]]
    rows = [each.row for each in writing.store.audit.newest(limit=6)]
    assert rows[0]["activity"] == "Apply plan"
    assert {"Add group", "Add named location"} <= {each["activity"] for each in rows}


def test_it_is_taken_back_as_a_whole(writing: Asked) -> None:
    before = said(writing)
    plan = narrowed(writing)
    done = send_plan(writing.client, plan)
    send_plan(writing.client, inverse(plan, done.ids, made="2026-03-01T13:00:00Z"))
    marks = [
        {key: fingerprint(kind, document) for key, document in part}
        for kind, part in zip(
            (Kind.POLICY, Kind.NAMED_LOCATION, Kind.STRENGTH, Kind.CONTEXT, Kind.GROUP),
            said(writing),
            strict=True,
        )
    ]
    assert marks[0] == {key: fingerprint(Kind.POLICY, each) for key, each in before[0]}
    assert marks[1] == {key: fingerprint(Kind.NAMED_LOCATION, each) for key, each in before[1]}
    assert marks[4] == {}


def test_a_plan_that_would_lock_out_changes_nothing(writing: Asked) -> None:
    on = {**written(Kind.POLICY, writing.store.policies.need(PLACES).document), "state": "enabled"}
    on["conditions"] = {
        "clientAppTypes": ["all"],
        "applications": {"includeApplications": ["All"]},
        "users": {"includeUsers": ["All"]},
    }
    plan = plan_of(
        made(Kind.NAMED_LOCATION, ranges("192.0.2.0/28", name="Pier")),
        changed(writing, Kind.POLICY, PLACES, on),
    )
    before = said(writing)
    with pytest.raises(Moved, match="could not sign in and change policies"):
        send_plan(writing.client, plan)
    assert said(writing) == before


def test_a_plan_with_one_step_that_breaks_a_rule_changes_nothing(writing: Asked) -> None:
    bad = written(Kind.POLICY, writing.store.policies.need(POLICY).document)
    bad["conditions"] = {**bad["conditions"], "clientAppTypes": ["telex"]}
    plan = plan_of(
        made(Kind.GROUP, {"displayName": "Pilot"}),
        made(Kind.NAMED_LOCATION, ranges("192.0.2.0/28", name="Pier")),
        changed(writing, Kind.POLICY, POLICY, bad),
    )
    before = said(writing)
    with pytest.raises(Refused, match="telex"):
        send_plan(writing.client, plan)
    assert said(writing) == before


def turned_on(store: Store) -> None:
    store.policies.modify(PLACES, {"state": "enabled"}, by=SYSTEM)


def not_trusted(store: Store) -> None:
    store.locations.modify(HQ, {"isTrusted": False}, by=SYSTEM)


def taken_name(store: Store) -> None:
    store.groups.create({"id": "g1", "displayName": "pilot"}, by=SYSTEM)


def deleted(store: Store) -> None:
    store.policies.delete(POLICY, by=SYSTEM)


@pytest.mark.parametrize(
    ("moves", "told"),
    [
        (turned_on, "the policy `Only from the office` was changed"),
        (not_trusted, "the named location `Head office` was changed"),
        (taken_name, "the group `Pilot` is there already"),
        (deleted, "the policy `Require MFA for Azure management` is gone"),
    ],
)
def test_nothing_is_done_if_anything_moved(
    writing: Asked, moves: Callable[[Store], None], told: str
) -> None:
    plan = narrowed(writing)
    proxy = writing.meets((1, meanwhile(lambda: moves(writing.store))))
    proxy.counts = is_change
    with pytest.raises(PlanStale) as found:
        send_plan(writing.client, plan)
    assert told in found.value.message
    assert [each for each in writing.store.locations.all() if each.id != HQ] == []


@pytest.mark.parametrize("fault", [lost_answer, failed_answer, lost_request, throttled()])
def test_a_lost_answer_makes_nothing_twice(writing: Asked, fault: Fault) -> None:
    proxy = writing.meets((1, fault))
    proxy.counts = is_change
    done = send_plan(writing.client, narrowed(writing))
    assert (set(done.ids), done.already) == ({PIER, PILOT}, False)
    assert len(writing.store.groups.all()) == 1
    assert len(writing.store.locations.all()) == 2


def test_a_server_that_stays_dead_is_told(writing: Asked) -> None:
    before = said(writing)
    proxy = writing.meets(*sequence(*[lost_request] * 4))
    proxy.counts = is_change
    with pytest.raises(AnswerLost):
        send_plan(writing.client, narrowed(writing))
    assert said(writing) == before
    assert send_plan(writing.client, narrowed(writing)).already is False


def test_a_plan_for_another_tenant_is_refused(writing: Asked) -> None:
    plan = narrowed(writing)
    other = Plan(plan.target, ASTRID, plan.made, plan.changes, plan.base)
    with pytest.raises(Moved, match=f"the plan is for tenant {ASTRID}, and this is {TENANT}"):
        send_plan(writing.client, other)


def test_AD02_each_change_takes_what_it_takes_alone(writing: Asked) -> None:
    role = {
        "id": "f6",
        "principalId": LIFEBOAT,
        "roleDefinitionId": "b1be1c3e-b65d-4f19-8427-f6fa0d97feb9",
        "directoryScopeId": "/",
    }
    writing.store.roles.create(role, by=SYSTEM)
    writing.served.service.snapshots.refresh()
    apis = writing.apis
    token = apis.sign_in(GRAPH_SCOPE, "lifeboat@fjordvik.example")["access_token"]
    body = {"plan": narrowed(writing).to_json()}
    path = "/v1.0/identity/conditionalAccess/applyPlan"
    refused = apis.call(apis.graph, token, path, "POST", json=body)
    assert refused.status_code == 403  # a Conditional Access Administrator makes no groups
    assert writing.store.groups.all() == []


@pytest.mark.parametrize("body", [{}, {"plan": {}}, {"plan": {"format": 2}}, {"plan": 7}])
def test_what_is_no_plan_is_refused(writing: Asked, body: dict[str, Any]) -> None:
    apis, token = writing.apis, writing.client.tokens.token()
    path = "/v1.0/identity/conditionalAccess/applyPlan"
    assert apis.call(apis.graph, token, path, "POST", json=body).status_code == 400
