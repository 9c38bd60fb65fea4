"""The project's own conformance cases: complete, consistent, sourced, in golden's format."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, cast

import pytest

from tests.oracle.golden import golden
from tests.oracle.shapes import Json, texts

CASES = Path(__file__).resolve().parents[2] / "src" / "ostiary" / "conformance" / "cases"
AT_LEAST = 200

FILE_KEYS = {"_about", "fixtures", "cases", "validationCases"}
FIXTURE_KEYS = {
    *("tenantId", "users", "groups", "roleAssignments", "servicePrincipals", "applications"),
    *("devices", "namedLocations", "authenticationStrengthPolicies", "agreements", "settings"),
    "authenticationContextClassReferences",
}
FOR_PEOPLE = ("id", "kind", "name", "source", "basis", "confidence")
POLICY_KEYS = {"id", "displayName", "state", "conditions", "grantControls", "sessionControls"}
CONDITION_KEYS = {
    *("clientAppTypes", "users", "applications", "signInRiskLevels", "userRiskLevels"),
    *("servicePrincipalRiskLevels", "insiderRiskLevels", "platforms", "locations", "devices"),
    *("clientApplications", "authenticationFlows"),
}
BETA_CONDITIONS = {"agentIdRiskLevels"}

SOURCES = ("docs/", "api-reference/", "learn.microsoft.com/", "RFC ", "project ")
CONFIDENCE = {"high", "medium", "low"}
OUTCOMES = {"grant", "interrupt", "block"}
STATUSES = {"success", "failure", "notApplied"}
# appliedConditionalAccessPolicyResult; `unknown` cannot be brought about.
RESULTS = {
    "enabled": {"success", "failure", "notApplied"},
    "disabled": {"notEnabled"},
    "enabledForReportingButNotEnforced": {
        *("reportOnlySuccess", "reportOnlyFailure", "reportOnlyNotApplied"),
        "reportOnlyInterrupted",
    },
}
NOT_APPLIED = {"notApplied", "notEnabled", "reportOnlyNotApplied"}
# whatIfAnalysisReasons, and the two members that beta adds for agents.
REASONS = {
    *("notEnoughInformation", "invalidCondition", "users", "workloadIdentities", "application"),
    *("userActions", "authenticationContext", "devicePlatform", "devices", "clientApps"),
    *("location", "signInRisk", "policyNotEnabled", "userRisk", "insiderRisk"),
    *("authenticationFlow", "agentIdRisk", "agentIdentities"),
}
CHALLENGES = {
    *("mfa", "mfaRegistration", "authenticationStrength", "passwordChange", "termsOfUse"),
    *("customAuthenticationFactor", "reauthenticate"),
}
CODES = {
    *(0, 50072, 50074, 50076, 50079, 50097, 50158, 53000, 53001, 53002, 53003, 53004, 53009),
    *(53010, 70043, 530004),
}
SESSION = {
    *("persistentBrowser", "signInFrequencyMinutes", "applicationEnforcedRestrictions"),
    "disableResilienceDefaults",
}
DECISION_KEYS = {
    *("policies", "outcome", "aadstsCode", "nextChallenge", "conditionalAccessStatus"),
    *("conditionalAccessAudiences", "session"),
}
HTTP = {200, 201, 204, 400, 403, 404, 409, 422}
METHODS = {"GET", "POST", "PATCH", "DELETE"}

GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
MFA_TRUSTED_IPS = "00000000-0000-0000-0000-000000000000"
UNKNOWN_FACTS = "unknown_facts.json"


class Found(NamedTuple):
    """One case and the file it stands in."""

    file: str
    fixtures: Json
    case: Json

    @property
    def id(self) -> str:
        return str(self.case["id"])


def documents() -> dict[str, Json]:
    return {
        path.name: cast("Json", json.loads(path.read_text(encoding="utf-8")))
        for path in sorted(CASES.glob("*.json"))
        if path.name != "golden.json"  # the founding cases, shipped as they were given
    }


DOCUMENTS = documents()


def found(*lists: str) -> list[Found]:
    return [
        Found(name, document["fixtures"], case)
        for name, document in DOCUMENTS.items()
        for key in lists
        for case in cast("list[Json]", document[key])
    ]


ALL = found("cases", "validationCases")
every_file = pytest.mark.parametrize("name", DOCUMENTS)


def of_kind(name: str, *kinds: str) -> list[Found]:
    """The cases of one file that are of one of the kinds."""
    return [each for each in ALL if each.file == name and each.case["kind"] in kinds]


def any_of(value: Any) -> list[Any]:
    """The right answers: a list of alternatives, or the one value."""
    return cast("list[Any]", value) if isinstance(value, list) else [value]


def guids(value: Any) -> set[str]:
    return {each.lower() for each in GUID.findall(json.dumps(value))}


def pairs(each: Found) -> Iterator[tuple[Json, Json]]:
    """Every policy of a case with what is expected of it."""
    policies = {policy["id"]: policy for policy in cast("list[Json]", each.case["policies"])}
    for expected in cast("list[Json]", each.case["expect"]["policies"]):
        yield policies[expected["policyId"]], expected


@every_file
def test_every_file_stands_alone_in_the_shape_of_the_suite(name: str) -> None:
    document = DOCUMENTS[name]
    missing: set[str] = {"roleAssignments"} if name == UNKNOWN_FACTS else set()
    assert set(document) == FILE_KEYS
    assert {"title", "confidence"} <= set(document["_about"])
    assert set(document["fixtures"]) == FIXTURE_KEYS - missing


def test_there_are_enough_cases() -> None:
    assert len(ALL) >= AT_LEAST


def test_identifiers_are_unique_also_against_golden() -> None:
    given = golden()
    names = [each.id for each in ALL]
    names += [case["id"] for case in [*given["cases"], *given.get("validationCases", [])]]
    assert [name for name, times in Counter(names).items() if times > 1] == []


def test_identifiers_and_names_of_the_fixtures_are_our_own() -> None:
    """Only ids that Microsoft fixed (applications, roles, built-in strengths) may be shared."""
    theirs = _objects(golden()["fixtures"])
    ours = {
        key
        for document in DOCUMENTS.values()
        for key, member in _objects(document["fixtures"]).items()
        if member.get("policyType") != "builtIn"
    }
    assert ours & set(theirs) == set()


def _objects(fixtures: Json) -> dict[str, Json]:
    lists = ("users", "groups", "servicePrincipals", "namedLocations", "agreements")
    return {
        each["id"]: each
        for key in (*lists, "authenticationStrengthPolicies")
        for each in cast("list[Json]", fixtures.get(key, []))
    }


@every_file
def test_every_case_says_what_it_shows_and_where_from(name: str) -> None:
    for each in of_kind(name, "decide", "whatif", "validate"):
        case = each.case
        assert all(case.get(key) for key in FOR_PEOPLE)
        assert case["confidence"] in CONFIDENCE
        assert all(source.startswith(SOURCES) for source in case["source"])
        assert "\n" not in case["basis"]


@every_file
def test_every_policy_is_whole_and_expected_once(name: str) -> None:
    for each in of_kind(name, "decide", "whatif"):
        policies = cast("list[Json]", each.case["policies"])
        expected = [entry["policyId"] for entry in each.case["expect"]["policies"]]
        for policy in policies:
            assert set(policy) == POLICY_KEYS
            assert set(policy["conditions"]) - BETA_CONDITIONS == CONDITION_KEYS
        assert expected == [policy["id"] for policy in policies]
        assert len(set(expected)) == len(expected)


@every_file
def test_what_a_policy_names_is_in_the_fixtures(name: str) -> None:
    for each in of_kind(name, "decide", "whatif"):
        named = {
            name
            for policy in cast("list[Json]", each.case["policies"])
            for name in guids([policy["conditions"], policy["grantControls"]])
        }
        known = guids([each.fixtures, each.case.get("tenant")]) | {MFA_TRUSTED_IPS}
        # Ids inside a filter rule are values to compare with, not references.
        compared = {
            name
            for policy in cast("list[Json]", each.case["policies"])
            for name in guids(policy["conditions"]["devices"])
        }
        assert each.file == UNKNOWN_FACTS or named - compared <= known


@every_file
def test_reasons_fit_the_verdict(name: str) -> None:
    for each in of_kind(name, "decide", "whatif"):
        for _policy, expected in pairs(each):
            reasons = set(any_of(expected.get("analysisReasons", [])))
            if expected.get("policyApplies") is False:
                assert reasons
                assert reasons <= REASONS
            elif "policyApplies" in expected:
                unsure = {"notEnoughInformation"} if each.file == UNKNOWN_FACTS else set[str]()
                assert len(reasons) == 1
                assert reasons <= {"notSet", *unsure}


@every_file
def test_results_fit_the_state_of_the_policy(name: str) -> None:
    for each in of_kind(name, "decide"):
        for policy, expected in pairs(each):
            result = expected.get("result")
            if result is not None:
                assert result in RESULTS[policy["state"]]
                assert (result in NOT_APPLIED) is not expected["policyApplies"]


@every_file
def test_the_decision_is_in_known_words_and_agrees_with_itself(name: str) -> None:
    for each in of_kind(name, "decide"):
        expect = each.case["expect"]
        challenges = expect.get("nextChallenge", [])
        assert set(expect) <= DECISION_KEYS
        assert expect["outcome"] in OUTCOMES
        assert set(any_of(expect["conditionalAccessStatus"])) <= STATUSES
        assert set(any_of(expect.get("aadstsCode", 0))) <= CODES
        assert set(expect.get("session", {})) <= SESSION
        assert set(challenges) <= CHALLENGES
        assert len(challenges) == (expect["outcome"] == "interrupt")
        assert (expect.get("aadstsCode") == 0) is (expect["outcome"] == "grant")
        assert ("failure" in any_of(expect["conditionalAccessStatus"])) is (
            expect["outcome"] != "grant"
        )


@every_file
def test_an_enabled_block_that_applies_blocks(name: str) -> None:
    for each in of_kind(name, "decide"):
        blocks = any(
            expected.get("policyApplies") and policy["state"] == "enabled" and _is_block(policy)
            for policy, expected in pairs(each)
        )
        assert not blocks or each.case["expect"]["outcome"] == "block"


def _is_block(policy: Json) -> bool:
    return "block" in texts(policy["grantControls"], "builtInControls")


@every_file
def test_the_sign_in_is_whole(name: str) -> None:
    for each in of_kind(name, "decide", "whatif"):
        sign_in = each.case["signIn"]
        assert {"signInIdentity", "signInContext", "signInConditions"} <= set(sign_in)
        assert sign_in["signInIdentity"]["@odata.type"].startswith("#microsoft.graph.")
        assert sign_in["signInContext"]["@odata.type"].startswith("#microsoft.graph.")


@every_file
def test_a_decision_has_the_facts_that_a_request_cannot_express(name: str) -> None:
    for each in of_kind(name, "decide"):
        facts = each.case["facts"]
        assert facts["grant"]
        if "userId" in each.case["signIn"]["signInIdentity"]:
            assert {"methods", "mfaSatisfied", "mfaRegistered"} <= set(facts)


@every_file
def test_what_if_has_no_facts_and_no_outcome(name: str) -> None:
    for each in of_kind(name, "whatif"):
        assert each.case["facts"] == {}
        assert set(each.case["expect"]) <= {"policies", "absentPolicies"}
        assert all("result" not in expected for _policy, expected in pairs(each))


@every_file
def test_a_call_is_whole(name: str) -> None:
    for each in of_kind(name, "validate"):
        case = each.case
        _is_call(case)
        for step in cast("list[Json]", case["expect"].get("then", [])):
            _is_call(step)


def _is_call(call: Json) -> None:
    assert call["method"] in METHODS
    assert call["path"].startswith("/identity/conditionalAccess/")
    assert ("body" in call) is (call["method"] in {"POST", "PATCH"})
    assert set(any_of(call["expect"]["httpStatus"])) <= HTTP
    assert set(call["expect"]) <= {"httpStatus", "errorContains", "responseContains", "then"}


def test_every_file_is_short_of_nothing_it_announces() -> None:
    for document in DOCUMENTS.values():
        counts = document["_about"]["counts"]
        cases = cast("list[Json]", [*document["cases"], *document["validationCases"]])
        assert counts["cases"] == len(document["cases"])
        assert counts["validationCases"] == len(document["validationCases"])
        stated = {level: times for level, times in counts["byConfidence"].items() if times}
        assert stated == Counter(str(case["confidence"]) for case in cases)
