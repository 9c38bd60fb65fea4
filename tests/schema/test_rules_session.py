"""Rules about session controls: each kept and each broken."""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.schema.checking import rule_problems
from tests.schema.builders import APP, BLOCK, WORKLOAD, policy

PERSISTENT = {"persistentBrowser": {"isEnabled": True, "mode": "never"}}
NO_EVALUATION = {"continuousAccessEvaluation": {"mode": "disabled"}}
MONITOR = {"isEnabled": True, "cloudAppSecurityType": "monitorOnly"}
ONE_APP = {"applications": {"includeApplications": [APP]}}


def broken(document: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each.path, each.code) for each in rule_problems(document)]


def frequency(**members: object) -> dict[str, Any]:
    return policy(session={"signInFrequency": {"isEnabled": True, **members}})


@pytest.mark.parametrize(
    "document",
    [
        policy(session=PERSISTENT),
        policy(BLOCK, session={"persistentBrowser": {"isEnabled": False}}, **ONE_APP),
        policy(session=NO_EVALUATION),
        policy(session=NO_EVALUATION, **WORKLOAD),
        policy(session={"continuousAccessEvaluation": {"mode": "strictLocation"}}, **ONE_APP),
        policy(session={"cloudAppSecurity": MONITOR}),
        policy(session={"disableResilienceDefaults": True}),
        policy(session={"secureSignInSession": {"isEnabled": True}}),
        frequency(value=4, type="hours"),
        frequency(value=1, type="days", frequencyInterval="timeBased"),
        frequency(value=None, type=None, frequencyInterval="everyTime"),
    ],
)
def test_what_keeps_the_rules_is_let_through(document: dict[str, Any]) -> None:
    assert broken(document) == []


@pytest.mark.parametrize(
    "applications",
    [
        {"includeApplications": [APP]},
        {"includeUserActions": ["urn:user:registersecurityinfo"]},
        {"includeAuthenticationContextClassReferences": ["c1"]},
    ],
)
def test_a_persistent_browser_is_for_all_resources(applications: dict[str, Any]) -> None:
    assert broken(policy(session=PERSISTENT, applications=applications)) == [
        ("conditions.applications.includeApplications", "persistentBrowserNeedsAll")
    ]


@pytest.mark.parametrize(
    ("conditions", "path"),
    [
        (ONE_APP, "conditions.applications.includeApplications"),
        ({"locations": {"includeLocations": ["AllTrusted"]}}, "conditions.locations"),
        ({"clientAppTypes": ["browser"]}, "conditions.clientAppTypes"),
        ({"userRiskLevels": ["low"]}, "conditions.userRiskLevels"),
    ],
)
def test_evaluation_is_disabled_for_all_resources_without_conditions(
    conditions: dict[str, Any], path: str
) -> None:
    assert broken(policy(session=NO_EVALUATION, **conditions)) == [
        (path, "invalidContinuousAccessEvaluation")
    ]


@pytest.mark.parametrize(
    ("members", "paths"),
    [
        ({"value": 4}, ["type"]),
        ({"type": "hours"}, ["value"]),
        ({}, ["value", "type"]),
        ({"value": 0, "type": "days"}, ["value"]),
        ({"value": -1, "type": "days"}, ["value"]),
        ({"value": 4, "type": "hours", "frequencyInterval": "everyTime"}, ["value", "type"]),
    ],
)
def test_a_sign_in_frequency_is_a_period_or_every_time(
    members: dict[str, object], paths: list[str]
) -> None:
    found = [path.rpartition(".")[2] for path, _ in broken(frequency(**members)) if "." in path]
    assert found == paths


@pytest.mark.parametrize(
    ("key", "member"),
    [("persistentBrowser", "mode"), ("cloudAppSecurity", "cloudAppSecurityType")],
)
def test_a_control_that_is_switched_on_says_what_it_does(key: str, member: str) -> None:
    problems = rule_problems(policy(BLOCK, session={key: {"isEnabled": True}}))
    assert [each.path for each in problems] == [f"sessionControls.{key}.{member}"]
