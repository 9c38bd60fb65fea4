"""Pitfalls of references."""

from __future__ import annotations

from typing import Any

import pytest

from tests.analysis.lint_tenant import (
    BLOCK,
    EXCHANGE,
    MFA,
    OFFICE,
    STAFF,
    STRANGER,
    TENANT,
    grant,
    policy,
    reasons,
    sound_tenant,
    strength,
)

TERMS = "33333333-0000-4000-8000-000000000001"
PRINCIPAL = "eeeeeeee-0000-4000-8000-000000000001"
MEMBERS: dict[str, Any] = {
    "agreements": [{"id": TERMS, "displayName": "Terms"}],
    "servicePrincipals": [
        {
            "id": PRINCIPAL,
            "appId": EXCHANGE,
            "displayName": "Exchange",
            "appOwnerOrganizationId": TENANT,
        }
    ],
    "authenticationContextClassReferences": [{"id": "c1", "displayName": "Sensitive"}],
}


def naming(kind: str, identifier: str) -> dict[str, Any]:
    """A policy that names something of one kind."""
    places = {"includeLocations": [identifier]}
    chosen: dict[str, dict[str, Any]] = {
        "group": {"users": {"includeGroups": [identifier]}},
        "user": {"users": {"includeUsers": [identifier]}},
        "location": {"locations": places},
        "strength": {"controls": strength(identifier)},
        "application": {"apps": {"includeApplications": [identifier]}},
        "principal": {
            "controls": BLOCK,
            "users": {"includeUsers": ["None"]},
            "clientApplications": {"includeServicePrincipals": [identifier]},
        },
        "terms": {"controls": grant(termsOfUse=[identifier])},
        "context": {"apps": {"includeAuthenticationContextClassReferences": [identifier]}},
    }
    given: dict[str, Any] = {"controls": MFA, **chosen[kind]}
    return policy("P", **given)


@pytest.mark.parametrize(
    ("code", "kind", "known", "told"),
    [
        ("OST601", "group", STAFF, "group `{}` not in the export: who is in there is unknown"),
        (
            "OST602",
            "user",
            "aaaaaaaa-0000-4000-8000-000000000003",
            "user `{}` not in the export: deleted, or never in this tenant",
        ),
        (
            "OST603",
            "location",
            OFFICE,
            "named location `{}` not in the export: from where the policy applies is unknown",
        ),
        (
            "OST604",
            "strength",
            "00000000-0000-0000-0000-000000000002",
            "authentication strength `{}` not in the export: nothing is known to meet it",
        ),
        (
            "OST605",
            "application",
            EXCHANGE,
            "application `{}` not in the export: matched by the id alone",
        ),
        (
            "OST606",
            "principal",
            PRINCIPAL,
            "service principal `{}` not in the export: matched by the id alone",
        ),
        (
            "OST607",
            "terms",
            TERMS,
            "terms of use `{}` not in the export: an acceptance is taken to last for ever",
        ),
    ],
)
def test_ids_that_nothing_explains(code: str, kind: str, known: str, told: str) -> None:
    lost = sound_tenant(naming(kind, STRANGER), **MEMBERS)
    assert reasons(lost, code) == [told.format(STRANGER)]
    assert reasons(sound_tenant(naming(kind, known), **MEMBERS), code) == []


@pytest.mark.parametrize(
    ("code", "kind", "missing"),
    [
        ("OST601", "group", "groups"),
        ("OST603", "location", "namedLocations"),
        ("OST606", "principal", "servicePrincipals"),
        ("OST607", "terms", "agreements"),
    ],
)
def test_a_kind_that_was_not_exported_is_told_once(code: str, kind: str, missing: str) -> None:
    document = sound_tenant(naming(kind, STRANGER), **MEMBERS)
    document[missing] = []
    document["settings"] = {}
    assert reasons(document, code) == []


def test_a_context_that_nothing_explains() -> None:
    assert reasons(sound_tenant(naming("context", "c7"), **MEMBERS), "OST608") == [
        "`conditions.applications.includeAuthenticationContextClassReferences`: no authentication "
        "context of the input has the id `c7`: matched by the id alone"
    ]
    assert reasons(sound_tenant(naming("context", "c1"), **MEMBERS), "OST608") == []


def test_a_rule_of_graph_that_a_policy_breaks() -> None:
    both = policy("P", grant("block", "mfa"))
    found = reasons(sound_tenant(both), "OST611")
    assert len(found) == 1
    assert "block" in found[0]
    assert reasons(sound_tenant(), "OST611") == []


def test_what_was_not_exported() -> None:
    document = sound_tenant()
    del document["users"], document["groups"]
    document["settings"] = {}
    assert reasons(document, "OST612") == [
        "the input has no users or groups, and policies name 1: every membership is unknown"
    ]
    assert reasons(sound_tenant(), "OST612") == []


def test_a_policy_that_was_not_read() -> None:
    broken = policy("Broken", MFA, devices={"deviceFilter": {"mode": "include", "rule": "?"}})
    found = reasons(sound_tenant(broken), "OST613")
    assert len(found) == 1
    assert found[0].startswith("policy `Broken` was not read: ")
    assert reasons(sound_tenant(), "OST613") == []
