"""Filters for workload identities: whom they select alone, and whom they leave alone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conditions.asking import APPLIES, MAY_APPLY, answer

HERE = "99999999-0000-4000-8000-000000000001"
APP, AGENT = "eeeeeeee-0000-4000-8000-000000000001", "eeeeeeee-0000-4000-8000-000000000002"
PRINCIPALS: list[dict[str, Any]] = [
    {
        "id": APP,
        "appId": "eeeeeeee-1111-4000-8000-000000000001",
        "appOwnerOrganizationId": HERE,
        "servicePrincipalType": "Application",
        "customSecurityAttributes": {"Ops": {"Tier": "critical"}},
    },
    {
        "id": AGENT,
        "appId": "eeeeeeee-1111-4000-8000-000000000002",
        "appOwnerOrganizationId": HERE,
        "servicePrincipalType": "ServiceIdentity",
        "customSecurityAttributes": {"Ops": {"Tier": "low"}},
    },
]


def _filter(tier: str) -> dict[str, str]:
    return {"mode": "include", "rule": f'CustomSecurityAttribute.Ops_Tier -eq "{tier}"'}


def _answer(principal: str, **selected: Any) -> tuple[bool, str]:
    conditions = {"users": {"includeUsers": ["None"]}, "clientApplications": selected}
    who = {"servicePrincipalId": principal}
    return answer(conditions, who=who, servicePrincipals=PRINCIPALS)


@pytest.mark.parametrize(
    ("tier", "expected"), [("critical", APPLIES), ("low", (False, "workloadIdentities"))]
)
def test_a_filter_alone_selects_among_all_owned_principals(
    tier: str, expected: tuple[bool, str]
) -> None:
    assert _answer(APP, servicePrincipalFilter=_filter(tier)) == expected


def test_a_filter_for_service_principals_does_not_narrow_agent_identities() -> None:
    found = _answer(
        AGENT,
        includeAgentIdServicePrincipals=["All"],
        includeServicePrincipals=["ServicePrincipalsInMyTenant"],
        servicePrincipalFilter=_filter("critical"),
    )
    assert found == APPLIES


@pytest.mark.parametrize(
    ("member", "expected"),
    [
        ("displayName", APPLIES),
        ("appOwnerOrganizationId", MAY_APPLY),
        ("customSecurityAttributes", MAY_APPLY),
    ],
)
def test_what_the_export_leaves_out_of_a_principal_is_unknown(
    member: str, expected: tuple[bool, str]
) -> None:
    cut = [{**PRINCIPALS[0], "displayName": "Robot"}]
    del cut[0][member]
    conditions = {
        "users": {"includeUsers": ["None"]},
        "clientApplications": {"servicePrincipalFilter": _filter("critical")},
    }
    found = answer(conditions, who={"servicePrincipalId": APP}, servicePrincipals=cut)
    assert found == expected
