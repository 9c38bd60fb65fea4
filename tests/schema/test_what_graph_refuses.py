"""Words, ids, sizes and names that the policy API takes no further."""

from __future__ import annotations

from typing import Any

import pytest

import ostiary
from ostiary.schema.requests import validate_request
from tests.schema.builders import LOCATIONS, POLICIES, created, policy, store

GUESTS = "conditions.users.includeGuestsOrExternalUsers.externalTenants.members"


def refused(document: dict[str, Any], path: str = POLICIES) -> list[tuple[str, str]]:
    """What is wrong with a document that is posted: places and sentences."""
    response = validate_request(store(), "POST", path, document)
    if response.status != 400:
        return []
    details = (response.body or {})["error"]["details"]
    return [(each["target"], each["message"]) for each in details]


@pytest.mark.parametrize("word", ["All", "None", "none"])
@pytest.mark.parametrize(
    ("key", "including", "excluding"),
    [
        ("users", {"includeUsers": ["All"]}, "excludeUsers"),
        ("applications", {"includeApplications": ["All"]}, "excludeApplications"),
    ],
)
def test_all_and_none_cannot_be_excluded(
    key: str, including: dict[str, Any], excluding: str, word: str
) -> None:
    shown = "None" if word == "none" else word
    assert refused(policy(**{key: {**including, excluding: [word]}})) in (
        [(f"conditions.{key}.{excluding}[0]", _excluded(each))] for each in (word, shown)
    )


def _excluded(word: str) -> str:
    return f"`{word}` cannot be excluded; leave it out, or name who or what is spared"


@pytest.mark.parametrize(
    ("members", "place"),
    [
        ({"users": {"includeUsers": ["AllAgentIdUsers"]}}, "users.includeUsers[0]"),
        (
            {"applications": {"includeApplications": ["allagentidresources"]}},
            "applications.includeApplications[0]",
        ),
    ],
)
def test_words_of_beta_are_none_of_v1(members: dict[str, Any], place: str) -> None:
    ((where, sentence),) = refused(policy(**members), f"v1.0/{POLICIES}")
    assert where == f"conditions.{place}"
    assert sentence.endswith("exists in the beta version of Graph only")
    assert refused(policy(**members), f"beta/{POLICIES}") == []


def test_tenants_of_guests_are_named_by_id() -> None:
    tenants = {"membershipKind": "enumerated", "members": ["contoso"]}
    kinds = {"guestOrExternalUserTypes": "internalGuest,serviceProvider"}
    users = {"includeGuestsOrExternalUsers": {**kinds, "externalTenants": tenants}}
    assert (f"{GUESTS}[0]", "expected the id of a tenant, came `contoso`") in refused(
        policy(users=users)
    )


@pytest.mark.parametrize(
    ("first", "last", "kind", "allowed"),
    [
        ("0.0.0.0", "255.255.255.255", "iPv4Range", False),  # noqa: S104  # a range, not a socket
        ("10.0.0.0", "10.127.255.255", "iPv4Range", True),  # as many as a /9 has
        ("10.0.0.0", "10.128.0.0", "iPv4Range", False),
        ("::1", "::2", "iPv6Range", True),
        ("2000::", "207f:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "iPv6Range", True),
        ("2000::", "2080::", "iPv6Range", False),
    ],
)
def test_a_range_is_no_larger_than_the_largest_in_cidr_notation(
    first: str, last: str, kind: str, *, allowed: bool
) -> None:
    each = {
        "@odata.type": f"#microsoft.graph.{kind}",
        "lowerAddress": first,
        "upperAddress": last,
    }
    document = {
        "@odata.type": "#microsoft.graph.ipNamedLocation",
        "displayName": "t",
        "ipRanges": [each],
    }
    sentence = f"expected no more addresses than a /9 has, came `{first}` to `{last}`"
    assert refused(document, LOCATIONS) == ([] if allowed else [("ipRanges[0]", sentence)])


def test_an_empty_list_is_told_in_our_words() -> None:
    document: dict[str, Any] = {
        "@odata.type": "#microsoft.graph.ipNamedLocation",
        "displayName": "t",
        "ipRanges": [],
    }
    assert refused(document, LOCATIONS) == [("ipRanges", "expected at least 1 in the list")]


def frequency(value: int, unit: str) -> dict[str, Any]:
    """A policy with a sign-in frequency."""
    period = {"isEnabled": True, "value": value, "type": unit}
    return policy(session={"signInFrequency": period})


@pytest.mark.parametrize(
    ("value", "unit", "sentence"),
    [
        (365, "days", None),
        (8760, "hours", None),
        (366, "days", "expected at most 365 days, came 366"),
        (8761, "hours", "expected at most 8760, came 8761"),
        pytest.param(10**4298, "days", "expected at most 8760, came 1000", id="4299 digits"),
        pytest.param(
            10**5000,
            "days",
            "expected at most 8760, came a number too long to show",
            id="5001 digits",
        ),
    ],
)
def test_a_sign_in_frequency_is_a_year_at_most(value: int, unit: str, sentence: str | None) -> None:
    found = refused(frequency(value, unit))
    assert [where for where, _ in found] == (
        ["sessionControls.signInFrequency.value"] if sentence else []
    )
    assert all(said.startswith(sentence or "") for _, said in found)


def test_an_endless_sign_in_frequency_is_refused_on_load() -> None:
    endless = {**frequency(10**4298, "days"), "id": "p"}
    tenant = ostiary.load_tenant({"conditionalAccessPolicies": [endless]})
    (found,) = tenant.parts.refused
    assert [each.path for each in found.problems] == ["sessionControls.signInFrequency.value"]


def test_a_client_cannot_say_which_template_a_policy_is_of() -> None:
    state, identifier = created({**policy(), "templateId": "x"})
    where = f"{POLICIES}/{identifier}"
    changed = validate_request(state, "PATCH", where, {"templateId": "y", "displayName": "n"})
    assert changed.status == 204
    shown = validate_request(changed.state, "GET", where).body or {}
    assert (shown["templateId"], shown["displayName"]) == (None, "n")


@pytest.mark.parametrize(
    ("change", "place", "right", "came"),
    [
        ({"State": "disabled"}, "State", "state", "State"),
        ({"conditions": {"Users": {}}}, "conditions.Users", "users", "Users"),
    ],
)
def test_a_member_in_another_case_is_no_change(
    change: dict[str, Any], place: str, right: str, came: str
) -> None:
    state, identifier = created(policy())
    response = validate_request(state, "PATCH", f"{POLICIES}/{identifier}", change)
    assert response.status == 400
    (detail,) = (response.body or {})["error"]["details"]
    assert (detail["target"], detail["message"]) == (place, f"expected `{right}`, came `{came}`")
    assert response.state is state
