"""Security checklist PE05, PE07: what goes wrong blocks within its scope, and is named."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ostiary.conditions import CONDITIONS, Condition
from ostiary.engine.decide import ENGINE_FAILURE, decide
from ostiary.engine.policyset import PolicySet
from ostiary.model.decision import Outcome
from ostiary.model.directory import Directory
from ostiary.schema.policy_json import read_policy
from ostiary.schema.signin_json import read_decision_request

SIGN_IN = {
    "signInIdentity": {"userId": "u"},
    "signInContext": {"includeApplications": ["a-1"]},
    "signInConditions": {"ipAddress": "192.0.2.1", "clientAppType": "browser"},
}
# One setting for each condition that the sign-in above satisfies or might.
CONFIGURED: dict[str, dict[str, Any]] = {
    "users": {"users": {"includeUsers": ["All"], "excludeUsers": ["somebody"]}},
    "workloadIdentities": {"clientApplications": {"includeServicePrincipals": ["x"]}},
    "servicePrincipalFilter": {
        "clientApplications": {
            "servicePrincipalFilter": {
                "mode": "include",
                "rule": 'CustomSecurityAttribute.A_b -eq "c"',
            }
        }
    },
    "agentIdServicePrincipalFilter": {
        "clientApplications": {
            "agentIdServicePrincipalFilter": {
                "mode": "include",
                "rule": 'CustomSecurityAttribute.A_b -eq "c"',
            }
        }
    },
    "applications": {"applications": {"includeApplications": ["All"]}},
    "userActions": {
        "applications": {
            "includeApplications": ["All"],
            "includeUserActions": ["urn:user:registerdevice"],
        }
    },
    "authenticationContexts": {
        "applications": {
            "includeApplications": ["All"],
            "includeAuthenticationContextClassReferences": ["c1"],
        }
    },
    "platforms": {"platforms": {"includePlatforms": ["all"]}},
    "devices": {"devices": {"deviceFilter": {"mode": "exclude", "rule": 'device.model -eq "x"'}}},
    "clientAppTypes": {"clientAppTypes": ["browser"]},
    "locations": {"locations": {"includeLocations": ["All"]}},
    "signInRiskLevels": {"signInRiskLevels": ["none"]},
    "servicePrincipalRiskLevels": {"servicePrincipalRiskLevels": ["none"]},
    "userRiskLevels": {"userRiskLevels": ["none"]},
    "insiderRiskLevels": {"insiderRiskLevels": "minor"},
    "agentIdRiskLevels": {"agentIdRiskLevels": "none"},
    "authenticationFlows": {"authenticationFlows": {"transferMethods": "deviceCodeFlow"}},
}


class _Broken:
    """A condition whose values cannot be read, or whose tagger fails."""

    def __init__(self, condition: Condition[Any], where: str) -> None:
        self._condition = condition
        self._where = where

    def __getattr__(self, name: str) -> Any:
        return getattr(self._condition, name)

    def value(self, *arguments: Any) -> Any:
        if self._where == "value":
            raise RuntimeError("planted")
        return self._condition.value(*arguments)

    def tagger(self, *arguments: Any) -> Any:
        tagger = self._condition.tagger(*arguments)
        if self._where == "key":

            def broken(value: object) -> Any:
                raise RuntimeError("planted")

            tagger.key = broken
        return tagger


def _policy(identifier: str, state: str, conditions: dict[str, Any]) -> Any:
    base = {"users": {"includeUsers": ["All"]}, "applications": {"includeApplications": ["All"]}}
    return read_policy(
        {
            "id": identifier,
            "displayName": identifier,
            "state": state,
            "conditions": {**base, **conditions},
            "grantControls": {"operator": "OR", "builtInControls": ["mfa"]},
        }
    )


def _decide(name: str, where: str, state: str) -> Any:
    conditions: list[Any] = [
        _Broken(each, where) if each.name == name else each for each in CONDITIONS
    ]
    policies = PolicySet(
        [_policy("broken", state, CONFIGURED[name]), _policy("other", "disabled", {})],
        Directory(users={}, tenant_id="t"),
        conditions=conditions,
    )
    sign_in = read_decision_request({**SIGN_IN, "facts": {"mfaSatisfied": True}})
    prepared = policies.prepare(sign_in)
    decision = decide(policies, prepared)
    assert policies.outcome(prepared)[1] is decision.outcome
    return decision


LATE_OR_EARLY = [(each.name, where) for each in CONDITIONS for where in ("value", "key")]


@pytest.mark.parametrize(("name", "where"), LATE_OR_EARLY)
def test_PE05_an_error_blocks_within_the_scope_of_an_enabled_policy(name: str, where: str) -> None:
    decision = _decide(name, where, "enabled")
    assert decision.outcome is Outcome.BLOCK
    assert decision.code == ENGINE_FAILURE
    assert decision.errors
    assert "planted" in decision.errors[0]


@pytest.mark.parametrize(("name", "where"), LATE_OR_EARLY)
def test_PE05_an_error_in_a_report_only_policy_has_no_effect(name: str, where: str) -> None:
    decision = _decide(name, where, "enabledForReportingButNotEnforced")
    assert decision.outcome is Outcome.GRANT
    assert decision.errors
    assert decision.policies[0].result == "unknown"


def test_PE07_an_unknown_control_is_never_met_and_cannot_be_asked_for() -> None:
    policy = read_policy(
        {
            "id": "p",
            "displayName": "p",
            "state": "enabled",
            "conditions": {
                "users": {"includeUsers": ["All"]},
                "applications": {"includeApplications": ["All"]},
            },
            "grantControls": {"operator": "AND", "builtInControls": ["somethingNew"]},
        }
    )
    policies = PolicySet([policy], Directory())
    decision = decide(policies, policies.prepare(read_decision_request(SIGN_IN)))
    assert decision.outcome is Outcome.BLOCK
    assert "somethingNew" in decision.why


def test_an_address_that_is_none_blocks_policies_on_locations_only() -> None:
    sign_in = replace(read_decision_request(SIGN_IN), address="not an address")
    located = _policy("located", "enabled", CONFIGURED["locations"])
    anywhere = _policy("anywhere", "enabled", {})
    for policy, outcome in ((located, Outcome.BLOCK), (anywhere, Outcome.INTERRUPT)):
        compiled = PolicySet([policy], Directory())
        assert decide(compiled, compiled.prepare(sign_in)).outcome is outcome
