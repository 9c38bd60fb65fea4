"""The oracle answers every decision and What If case of golden, and shares no code with us."""

import ast
from pathlib import Path

import pytest

from tests.oracle import decide, what_if
from tests.oracle.compare import differences, what_if_differences
from tests.oracle.golden import golden, golden_path, tenant_of
from tests.oracle.shapes import Json

CASES: list[Json] = golden()["cases"]
ORACLE = Path(__file__).parent / "oracle"

absent = pytest.mark.skipif(not CASES, reason=f"no golden cases at {golden_path()}")


def case_id(case: Json) -> str:
    return str(case["id"])


@absent
@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_the_oracle_answers_as_golden_expects(case: Json) -> None:
    if case["kind"] == "whatif":
        answer = what_if(tenant_of(case), case["policies"], case["signIn"])
        assert what_if_differences(case["expect"], answer) == []
    else:
        answer = decide(tenant_of(case), case["policies"], case["signIn"], case["facts"])
        assert differences(case["expect"], answer) == []


@absent
def test_golden_is_whole() -> None:
    assert len(CASES) == golden()["_about"]["counts"]["cases"]
    assert {case["kind"] for case in CASES} == {"decide", "whatif"}


USER, OTHER, GROUP, ROLE, PRINCIPAL = "user", "other", "group", "role", "principal"
HERE = "this tenant"
ALL_USERS: Json = {"includeUsers": ["All"]}


def unknown_tenant(**parts: object) -> Json:
    """A tenant in which everybody and everything is described, but for what `parts` replace."""
    return {
        "tenantId": HERE,
        "users": [{"id": USER}, {"id": OTHER}],
        "groups": [{"id": GROUP, "members": [OTHER]}],
        "roleAssignments": [],
        "servicePrincipals": [],
        **parts,
    }


def answered(tenant: Json, users: Json, conditions: Json, identity: Json) -> tuple[bool, str]:
    """Whether one policy applies, and why; What If and decide must say the same."""
    policy: Json = {
        "id": "p",
        "state": "enabled",
        "conditions": {
            "users": users,
            "applications": {"includeApplications": ["All"]},
            **conditions,
        },
        "grantControls": {"operator": "OR", "builtInControls": ["block"]},
    }
    body: Json = {
        "signInIdentity": identity,
        "signInContext": {"includeApplications": ["app"]},
        "signInConditions": {"devicePlatform": "iOS"},
    }
    considered = what_if(tenant, [policy], body)["value"][0]
    decided = decide(tenant, [policy], body, {})["policies"][0]
    assert considered["policyApplies"] == decided["policyApplies"]
    assert considered["analysisReasons"] == decided["analysisReasons"]
    return decided["policyApplies"], decided["analysisReasons"]


APPLIES, MAY_APPLY = (True, "notSet"), (True, "notEnoughInformation")
NOT_FOR_THEM = (False, "users")
STRANGE_GROUP: Json = {"includeGroups": ["strange"]}
EXTERNAL: Json = {
    "includeGuestsOrExternalUsers": {
        "guestOrExternalUserTypes": "b2bCollaborationGuest",
        "externalTenants": {"membershipKind": "enumerated", "members": ["home"]},
    }
}


