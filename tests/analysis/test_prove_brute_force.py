"""The prover says of every sign-in of small random tenants what the oracle says of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest

import ostiary
from ostiary.analysis.naming import Names
from ostiary.analysis.prove_gaps import gaps
from ostiary.analysis.prove_lockout import lockout
from ostiary.analysis.prove_results import Answer, Verdict
from ostiary.analysis.prove_shadowed import shadowed
from ostiary.analysis.questions import Asked
from tests.analysis.prove_cases import Small, query, small_tenant
from tests.analysis.prove_checking import gap_complaints
from tests.analysis.prove_gap_moves import move_complaints
from tests.analysis.prove_lockouts import lockout_complaints
from tests.analysis.prove_policies import compare_complaints, shadowed_complaints
from tests.analysis.prove_proofs import TooManyWays
from tests.oracle.shapes import Json

GAP_SEEDS, OTHER_SEEDS, CHUNK = 32, 16, 8


def complaints(ask: Callable[[Small], Iterator[str]], seeds: Sequence[int]) -> list[str]:
    found: list[str] = []
    for seed in seeds:
        try:
            found += [f"seed {seed}: {each}" for each in ask(small_tenant(seed))]
        except TooManyWays:
            continue
    return found


def gap_answers(small: Small) -> Iterator[str]:
    yield from gap_complaints(small, query(small))


@pytest.mark.parametrize("first", range(0, GAP_SEEDS, CHUNK))
def test_every_gap_is_found_and_nothing_else_is_called_one(first: int) -> None:
    assert complaints(gap_answers, range(first, first + CHUNK)) == []


@pytest.mark.parametrize("first", range(100, 100 + OTHER_SEEDS, CHUNK))
def test_a_comparison_tells_every_difference_and_no_other(first: int) -> None:
    assert complaints(compare_complaints, range(first, first + CHUNK)) == []


@pytest.mark.parametrize("first", range(200, 200 + OTHER_SEEDS, CHUNK))
def test_a_policy_is_shadowed_if_taking_it_away_changes_nothing(first: int) -> None:
    assert complaints(shadowed_complaints, range(first, first + CHUNK)) == []


@pytest.mark.parametrize("first", range(300, 300 + OTHER_SEEDS, CHUNK))
def test_who_gets_back_in_is_told_right(first: int) -> None:
    assert complaints(lockout_complaints, range(first, first + CHUNK)) == []


@pytest.mark.parametrize("first", range(400, 400 + OTHER_SEEDS, CHUNK))
def test_a_gap_is_wider_where_something_is_more_open_than_it_was(first: int) -> None:
    assert complaints(move_complaints, range(first, first + CHUNK)) == []


def test_methods_that_were_not_exported_are_not_taken_for_registered() -> None:
    assert complaints(lockout_complaints, [332]) == []


# What the small worlds found, each as small as it can be told.

EXCHANGE, GRAPH = "00000002-0000-0ff1-ce00-000000000000", "00000003-0000-0000-c000-000000000000"
MFA_STRENGTH = "00000000-0000-0000-0000-000000000002"
AGENT = {"id": "agent", "displayName": "Agent", "@odata.type": "#microsoft.graph.agentUser"}
NORA = {"id": "nora", "displayName": "Nora"}


def policy(name: str, grant: Json, **conditions: object) -> Json:
    """A policy for everybody and everything, unless its conditions say otherwise."""
    return {
        "id": name,
        "displayName": name,
        "state": "enabled",
        "conditions": {
            "users": {"includeUsers": ["All"]},
            "applications": {"includeApplications": ["All"]},
            "clientAppTypes": ["all"],
            **conditions,
        },
        "grantControls": {"operator": "OR", **grant},
    }


BLOCK: Json = {"builtInControls": ["block"]}
MFA: Json = {"builtInControls": ["mfa"]}


def document(*policies: Json, users: Sequence[Json] = (NORA,), **more: object) -> Json:
    return {
        "tenantId": "99999999-0000-4000-8000-000000000001",
        "users": list(users),
        "groups": [{"id": "empty", "members": []}],
        "roleAssignments": [],
        "conditionalAccessPolicies": list(policies),
        **more,
    }


def answer(tenant: Json, asked: Asked) -> Answer:
    loaded = ostiary.load_tenant(tenant, catalogue=ostiary.NO_CATALOGUE)
    assert loaded.parts.refused == ()
    return gaps(loaded.compiled, asked, Names(loaded.compiled.directory))


def test_what_is_asked_for_does_not_give_way_where_security_information_is_registered() -> None:
    leading = policy(
        "any MFA to register",
        {"authenticationStrength": {"id": MFA_STRENGTH}},
        applications={"includeUserActions": ["urn:user:registersecurityinfo"]},
    )
    asked = Asked(resources=("registerSecurityInformation",), requires=("Phishing-resistant MFA",))
    assert answer(document(leading), asked).verdict is Verdict.BROKEN


@pytest.mark.parametrize("users", [(NORA, AGENT), (AGENT, NORA)])
def test_agent_risk_is_an_agents_whoever_stands_first(users: Sequence[Json]) -> None:
    tenant = document(policy("agents at risk", BLOCK, agentIdRiskLevels="high"), users=users)
    found = answer(tenant, Asked(never_block=True))
    assert [each.text for each in found.open] == ["Agent, only at high agent risk"]
    loaded = ostiary.load_tenant(tenant, catalogue=ostiary.NO_CATALOGUE)
    assert [each.shadowed for each in shadowed(loaded.compiled).policies] == [False]


def test_a_confidential_client_counts_where_only_microsoft_graph_is_asked_about() -> None:
    client = "dddddddd-0000-4000-8000-000000000003"
    targets = {"includeApplications": ["All"], "excludeApplications": [client]}
    found = answer(document(policy("MFA", MFA, applications=targets)), Asked(resources=(GRAPH,)))
    (told,) = found.open
    assert told.witness.request["facts"]["clientAppId"] == client
    assert told.witness.confirmed


def test_a_service_that_depends_on_another_is_looked_at_though_nobody_names_it() -> None:
    service = "dddddddd-0000-4000-8000-000000000013"
    depends = [{"client": service, "downstream": [EXCHANGE], "binding": "early"}]
    tenant = document(
        policy("no mail", BLOCK, applications={"includeApplications": [EXCHANGE]}),
        settings={"serviceDependencies": depends},
    )
    (told,) = answer(tenant, Asked(never_block=True)).open
    assert set(told.worded.what.ids) == {EXCHANGE, service}


def test_a_direct_connect_user_shows_nothing_here() -> None:
    tenant = document(policy("MFA", MFA))
    asked = Asked(users=("Guests",), never_block=True, when={"clientApps": ["browser"]})
    (told,) = answer(tenant, asked).open
    assert told.worded.whom.beyond == ("a newcomer of B2B direct connect users",)


def test_nobody_is_in_doubt_to_be_blocked_who_surely_gets_in() -> None:
    group = {"id": "staff", "displayName": "Staff", "members": ["somebody-gone"]}
    tenant = document(policy("MFA", MFA, users={"includeGroups": ["staff"]}), groups=[group])
    found = answer(tenant, Asked(never_block=True, when={"clientApps": ["browser"]}))
    assert found.verdict is Verdict.PROVED


def test_a_legacy_client_opens_no_admin_center() -> None:
    modern = ["browser", "mobileAppsAndDesktopClients"]
    admin = "62e90394-69f5-4237-9190-012177145e10"
    tenant = document(
        policy("closed", BLOCK, clientAppTypes=modern),
        settings={"emergencyAccess": ["nora"]},
        roleAssignments=[
            {"roleDefinitionId": admin, "principalId": "nora", "directoryScopeId": "/"}
        ],
    )
    loaded = ostiary.load_tenant(tenant, catalogue=ostiary.NO_CATALOGUE).compiled
    (access,) = lockout(loaded, Names(loaded.directory)).emergency
    assert (access.can, access.policies) == (False, (("closed", "closed"),))


def test_an_unknown_membership_leaves_it_undecided() -> None:
    staff = {"id": "staff", "displayName": "Staff"}
    tenant = document(policy("MFA", MFA, users={"includeGroups": ["staff"]}), groups=[staff])
    found = answer(tenant, Asked(users=("nora",)))
    assert found.verdict is Verdict.UNDECIDED
    assert [len(found.open), len(found.undecided)] == [0, 1]
    assert "MFA" in found.undecided[0].doubts[0]


def test_a_session_that_is_limited_less_does_not_shadow_one_limited_more() -> None:
    def browser(mode: str) -> Json:
        session = {"persistentBrowser": {"isEnabled": True, "mode": mode}}
        return {**policy(mode, {}), "grantControls": None, "sessionControls": session}

    tenant = document(browser("always"), browser("never"))
    loaded = ostiary.load_tenant(tenant, catalogue=ostiary.NO_CATALOGUE).compiled
    found = {each.id: each.shadowed for each in shadowed(loaded).policies}
    assert found == {"always": True, "never": False}
