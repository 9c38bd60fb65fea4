"""The difference between two versions of a policy: nothing is told that is not, nothing is left."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ostiary.analysis.policy_difference import differences, sentence
from ostiary.analysis.policy_members import GUEST_KINDS, references_of
from ostiary.controls import GRANT_CONTROLS, SESSION_CONTROLS
from ostiary.model.json_types import as_object, flags
from ostiary.schema.materialise import normal_form, policy_answer
from tests.schema.builders import GROUP, MFA_STRENGTH, STRENGTH, policy
from tests.schema.test_properties import POLICY_LIKE, condition_sets

NAMES = {
    ("group", GROUP): "Break-glass",
    ("authenticationStrength", MFA_STRENGTH): "Phishing-resistant MFA",
}


def told(before: Any, after: Any) -> list[str]:
    """Tell every difference in one line, with the names that the tests know."""
    found = differences(before, after)
    return [sentence(each, lambda kind, key: NAMES.get((kind, key), key)) for each in found]


def changed(**members: Any) -> dict[str, Any]:
    """Give the small policy with some members in place of its own."""
    return policy() | members


def users(**members: Any) -> dict[str, Any]:
    """Give the small policy with some more said about its users."""
    conditions = policy()["conditions"]
    return changed(conditions=conditions | {"users": conditions["users"] | members})


def session(**controls: Any) -> dict[str, Any]:
    """Give the small policy with session controls."""
    return changed(sessionControls=controls)


def frequency(value: int | None, unit: str | None, **more: Any) -> dict[str, Any]:
    """Give the small policy with a sign-in frequency."""
    return session(signInFrequency={"isEnabled": True, "value": value, "type": unit, **more})


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (policy(), changed(displayName="CA02"), ["Name: {name} → CA02"]),
        (changed(state="disabled"), policy(), ["Enable policy: Off → On"]),
        (
            policy(),
            users(excludeGroups=[GROUP]),
            ["Users or workload identities: Exclude groups: + Break-glass"],
        ),
        (
            users(excludeGroups=[GROUP]),
            users(excludeGroups=["a-group"]),
            ["Users or workload identities: Exclude groups: + a-group, \N{MINUS SIGN} Break-glass"],
        ),
        (
            policy(),
            changed(grantControls=STRENGTH),
            [
                "Grant: Require multifactor authentication"
                " → Require authentication strength Phishing-resistant MFA"
            ],
        ),
        (
            policy(),
            changed(grantControls={"operator": "AND", "builtInControls": ["mfa", "x"]}),
            [
                "Grant: + Unknown control x",
                "Grant: For multiple controls: Not configured → Require all the selected controls",
            ],
        ),
        (policy(), frequency(4, "hours"), ["Session: Sign-in frequency: Not configured → 4 hours"]),
        (
            frequency(1, "days"),
            frequency(None, None, frequencyInterval="everyTime"),
            ["Session: Sign-in frequency: 1 day → every time"],
        ),
        (
            frequency(4, "hours"),
            frequency(4, "hours", authenticationType="secondaryAuthentication"),
            ["Session: Sign-in frequency: 4 hours → 4 hours, secondary authentication only"],
        ),
        (
            session(persistentBrowser={"isEnabled": True, "mode": "never"}),
            session(disableResilienceDefaults=True),
            [
                "Session: Persistent browser session: never → Not configured",
                "Session: Disable resilience defaults: Not configured → on",
            ],
        ),
    ],
)
def test_what_changed_is_told_in_names(before: Any, after: Any, expected: list[str]) -> None:
    assert told(before, after) == [each.format(name=policy()["displayName"]) for each in expected]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (policy(), policy() | {"id": "x", "modifiedDateTime": "2026-01-01T00:00:00Z"}),
        (policy(), policy() | {"sessionControls": {"persistentBrowser": {"isEnabled": False}}}),
        (users(excludeGroups=[]), users(excludeGroups=None)),
        (users(excludeGroups=["a", "B"]), users(excludeGroups=["b", "A"])),
        (
            changed(grantControls={"operator": "OR", "builtInControls": ["mfa"]}),
            changed(grantControls={"operator": "AND", "builtInControls": ["MFA"]}),
        ),
        (
            users(includeGuestsOrExternalUsers={"guestOrExternalUserTypes": "internalGuest"}),
            users(
                includeGuestsOrExternalUsers={
                    "guestOrExternalUserTypes": "internalGuest",
                    "externalTenants": {"@odata.type": "#x", "membershipKind": "all"},
                }
            ),
        ),
    ],
)
def test_what_says_nothing_is_no_difference(before: Any, after: Any) -> None:
    assert told(before, after) == []


def test_what_graph_answers_is_what_was_sent() -> None:
    """The strength is whole in an answer, and every member is there."""
    sent = changed(grantControls=STRENGTH)
    strengths = {MFA_STRENGTH: {"id": MFA_STRENGTH, "displayName": "Phishing-resistant MFA"}}
    assert told(sent, policy_answer(sent, version="v1.0", strengths=strengths)) == []


def test_members_of_later_versions_are_told_by_their_path() -> None:
    conditions = policy()["conditions"]
    after = changed(conditions={**conditions, "moonPhase": {"includePhases": ["full"]}})
    assert told(policy(), after) == [
        'conditions.moonPhase.includePhases: Not configured → ["full"]'
    ]
    often = frequency(4, "hours", moon="full")
    assert told(frequency(4, "hours"), often) == [
        "sessionControls.signInFrequency.moon: Not configured → full"
    ]
    # A known setting beside it does not hide it.
    assert len(told(frequency(8, "hours"), often)) == 2


@given(POLICY_LIKE, POLICY_LIKE)
def test_any_two_documents_can_be_compared(before: Any, after: Any) -> None:
    one, other = as_object(before), as_object(after)
    assert differences(one, one) == ()
    assert bool(differences(one, other)) is bool(differences(other, one))


@given(condition_sets(), condition_sets())
def test_a_difference_is_told_exactly_where_there_is_one(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    """Equal means no difference; each field that differs appears, and no other does."""
    before, after = (changed(conditions=each) for each in (one, other))
    found = differences(before, after)
    places = {each.path for each in found}
    assert places == fields_that_differ(before, after)
    assert all(each.added or each.removed for each in found)
    back = differences(after, before)
    assert {(each.path, each.added, each.removed) for each in found} == {
        (each.path, each.removed, each.added) for each in back
    }


def fields_that_differ(before: Any, after: Any) -> set[str]:
    """Find them without the declarations: by the members of the normal form."""
    found: set[str] = set()
    old, new = (normal_form(each, "beta")["conditions"] for each in (before, after))
    for key in old:
        for name in inner(old[key]) | inner(new[key]):
            sides = [set_of(each[key], name) for each in (old, new)]
            if sides[0] != sides[1]:
                found.add(".".join(part for part in ("conditions", key, name) if part))
    return found


def inner(value: Any) -> set[str]:
    return set(as_object(value)) or ({""} if value else set())


def set_of(value: Any, name: str) -> set[str]:
    found: Any = value if not name else as_object(value).get(name)
    return {each.casefold() for each in flags(as_object(found).get(GUEST_KINDS, found))}


CONTROLS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "grantControls": st.fixed_dictionaries(
            {
                "operator": st.sampled_from(["AND", "OR"]),
                "builtInControls": st.lists(
                    st.sampled_from([each.key for each in GRANT_CONTROLS if each.built_in]),
                    unique=True,
                ),
            },
            optional={"termsOfUse": st.lists(st.sampled_from(["t1", "t2"]), unique=True)},
        ),
        "sessionControls": st.fixed_dictionaries(
            {},
            optional={
                "signInFrequency": st.fixed_dictionaries(
                    {"isEnabled": st.booleans(), "value": st.integers(1, 3)}
                ).map(lambda each: each | {"type": "hours"}),
                "persistentBrowser": st.fixed_dictionaries(
                    {"isEnabled": st.booleans(), "mode": st.sampled_from(["always", "never"])}
                ),
                "disableResilienceDefaults": st.booleans(),
            },
        ),
        "state": st.sampled_from(["enabled", "disabled"]),
    },
)


@given(CONTROLS, CONTROLS)
def test_controls_differ_exactly_where_what_they_demand_does(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    before, after = changed(**one), changed(**other)
    places = {each.path for each in differences(before, after)}
    expected = {"state"} if before["state"] != after["state"] else set[str]()
    if demands(before) != demands(after):
        expected.add("grantControls")
    if operator(before) != operator(after):
        expected.add("grantControls.operator")
    for control in SESSION_CONTROLS:
        sides = [
            control.parse(as_object(each.get("sessionControls")).get(control.key))
            for each in (before, after)
        ]
        if sides[0] != sides[1]:
            expected.add(f"sessionControls.{control.key}")
    assert places == expected


def demands(document: dict[str, Any]) -> set[str]:
    grant = as_object(document.get("grantControls"))
    return {*grant.get("builtInControls", ()), *grant.get("termsOfUse", ())}


def operator(document: dict[str, Any]) -> str | None:
    return document["grantControls"]["operator"] if len(demands(document)) > 1 else None


def test_a_policy_names_what_it_refers_to() -> None:
    document = users(excludeGroups=[GROUP]) | {"grantControls": copy.deepcopy(STRENGTH)}
    found = references_of(normal_form(document, "beta"))
    assert ("group", GROUP) in found
    assert ("authenticationStrength", MFA_STRENGTH) in found
