"""A loaded tenant answers; users may be named as people write them."""

from __future__ import annotations

from typing import Any

import pytest

import ostiary
from ostiary.model.errors import InputError

APP = "797f4846-ba00-4fd7-ba43-dac1f8f63013"
STRANGER = "aaaaaaaa-0000-4000-8000-000000000999"
TENANT: dict[str, Any] = {
    "tenantId": "t",
    "users": [
        {"id": "7a", "displayName": "Astrid", "userPrincipalName": "Astrid@fjordvik.example"}
    ],
    "groups": [{"id": "9b", "displayName": "Crew", "members": ["7a"]}],
    "roleAssignments": [],
    "conditionalAccessPolicies": [
        {
            "id": "p",
            "displayName": "Crew needs MFA",
            "state": "enabled",
            "conditions": {
                "users": {"includeGroups": ["9b"]},
                "applications": {"includeApplications": ["All"]},
                "clientAppTypes": ["all"],
            },
            "grantControls": {"operator": "OR", "builtInControls": ["mfa"]},
        }
    ],
}


def test_a_user_can_be_named_by_user_principal_name() -> None:
    tenant = ostiary.load_tenant(TENANT)
    for name in ("7A", "astrid@fjordvik.example", "ASTRID@FJORDVIK.EXAMPLE"):
        request = {
            "signInIdentity": {"userId": name},
            "signInContext": {"includeApplications": [APP]},
        }
        assert tenant.decide(request).outcome.value == "interrupt"
        assert tenant.what_if(request).results[0].analysis_reason == "notSet"


def test_somebody_else_is_not_in_the_group() -> None:
    tenant = ostiary.load_tenant(TENANT)
    request = {"signInIdentity": {"userId": STRANGER}, "signInContext": {}}
    assert tenant.decide(request).outcome.value == "grant"


def test_a_grant_says_that_it_rests_on_no_policy() -> None:
    tenant = ostiary.load_tenant({**TENANT, "conditionalAccessPolicies": []})
    assert [each.code for each in tenant.parts.warnings][-1] == "noPolicies"
    decision = tenant.decide({"signInIdentity": {"userId": "7a"}, "signInContext": {}})
    assert decision.why == "there is no policy to decide by"


def test_a_grant_says_that_policies_were_refused() -> None:
    broken = {"id": "q", "displayName": "Broken", "state": "on"}
    tenant = ostiary.load_tenant(
        {**TENANT, "conditionalAccessPolicies": [*TENANT["conditionalAccessPolicies"], broken]}
    )
    body = {"signInIdentity": {"userId": "7a"}, "signInContext": {}}
    granted = tenant.decide({**body, "facts": {"mfaSatisfied": True}})
    assert granted.why.endswith("; 1 policy was refused and did not count")
    assert "refused" not in tenant.decide(body).why


def test_policies_that_do_not_apply_can_be_left_out() -> None:
    other = {**TENANT["conditionalAccessPolicies"][0], "id": "off", "state": "disabled"}
    tenant = ostiary.load_tenant(
        {**TENANT, "conditionalAccessPolicies": [*TENANT["conditionalAccessPolicies"], other]}
    )
    body = {"signInIdentity": {"userId": "7a"}, "signInContext": {}}
    assert [each.policy.id for each in tenant.decide(body).policies] == ["p", "off"]
    asked = tenant.decide({**body, "appliedPoliciesOnly": True})
    assert [each.policy.id for each in asked.policies] == ["p"]
    assert asked.outcome.value == "interrupt"


@pytest.mark.parametrize(
    ("registered", "facts", "code"),
    [
        ({"isMfaRegistered": False}, {}, 50079),
        ({"isMfaRegistered": True}, {}, 50076),
        ({"methodsRegistered": []}, {}, 50076),  # whether multifactor is registered is not said
        ({"isMfaRegistered": False}, {"mfaRegistered": True}, 50076),
        ({"isMfaRegistered": True}, {"mfaRegistered": False}, 50079),
        ({"isMfaRegistered": False}, {"mfaRegistered": None}, 50079),
    ],
)
def test_the_export_tells_what_the_facts_do_not_of_registered_methods(
    registered: dict[str, Any], facts: dict[str, Any], code: int
) -> None:
    tenant = ostiary.load_tenant(
        {**TENANT, "userRegistrationDetails": [{"id": "7A", **registered}]}
    )
    body = {"signInIdentity": {"userId": "7a"}, "signInContext": {}, "facts": facts}
    assert tenant.decide(body).code == code
    assert tenant.prepare(body).sign_in.proofs.mfa_registered is (code == 50076)


def test_registered_methods_of_the_export_count_where_the_facts_name_none() -> None:
    details = {"id": "7a", "methodsRegistered": ["fido2SecurityKey"]}
    tenant = ostiary.load_tenant({**TENANT, "userRegistrationDetails": [details]})
    body: dict[str, Any] = {"signInIdentity": {"userId": "7a"}, "signInContext": {}}
    assert tenant.prepare(body).sign_in.proofs.registered_methods == {"fido2"}
    body["facts"] = {"registeredMethods": []}
    assert tenant.prepare(body).sign_in.proofs.registered_methods == frozenset()


@pytest.mark.parametrize("source", [[], [TENANT], 5, None])
def test_what_is_no_tenant_is_bad_input(source: Any) -> None:
    with pytest.raises(InputError, match="expected a tenant as an object, a file or a folder"):
        ostiary.load_tenant(source)
