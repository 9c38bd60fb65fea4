"""What keeps a document from being read as a policy: all of it at once, with paths."""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.model.errors import Problem
from ostiary.schema.checking import check_policy, structural_problems
from ostiary.schema.problems import json_path, value_at
from tests.schema.builders import grants, policy

RISK_WORDS = "`high`, `medium`, `low`, `none`, `hidden`"


def paths(document: object, **options: Any) -> list[tuple[str, str]]:
    return [(each.path, each.code) for each in structural_problems(document, **options)]


def test_a_sound_policy_has_no_problems() -> None:
    assert check_policy(policy()) == ()


def test_every_problem_is_told_at_once() -> None:
    document = policy(
        grants("mfa", operator="XOR"),
        users={"includeUsers": ["All", 7]},
        signInRiskLevels=["extreme"],
        platforms={"includePlatforms": "iOS"},
    )
    del document["state"]
    assert structural_problems(document) == (
        Problem("state", "missing", "`state` is required, and it is missing"),
        Problem("conditions.users.includeUsers[1]", "wrongType", "expected a text, came 7"),
        Problem(
            "conditions.platforms.includePlatforms", "wrongType", 'expected a list, came "iOS"'
        ),
        Problem(
            "conditions.signInRiskLevels[0]",
            "unknownWord",
            f"expected one of {RISK_WORDS}, came `extreme`",
        ),
        Problem("grantControls.operator", "unknownWord", "expected one of `AND`, `OR`, came `XOR`"),
    )


@pytest.mark.parametrize(
    ("conditions", "path"),
    [
        ({"clientAppTypes": ["telnet"]}, "conditions.clientAppTypes[0]"),
        (
            {"platforms": {"excludePlatforms": ["amiga"]}},
            "conditions.platforms.excludePlatforms[0]",
        ),
        ({"userRiskLevels": ["minor"]}, "conditions.userRiskLevels[0]"),
        ({"insiderRiskLevels": "minor,high"}, "conditions.insiderRiskLevels"),
        ({"agentIdRiskLevels": "elevated"}, "conditions.agentIdRiskLevels"),
        (
            {"authenticationFlows": {"transferMethods": "carrierPigeon"}},
            "conditions.authenticationFlows.transferMethods",
        ),
        (
            {"applications": {"includeUserActions": ["urn:user:dance"]}},
            "conditions.applications.includeUserActions[0]",
        ),
        (
            {"users": {"includeGuestsOrExternalUsers": {"guestOrExternalUserTypes": "alien"}}},
            "conditions.users.includeGuestsOrExternalUsers.guestOrExternalUserTypes",
        ),
        (
            {"devices": {"deviceFilter": {"mode": "only", "rule": "device.model -eq 'x'"}}},
            "conditions.devices.deviceFilter.mode",
        ),
    ],
)
def test_a_word_outside_its_list_is_refused(conditions: dict[str, Any], path: str) -> None:
    assert paths(policy(**conditions)) == [(path, "unknownWord")]


@pytest.mark.parametrize(
    ("session", "path", "code"),
    [
        ({"signInFrequency": {"type": "weeks"}}, "signInFrequency.type", "unknownWord"),
        ({"signInFrequency": {"value": "4"}}, "signInFrequency.value", "wrongType"),
        ({"signInFrequency": {"value": True}}, "signInFrequency.value", "wrongType"),
        ({"persistentBrowser": {"mode": "often"}}, "persistentBrowser.mode", "unknownWord"),
        (
            {"cloudAppSecurity": {"isEnabled": "yes"}},
            "cloudAppSecurity.isEnabled",
            "wrongType",
        ),
        (
            {"continuousAccessEvaluation": {"mode": "lenient"}},
            "continuousAccessEvaluation.mode",
            "unknownWord",
        ),
        ({"disableResilienceDefaults": "no"}, "disableResilienceDefaults", "wrongType"),
    ],
)
def test_session_controls_have_their_own_shapes(
    session: dict[str, Any], path: str, code: str
) -> None:
    assert paths(policy(session=session)) == [(f"sessionControls.{path}", code)]


@pytest.mark.parametrize("document", [None, 5, "policy", ["policy"]])
def test_what_is_no_object_is_no_policy(document: object) -> None:
    assert paths(document) == [("", "wrongType")]


def test_a_null_in_a_list_of_words_is_refused() -> None:
    # a typed client that hands a text where an enumeration is expected sends [null]
    assert paths(policy(clientAppTypes=[None])) == [("conditions.clientAppTypes[0]", "wrongType")]