@pytest.mark.parametrize(
    ("tenant", "users", "user", "expected"),
    [
        (unknown_tenant(), STRANGE_GROUP, USER, MAY_APPLY),
        (unknown_tenant(), {**ALL_USERS, "excludeGroups": ["strange"]}, USER, MAY_APPLY),
        (unknown_tenant(), {**ALL_USERS, **STRANGE_GROUP}, USER, APPLIES),
        (
            unknown_tenant(),
            {**STRANGE_GROUP, "excludeUsers": [USER]},
            USER,
            NOT_FOR_THEM,  # a definite exclusion needs no further facts
        ),
        (unknown_tenant(), {"includeGroups": [GROUP]}, USER, NOT_FOR_THEM),
        (unknown_tenant(groups=[{"id": GROUP}]), {"includeGroups": [GROUP]}, USER, MAY_APPLY),
        (
            unknown_tenant(groups=[{"id": GROUP, "members": ["strange"]}]),
            {"includeGroups": [GROUP]},
            USER,
            NOT_FOR_THEM,  # what is nested out of sight cannot be seen
        ),
        (unknown_tenant(users=[], groups=[]), {"includeGroups": [GROUP]}, USER, MAY_APPLY),
        (unknown_tenant(users=[]), {"includeGroups": [GROUP]}, OTHER, APPLIES),
        (unknown_tenant(), {"includeRoles": [ROLE]}, USER, NOT_FOR_THEM),
        (unknown_tenant(roleAssignments=None), {"includeRoles": [ROLE]}, USER, MAY_APPLY),
        (
            unknown_tenant(
                groups=[{"id": GROUP}],
                roleAssignments=[
                    {"roleDefinitionId": ROLE, "principalId": GROUP, "directoryScopeId": "/"}
                ],
            ),
            {"includeRoles": [ROLE]},
            USER,
            MAY_APPLY,
        ),
        (unknown_tenant(), ALL_USERS, "stranger", APPLIES),
        (unknown_tenant(), {"includeUsers": ["stranger"]}, "stranger", APPLIES),
        (unknown_tenant(), {"includeUsers": ["GuestsOrExternalUsers"]}, "stranger", MAY_APPLY),
        (unknown_tenant(), {"includeUsers": ["AllAgentIdUsers"]}, "stranger", MAY_APPLY),
        (unknown_tenant(), EXTERNAL, "stranger", MAY_APPLY),
        (unknown_tenant(), EXTERNAL, USER, NOT_FOR_THEM),
    ],
)
def test_unknown_memberships(
    tenant: Json, users: Json, user: str, expected: tuple[bool, str]
) -> None:
    assert answered(tenant, users, {}, {"userId": user}) == expected


def test_another_condition_that_is_not_met_decides_over_what_is_unknown() -> None:
    windows: Json = {"platforms": {"includePlatforms": ["windows"]}}
    found = answered(unknown_tenant(), STRANGE_GROUP, windows, {"userId": USER})
    assert found == (False, "devicePlatform")


def test_a_policy_that_may_apply_is_enforced() -> None:
    policy: Json = {
        "id": "p",
        "state": "enabled",
        "conditions": {"users": STRANGE_GROUP, "applications": {"includeApplications": ["All"]}},
        "grantControls": {"operator": "OR", "builtInControls": ["block"]},
    }
    body: Json = {
        "signInIdentity": {"userId": USER},
        "signInContext": {"includeApplications": ["app"]},
        "signInConditions": {},
    }
    answer = decide(unknown_tenant(), [policy], body, {})
    assert (answer["outcome"], answer["aadstsCode"]) == ("block", 53003)
    assert answer["policies"][0]["result"] == "failure"


@pytest.mark.parametrize(
    ("included", "excluded", "expected"),
    [
        (["ServicePrincipalsInMyTenant"], [], MAY_APPLY),
        ([PRINCIPAL], [], MAY_APPLY),  # who owns it is unknown, whatever its id
        ([PRINCIPAL], [PRINCIPAL], (False, "workloadIdentities")),
        (["None"], [], (False, "workloadIdentities")),
        (["another"], [], (False, "workloadIdentities")),
    ],
)
def test_an_unknown_service_principal(
    included: list[str], excluded: list[str], expected: tuple[bool, str]
) -> None:
    workloads: Json = {
        "clientApplications": {
            "includeServicePrincipals": included,
            "excludeServicePrincipals": excluded,
        }
    }
    identity: Json = {"servicePrincipalId": PRINCIPAL}
    found = answered(unknown_tenant(), {"includeUsers": ["None"]}, workloads, identity)
    assert found == expected


@pytest.mark.parametrize("path", sorted(ORACLE.glob("*.py")), ids=lambda path: path.name)
def test_the_oracle_imports_nothing_of_the_package(path: Path) -> None:
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in _imported(node)
    }
    assert "ostiary" not in imported


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []
