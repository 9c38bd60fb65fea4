"""TK14: whichever way a token is asked for, the policies are asked; no grant is left out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ostiary.model.signin import TokenGrant
from ostiary.oidc.grants import GRANT_TYPES
from ostiary.web.token_grants import GRANTS
from tests.web.browsing import Browser
from tests.web.device_flow import device
from tests.web.registered import web_app
from tests.web.serving import ELSEWHERE, PLACES, POLICY, Served

NOT_SERVED_HERE = {TokenGrant.MANAGED_IDENTITY}
"""Has an endpoint of its own, and policies do not apply to it."""

Ask = Callable[[], Any]


def by_code(served: Served) -> Ask:
    """Sign in while no policy stands in the way; redeem later."""
    return Browser(served).signed_in().redeem


def by_refresh_token(served: Served) -> Ask:
    """Have a refresh token from before."""
    token = served.by_password().json()["refresh_token"]
    return lambda: served.refreshed(token)


def by_password(served: Served) -> Ask:
    """Ask by name and password."""
    return served.by_password


def as_application(served: Served) -> Ask:
    """Ask as an application."""
    return served.as_daemon


def by_device_code(served: Served) -> Ask:
    """Have a device's code approved by a password."""
    waiting = device(served)
    waiting.approve()
    return waiting.poll


def on_behalf_of(served: Served) -> Ask:
    """Have a person's token for the application that asks."""
    app = web_app(served)
    token = app.called()
    return lambda: app.on_behalf_of(token)


ASKING = {
    TokenGrant.AUTHORIZATION_CODE: by_code,
    TokenGrant.REFRESH_TOKEN: by_refresh_token,
    TokenGrant.PASSWORD: by_password,
    TokenGrant.CLIENT_CREDENTIALS: as_application,
    TokenGrant.DEVICE_CODE: by_device_code,
    TokenGrant.ON_BEHALF_OF: on_behalf_of,
}
MFA = {
    TokenGrant.AUTHORIZATION_CODE: (50076, "interaction_required"),
    TokenGrant.REFRESH_TOKEN: (50076, "interaction_required"),
    TokenGrant.PASSWORD: (50076, "invalid_grant"),
    TokenGrant.CLIENT_CREDENTIALS: None,
    TokenGrant.DEVICE_CODE: (50076, "interaction_required"),
    TokenGrant.ON_BEHALF_OF: (50076, "interaction_required"),
}
BLOCKED = dict.fromkeys(ASKING, (53003, "invalid_grant"))


def test_TK14_every_grant_that_is_served_is_in_this_table() -> None:
    assert set(GRANTS) == set(ASKING) == {each.grant for each in GRANT_TYPES}
    assert set(GRANTS) | NOT_SERVED_HERE == set(TokenGrant)


@pytest.mark.parametrize("grant", ASKING, ids=lambda each: each.value)
@pytest.mark.parametrize("state", ["enabled", "enabledForReportingButNotEnforced"])
def test_TK14_a_policy_that_requires_mfa(served: Served, grant: TokenGrant, state: str) -> None:
    served.enrol()
    ask = ASKING[grant](served)
    served.policy(state)
    check(ask(), MFA[grant] if state == "enabled" else None)
    assert any(each["id"] == POLICY for each in applied(served))


@pytest.mark.parametrize("grant", ASKING, ids=lambda each: each.value)
@pytest.mark.parametrize("state", ["enabled", "enabledForReportingButNotEnforced"])
def test_TK14_a_policy_that_blocks_places(served: Served, grant: TokenGrant, state: str) -> None:
    if grant is TokenGrant.ON_BEHALF_OF:
        served.address = ELSEWHERE  # it is the person's address that counts
    ask = ASKING[grant](served)
    workload = {"includeServicePrincipals": ["ServicePrincipalsInMyTenant"]}
    policy = served.service.store.policies.need(PLACES).document
    conditions = {**policy["conditions"]}
    if grant is TokenGrant.CLIENT_CREDENTIALS:
        conditions |= {"users": {"includeUsers": ["None"]}, "clientApplications": workload}
    served.change_policy(PLACES, {"conditions": conditions, "state": state})
    served.address = ELSEWHERE
    check(ask(), BLOCKED[grant] if state == "enabled" else None)


def only(control: str) -> dict[str, Any]:
    """Give grant controls that demand one thing."""
    return {"operator": "OR", "builtInControls": [control]}


STRENGTH = {
    "operator": "OR",
    "authenticationStrength": {"id": "00000000-0000-0000-0000-000000000004"},
}
"""Phishing-resistant MFA, which nobody here has."""
OTHER_KINDS: dict[str, tuple[dict[str, Any], int]] = {
    "compliantDevice": (only("compliantDevice"), 50097),
    "domainJoinedDevice": (only("domainJoinedDevice"), 50097),
    "approvedApplication": (only("approvedApplication"), 53002),
    "passwordChange": (only("passwordChange"), 50135),
    "phishing-resistant": (STRENGTH, 50079),
    "block": (only("block"), 53003),
}
"""Kind of policy -> its grant controls and the code that answers it."""


@pytest.mark.parametrize("grant", ASKING, ids=lambda each: each.value)
@pytest.mark.parametrize("kind", OTHER_KINDS)
def test_TK14_every_kind_of_policy_meets_every_grant(
    served: Served, grant: TokenGrant, kind: str
) -> None:
    ask = ASKING[grant](served)
    controls, code = OTHER_KINDS[kind]
    served.change_policy(POLICY, {"grantControls": controls, "state": "enabled"})
    response = ask()
    if grant is TokenGrant.CLIENT_CREDENTIALS:
        assert response.status_code == 200
        return
    body = response.json()
    assert response.status_code == 400
    assert body["error_codes"] == [code]
    assert applied(served)[0]["result"] == "failure"


def check(response: Any, expected: tuple[int, str] | None) -> None:
    """Check that a token came, or the error that was expected."""
    body = response.json()
    if expected is None:
        assert response.status_code == 200, body
    else:
        assert (body["error_codes"][0], body["error"]) == expected
        assert "access_token" not in body


def applied(served: Served) -> list[dict[str, Any]]:
    """Give what the last sign-in's log says of each policy."""
    return served.logged()["appliedConditionalAccessPolicies"]