def test_words_are_read_in_any_case() -> None:
    assert check_policy(policy(grants("MFA", operator="and"), clientAppTypes=["All"])) == ()


@pytest.mark.parametrize(
    ("conditions", "path"),
    [
        ({"agentIdRiskLevels": "high"}, "conditions.agentIdRiskLevels"),
        ({"deviceStates": {"includeStates": ["All"]}}, "conditions.deviceStates"),
        (
            {"clientApplications": {"includeAgentIdServicePrincipals": ["All"]}},
            "conditions.clientApplications.includeAgentIdServicePrincipals",
        ),
    ],
)
def test_beta_members_are_unknown_to_v1(conditions: dict[str, Any], path: str) -> None:
    assert (path, "betaOnly") in paths(policy(**conditions), version="v1.0")
    assert (path, "betaOnly") not in paths(policy(**conditions), version="beta")


def test_a_beta_session_control_is_unknown_to_v1() -> None:
    document = policy(session={"continuousAccessEvaluation": {"mode": "disabled"}})
    assert structural_problems(document, version="v1.0") == (
        Problem(
            "sessionControls.continuousAccessEvaluation",
            "betaOnly",
            "`continuousAccessEvaluation` exists in the beta version of Graph only",
        ),
    )


def test_empty_beta_members_do_no_harm_in_v1() -> None:
    empty: dict[str, Any] = {"includeAgentIdServicePrincipals": []}
    document = policy(clientApplications=empty)
    document["conditions"] |= {"agentIdRiskLevels": None, "times": None}
    document["partialEnablementStrategy"] = None
    assert structural_problems(document, version="v1.0") == ()


def test_a_filter_is_read_by_the_parser_of_the_rule_language() -> None:
    filters = {"deviceFilter": {"mode": "include", "rule": '(device.model -eq "X"'}}
    assert structural_problems(policy(devices=filters)) == (
        Problem(
            "conditions.devices.deviceFilter.rule",
            "invalidFilter",
            "expected `)` for the parenthesis opened at character 1, came the end of the rule; "
            "close the parenthesis, or take it out",
        ),
    )


@pytest.mark.parametrize(
    ("key", "field"),
    [
        ("applications", "applicationFilter"),
        ("clientApplications", "servicePrincipalFilter"),
        ("clientApplications", "agentIdServicePrincipalFilter"),
    ],
)
def test_every_kind_of_filter_is_read(key: str, field: str) -> None:
    document = policy(**{key: {field: {"mode": "include", "rule": "device.model -eq 'x'"}}})
    assert (f"conditions.{key}.{field}.rule", "invalidFilter") in paths(document)


@pytest.mark.parametrize(("length", "refused"), [(3072, False), (3073, True)])
def test_a_filter_has_at_most_3072_characters(length: int, refused: bool) -> None:
    rule = 'device.displayName -eq "' + "x" * (length - 25) + '"'
    assert len(rule) == length
    devices = {"deviceFilter": {"mode": "include", "rule": rule}}
    assert bool(structural_problems(policy(devices=devices))) is refused


def test_a_strength_is_named_by_its_id() -> None:
    document = policy({"operator": "OR", "authenticationStrength": {"displayName": "MFA"}})
    assert paths(document) == [("grantControls.authenticationStrength.id", "missing")]


def test_a_broken_place_is_not_told_twice() -> None:
    problems = check_policy(policy(users="everybody"))
    assert [(each.path, each.code) for each in problems] == [("conditions.users", "wrongType")]


def test_a_number_too_long_to_write_is_still_told() -> None:
    document = policy(signInRiskLevels=[10**5000])
    assert structural_problems(document) == (
        Problem(
            "conditions.signInRiskLevels[0]",
            "wrongType",
            "expected a text, came a number too long to show",
        ),
    )


@pytest.mark.parametrize(
    ("location", "path", "value"),
    [
        ((), "", {"a": [{"b": 5}]}),
        (("a", 0, "b"), "a[0].b", 5),
        (("a", 1), "a[1]", None),
        (("a", 0, "b", 0), "a[0].b[0]", None),
        (("x", "y"), "x.y", None),
    ],
)
def test_a_path_leads_back_to_its_value(
    location: tuple[str | int, ...], path: str, value: object
) -> None:
    assert json_path(location) == path
    assert value_at({"a": [{"b": 5}]}, path) == value
