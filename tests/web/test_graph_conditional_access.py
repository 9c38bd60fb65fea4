"""Strengths, contexts, templates and What If through Graph; the guard's override."""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.directory.protocols import SYSTEM
from ostiary.graph.permissions import CONDITIONAL_ACCESS_ADMINISTRATOR
from tests.web.calling import GRAPH_SCOPE, Apis, called
from tests.web.serving import ARM, ASTRID, LIFEBOAT, POLICY, Served

CA = "/v1.0/identity/conditionalAccess"
STRENGTHS = f"{CA}/authenticationStrength/policies"
CONTEXTS = f"{CA}/authenticationContextClassReferences"
FOUNDING = "d8c51a9a-e6b1-454d-86af-554e7872e2c1"
MULTIFACTOR = "00000000-0000-0000-0000-000000000002"


class Graph:
    """Graph, called with the token of an administrator."""

    def __init__(self, apis: Apis, user: str = "astrid@fjordvik.example") -> None:
        self.apis = apis
        self.token = apis.sign_in(GRAPH_SCOPE, user)["access_token"]

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        return self.apis.call(self.apis.graph, self.token, path, method, json=body, headers=headers)


@pytest.fixture
def apis(served: Served) -> Apis:
    return called(served)


@pytest.fixture
def graph(apis: Apis) -> Graph:
    return Graph(apis)


def test_a_strength_lives_and_its_combinations_have_an_action(graph: Graph) -> None:
    combinations = ["fido2", "windowsHelloForBusiness"]
    body = {"displayName": "Keys", "allowedCombinations": combinations}
    made = graph("POST", STRENGTHS, body)
    assert made.status_code == 201, made.text
    path = f"{STRENGTHS}/{made.json()['id']}"
    assert graph("GET", path).headers["etag"] == made.headers["etag"]
    assert graph("PATCH", path, {"allowedCombinations": ["sms"]}).status_code == 400
    answer = graph("POST", f"{path}/updateAllowedCombinations", {"allowedCombinations": ["fido2"]})
    assert answer.status_code == 200, answer.text
    assert answer.json()["previousCombinations"] == combinations
    assert graph("GET", path).json()["allowedCombinations"] == ["fido2"]
    for way in ("usage", "usage()", "microsoft.graph.usage()"):
        usage = graph("GET", f"{path}/{way}")
        assert (usage.status_code, usage.json()) == (200, {"mfa": [], "none": []}), way
    assert graph("DELETE", f"{STRENGTHS}/{MULTIFACTOR}").status_code == 400
    assert graph("DELETE", path).status_code == 204
    other = "/beta/policies/authenticationStrengthPolicies"
    assert MULTIFACTOR in {each["id"] for each in graph("GET", other).json()["value"]}


def test_which_keys_count_for_a_strength_is_configured(graph: Graph) -> None:
    allowed = ["fido2", "x509CertificateMultiFactor"]
    made = graph("POST", STRENGTHS, {"displayName": "Keys", "allowedCombinations": allowed})
    path = f"{STRENGTHS}/{made.json()['id']}"
    configured = f"{path}/combinationConfigurations"
    body = {
        "@odata.type": "#microsoft.graph.fido2CombinationConfiguration",
        "appliesToCombinations": ["fido2"],
        "allowedAAGUIDs": ["2fc0579f-8113-47ea-b116-bb5a8db9202a"],
    }
    first = graph("POST", configured, body)
    assert first.status_code == 201, first.text
    one = f"{configured}/{first.json()['id']}"
    assert {key: graph("GET", one).json()[key] for key in body} == body
    assert graph("POST", configured, body).status_code == 400, "one for each combination"
    other = "73bb0cd4-e502-49b8-9c6f-b59445bf720b"
    assert graph("PATCH", one, {"allowedAAGUIDs": [other]}).status_code == 204
    assert graph("GET", path).json()["combinationConfigurations"][0]["allowedAAGUIDs"] == [other]
    assert len(graph("GET", configured).json()["value"]) == 1
    assert graph("DELETE", one).status_code == 204
    assert graph("GET", one).status_code == 404
    assert graph("GET", configured).json()["value"] == []


@pytest.mark.parametrize(
    "change",
    [
        {"allowedAAGUIDs": []},
        {"appliesToCombinations": ["sms"]},
        {"appliesToCombinations": ["x509CertificateMultiFactor"]},
        {"@odata.type": "#microsoft.graph.smsCombinationConfiguration"},
        {"allowedIssuerSkis": ["aa"]},
    ],
)
def test_a_configuration_that_cannot_be_is_refused(graph: Graph, change: dict[str, Any]) -> None:
    strength = {"displayName": "Keys", "allowedCombinations": ["fido2"]}
    made = graph("POST", STRENGTHS, strength).json()["id"]
    body = {"appliesToCombinations": ["fido2"], "allowedAAGUIDs": ["2fc0579f"], **change}
    configured = f"{STRENGTHS}/{made}/combinationConfigurations"
    assert graph("POST", configured, body).status_code == 400
    built_in = f"{STRENGTHS}/{MULTIFACTOR}/combinationConfigurations"
    assert graph("POST", built_in, body).status_code == 400


def test_every_combination_is_listed(graph: Graph) -> None:
    found = graph("GET", f"{CA}/authenticationStrength/combinations").json()["value"]
    assert "fido2" in found
    assert len(found) == len(set(found))


