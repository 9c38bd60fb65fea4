"""Six tiny tenants where known checkers go wrong: who reaches Azure management without MFA?"""

from __future__ import annotations

from typing import Any

import pytest

import ostiary
from ostiary.analysis.naming import Names
from ostiary.analysis.prove_gaps import gaps
from ostiary.analysis.prove_results import Answer, Verdict
from ostiary.analysis.questions import Asked
from ostiary.tenant.catalogue import BUILT_IN

Json = dict[str, Any]
AZURE = "Windows Azure Service Management API"
AZURE_ID = "797f4846-ba00-4fd7-ba43-dac1f8f63013"
HEAD_OFFICE = "cccccccc-0000-4000-8000-000000000001"
MFA: Json = {"operator": "OR", "builtInControls": ["mfa"]}
PHISHING_RESISTANT: Json = {
    "operator": "OR",
    "authenticationStrength": {"id": "00000000-0000-0000-0000-000000000004"},
}


def tenant(grant: Json, **conditions: object) -> ostiary.Tenant:
    """Two people, one trusted network and a single policy for everybody and everything."""
    return ostiary.load_tenant(
        {
            "tenantId": "99999999-0000-4000-8000-000000000001",
            "users": [
                {"id": "aaaaaaaa-0000-4000-8000-000000000001", "displayName": "Nora"},
                {"id": "aaaaaaaa-0000-4000-8000-000000000002", "displayName": "Omar"},
            ],
            "groups": [],
            "roleAssignments": [],
            "applications": [{"appId": AZURE_ID, "displayName": AZURE}],
            "namedLocations": [
                {
                    "@odata.type": "#microsoft.graph.ipNamedLocation",
                    "id": HEAD_OFFICE,
                    "displayName": "Head office",
                    "isTrusted": True,
                    "ipRanges": [
                        {
                            "@odata.type": "#microsoft.graph.iPv4CidrRange",
                            "cidrAddress": "203.0.113.0/24",
                        }
                    ],
                }
            ],
            "conditionalAccessPolicies": [
                {
                    "id": "ffffffff-0000-4000-8000-000000000001",
                    "displayName": "Require MFA",
                    "state": "enabled",
                    "conditions": {
                        "users": {"includeUsers": ["All"]},
                        "applications": {"includeApplications": ["All"]},
                        "clientAppTypes": ["all"],
                        **conditions,
                    },
                    "grantControls": grant,
                }
            ],
        }
    )


def asked(loaded: ostiary.Tenant, *requires: str) -> Answer:
    assert loaded.parts.refused == ()
    names = Names(
        loaded.compiled.directory,
        BUILT_IN.application_names,
        BUILT_IN.role_names,
        BUILT_IN.applications,
    )
    return gaps(loaded.compiled, Asked(resources=(AZURE,), requires=requires or ("mfa",)), names)


def told(answer: Answer) -> list[str]:
    """The statements, each shown by a sign-in of the export that the engine confirms."""
    assert answer.verdict is Verdict.BROKEN
    assert len(answer.undecided) == 0
    for each in answer.open:
        assert each.witness.confirmed
        assert each.witness.label == "in the directory"
        assert each.witness.decision.outcome.value == "grant"
    return [each.text for each in answer.open]


def shown(answer: Answer, place: int = 0) -> tuple[Json, Json]:
    """The conditions and the facts of a witness."""
    request = answer.open[place].witness.request
    return request["signInConditions"], request.get("facts", {})


def test_mfa_on_android_only_leaves_all_other_platforms_open() -> None:
    answer = asked(tenant(MFA, platforms={"includePlatforms": ["android"]}))
    assert told(answer) == ["everybody, not on Android"]
    conditions, facts = shown(answer)
    assert conditions["devicePlatform"] == "windows"
    assert facts == {"methods": ["password"]}


def test_mfa_at_high_risk_only_leaves_every_other_level_open() -> None:
    answer = asked(tenant(MFA, signInRiskLevels=["high"]))
    assert told(answer) == ["everybody, not at high sign-in risk"]
    conditions, facts = shown(answer)
    assert "signInRiskLevel" not in conditions  # none
    assert facts == {"methods": ["password"]}


def test_mfa_outside_trusted_locations_only_leaves_the_trusted_network_open() -> None:
    places = {"includeLocations": ["All"], "excludeLocations": ["AllTrusted"]}
    answer = asked(tenant(MFA, locations=places))
    assert told(answer) == ["everybody, only from `All trusted networks and locations`"]
    conditions, facts = shown(answer)
    assert conditions["ipAddress"].startswith("203.0.113.")
    assert facts == {"methods": ["password"]}


def test_mfa_or_a_compliant_device_is_not_mfa() -> None:
    either: Json = {"operator": "OR", "builtInControls": ["mfa", "compliantDevice"]}
    answer = asked(tenant(either))
    # No home tenant's device is trusted here, so no guest gets in by one.
    (text,) = told(answer)
    assert text.startswith("Nora, Omar and newcomers")
    assert "only from compliant devices" in text
    conditions, facts = shown(answer)
    assert conditions["deviceInfo"]["isCompliant"] is True
    assert facts == {"methods": ["password"]}


@pytest.mark.parametrize("grant", [PHISHING_RESISTANT, MFA])
def test_a_strength_that_implies_mfa_and_mfa_for_all_leave_nothing_open(grant: Json) -> None:
    answer = asked(tenant(grant))
    assert answer.verdict is Verdict.PROVED
    assert answer.to_json()["open"] == answer.to_json()["undecided"] == []


def test_mfa_for_all_is_not_phishing_resistant() -> None:
    answer = asked(tenant(MFA), "Phishing-resistant MFA")
    # Direct connect users are asked at home, whose answer is not trusted here; legacy clients
    # meet no control at all.
    assert told(answer) == ["Nora, Omar and newcomers, only by clients with modern authentication"]
    # The claim of multifactor authentication alone is enough for the policy, whatever gave it.
    _, facts = shown(answer)
    assert facts == {"mfaSatisfied": True, "homeMfaClaim": True}
