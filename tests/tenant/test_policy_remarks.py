"""What is said of a policy that was read: members and words of filters that nobody knows."""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.tenant.loading import load_parts
from tests.tenant.documents import policy, tenant


def said(one: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each.code, each.message) for each in load_parts(tenant(one)).warnings]


def test_members_that_nobody_knows_are_said_with_what_they_count_as() -> None:
    one = policy(
        conditions={"platforms": {"includePlatforms": ["iOS"], "includeFuture": ["x"]}},
        grant={"operator": "AND", "builtInControls": ["mfa"], "futureControl": True},
        sessionControls={"futureSession": {"isEnabled": True}},
    )
    assert said(one) == [
        (
            "unknownCondition",
            "`conditions.platforms.includeFuture`: this version does not know it;"
            " the policy counts as if it were met",
        ),
        (
            "unknownControl",
            "`grantControls.futureControl`: this version does not know it; it is never met",
        ),
        (
            "unknownSessionControl",
            "`sessionControls.futureSession`: this version does not know it; it is not followed",
        ),
    ]


@pytest.mark.parametrize("word", ["EntraID", "Foo"])
@pytest.mark.parametrize("operator", ["-eq", "-ne"])
def test_a_word_that_a_property_never_has_is_said(word: str, operator: str) -> None:
    rule = {"mode": "include", "rule": f'device.trustType {operator} "{word}"'}
    assert said(policy(conditions={"devices": {"deviceFilter": rule}})) == [
        (
            "unknownWord",
            "`conditions.devices.deviceFilter.rule`: `device.trustType` is never"
            f" `{word}`: it is one of AzureAD, ServerAD, Workplace",
        )
    ]


def test_a_filter_of_known_words_says_nothing() -> None:
    device = {"mode": "include", "rule": 'device.trustType -eq "azuread"'}
    application = {"mode": "include", "rule": 'CustomSecurityAttribute.A_b -eq "Foo"'}
    conditions = {
        "devices": {"deviceFilter": device},
        "applications": {"applicationFilter": application},
    }
    assert said(policy(conditions=conditions)) == []


def test_a_filter_on_attributes_is_remarked_upon_too() -> None:
    application = {"mode": "include", "rule": "CustomSecurityAttribute.A_b -eq null"}
    found = said(policy(conditions={"applications": {"applicationFilter": application}}))
    assert [code for code, _ in found] == ["nullComparison"]