def test_method_modes_name_the_method_behind_each(graph: Graph) -> None:
    modes = f"{CA}/authenticationStrength/authenticationMethodModes"
    found = {each["id"]: each for each in graph("GET", modes).json()["value"]}
    assert found["deviceBasedPush"]["authenticationMethod"] == "microsoftAuthenticator"
    assert graph("GET", f"{modes}/FIDO2").json()["authenticationMethod"] == "fido2"
    assert graph("GET", f"{modes}/telepathy").status_code == 404


def test_a_context_is_made_by_patch_and_kept_while_it_is_published(graph: Graph) -> None:
    path = f"{CONTEXTS}/c1"
    body = {"displayName": "Sensitive", "isAvailable": True}
    assert graph("PATCH", path, body).status_code == 204
    assert graph("GET", path).json()["displayName"] == "Sensitive"
    assert graph("DELETE", path).status_code == 403
    assert graph("PATCH", path, {"isAvailable": False}).status_code == 204
    assert graph("DELETE", path).status_code == 204


def test_a_template_is_deployed_report_only_without_its_creator_and_emergency_access(
    apis: Apis, graph: Graph
) -> None:
    store = apis.served.service.store
    store.singles.write("settings", {"emergencyAccess": [LIFEBOAT]}, by=SYSTEM)
    listed = graph("GET", f"{CA}/templates?$filter=scenarios has 'secureFoundation'").json()
    assert FOUNDING in {each["id"] for each in listed["value"]}
    assert graph("GET", f"{CA}/templates/{FOUNDING}").json()["id"] == FOUNDING
    made = graph("POST", f"{CA}/templates/{FOUNDING}/deploy")
    assert made.status_code == 201, made.text
    policy = made.json()
    assert policy["@ostiary.excluded"] == [ASTRID, LIFEBOAT]
    assert policy["conditions"]["users"]["excludeUsers"] == [ASTRID, LIFEBOAT]
    assert policy["state"] == "enabledForReportingButNotEnforced"
    assert policy["templateId"] == FOUNDING
    kept = graph("GET", f"{CA}/policies/{policy['id']}").json()
    assert kept["templateId"] == FOUNDING
    assert graph("POST", f"{CA}/templates/{POLICY}/deploy").status_code == 404


def test_evaluate_tells_which_policies_would_apply(apis: Apis, graph: Graph) -> None:
    apis.served.policy("enabled")
    body: dict[str, Any] = {
        "signInIdentity": {"@odata.type": "#microsoft.graph.userSignIn", "userId": ASTRID},
        "signInContext": {
            "@odata.type": "#microsoft.graph.applicationContext",
            "includeApplications": [ARM],
        },
    }
    answer = graph("POST", f"{CA}/evaluate", body)
    assert answer.status_code == 200, answer.text
    context = "$metadata#Collection(microsoft.graph.whatIfAnalysisResult)"
    assert answer.json()["@odata.context"].endswith(context)
    found = {each["id"]: each for each in answer.json()["value"]}
    assert found[POLICY]["policyApplies"] is True
    assert found[POLICY]["analysisReasons"] == "notSet"
    assert len(found) == 2
    applied = graph("POST", f"{CA}/evaluate", {**body, "appliedPoliciesOnly": True}).json()
    assert [each["id"] for each in applied["value"]] == [POLICY]
    wrong = {**body, "signInConditions": {"devicePlatform": [None]}}
    assert graph("POST", f"{CA}/evaluate", wrong).status_code == 400
    assert graph("POST", f"{CA}/evaluate", {}).status_code == 400


def _everybody() -> dict[str, Any]:
    return {
        "displayName": "Drill",
        "state": "enabled",
        "conditions": {
            "clientAppTypes": ["all"],
            "applications": {"includeApplications": ["All"]},
            "users": {"includeUsers": ["All"]},
        },
        "grantControls": {"operator": "OR", "builtInControls": ["block"]},
    }


def test_BG04_a_refused_change_names_policy_reason_and_witness_and_can_be_overridden(
    apis: Apis, graph: Graph
) -> None:
    store = apis.served.service.store
    store.singles.write("settings", {"emergencyAccess": [LIFEBOAT]}, by=SYSTEM)
    role = {"roleDefinitionId": CONDITIONAL_ACCESS_ADMINISTRATOR, "principalId": LIFEBOAT}
    store.roles.create({**role, "directoryScopeId": "/"}, by=SYSTEM)
    apis.served.service.snapshots.refresh()
    refused = graph("POST", f"{CA}/policies", _everybody())
    assert refused.status_code == 409
    details = {each["target"]: each for each in refused.json()["error"]["details"]}
    assert set(details) == {ASTRID, LIFEBOAT}
    for each in details.values():
        assert each["code"] == "lockedOut"
        assert each["message"]
        assert [named["displayName"] for named in each["policies"]] == ["Drill"]
        assert each["witness"]["signInIdentity"]["userId"] == each["target"]
    reason = {"Ostiary-Override-Reason": "%C3%9Cbung%20der%20Notfallkonten"}
    other = Graph(apis, "lifeboat@fjordvik.example")(
        "POST", f"{CA}/policies", _everybody(), **reason
    )
    assert other.status_code == 400
    short = graph("POST", f"{CA}/policies", _everybody(), **{"Ostiary-Override-Reason": "because"})
    assert short.status_code == 400
    made = graph("POST", f"{CA}/policies", _everybody(), **reason)
    assert made.status_code == 201, made.text
    (row,) = store.audit.newest(activity="Override lockout guard")
    assert row.row["detail"]["reason"] == "Übung der Notfallkonten"
    assert row.row["actor"]["id"] == ASTRID
