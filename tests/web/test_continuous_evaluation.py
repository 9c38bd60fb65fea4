"""Continuous access evaluation at both APIs (checklist RT07): a token, a call, an event, a
challenge, and what the refresh with its claims gives."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ostiary.directory.protocols import SYSTEM
from ostiary.factors.kinds import Factor, ShownFactor
from ostiary.secrecy.secret import Secret
from ostiary.signin.shown import written_shown
from tests.signin.test_devices import DEVICE, certificate, header
from tests.web.calling import GRAPH_SCOPE, Apis, called, challenge
from tests.web.serving import (
    ARM_SCOPE,
    ASTRID,
    DAEMON,
    ELSEWHERE,
    HQ,
    OFFICE,
    PLACES,
    POLICY,
    Served,
)

FACES = [("arm", ARM_SCOPE, "/tenants"), ("graph", GRAPH_SCOPE, "/v1.0/me")]


@pytest.fixture
def apis(served: Served) -> Apis:
    return called(served)


def _disable(served: Served) -> None:
    served.service.store.users.modify(ASTRID, {"accountEnabled": False}, by=SYSTEM)


def _delete(served: Served) -> None:
    served.service.store.users.delete(ASTRID, by=SYSTEM)


def _revoke(served: Served) -> None:
    served.service.store.users.revoke_sessions(ASTRID, by=SYSTEM)


def _change_password(served: Served) -> None:
    service = served.service
    hashed = service.attempts.passwords.hash(Secret("another correct horse battery"))
    service.store.passwords.set(ASTRID, hashed, by=SYSTEM)


@pytest.mark.parametrize(("face", "scope", "path"), FACES)
@pytest.mark.parametrize(
    ("event", "code"),
    [(_disable, 50057), (_delete, 50034), (_revoke, 50173), (_change_password, 50173)],
)
def test_RT07_an_event_ends_the_token_and_the_refresh(
    apis: Apis, face: str, scope: str, path: str, event: Any, code: int
) -> None:
    tokens, api = apis.sign_in(scope), getattr(apis, face)
    assert apis.call(api, tokens["access_token"], path).status_code == 200
    apis.served.clock.move(timedelta(minutes=5))
    event(apis.served)
    claims = challenge(apis.call(api, tokens["access_token"], path))
    assert set(claims["access_token"]) == {"nbf"}
    nbf = claims["access_token"]["nbf"]
    assert nbf["essential"] is True
    assert int(nbf["value"]) >= int(apis.served.clock.seconds())
    refused = apis.refresh(tokens, scope, claims).json()
    assert refused["error_codes"] in ([code], [50173])


def test_RT07_after_a_revocation_a_new_sign_in_is_good(apis: Apis) -> None:
    old = apis.sign_in()["access_token"]
    apis.served.clock.move(timedelta(seconds=30))
    _revoke(apis.served)
    apis.served.clock.move(timedelta(seconds=2))
    challenge(apis.call(apis.arm, old, "/tenants"))
    new = apis.sign_in()["access_token"]
    assert apis.call(apis.arm, new, "/tenants").status_code == 200


@pytest.mark.parametrize("event", [_disable, _revoke, _change_password])
def test_a_client_that_takes_no_challenge_keeps_its_token_for_its_short_life(
    apis: Apis, event: Any
) -> None:
    token = apis.sign_in(claims=None)["access_token"]
    event(apis.served)
    assert apis.call(apis.arm, token, "/tenants").status_code == 200
    apis.served.clock.move(timedelta(minutes=91))
    expired = apis.call(apis.arm, token, "/tenants")
    assert expired.status_code == 401
    assert "insufficient_claims" not in expired.headers["www-authenticate"]


def test_a_policy_that_is_switched_on_names_itself_and_lets_go_again(apis: Apis) -> None:
    served = apis.served
    served.enrol()
    tokens = apis.sign_in()
    served.policy("enabled")
    claims = challenge(apis.call(apis.arm, tokens["access_token"], "/tenants"))
    assert claims == {"access_token": {"capolids": {"essential": True, "values": [POLICY]}}}
    refused = apis.refresh(tokens, ARM_SCOPE, claims).json()
    assert refused["error_codes"] == [50076]
    # The policy is of the management API: at Graph the same person is not asked for anything.
    of_graph = apis.refresh(tokens, GRAPH_SCOPE).json()["access_token"]
    assert apis.call(apis.graph, of_graph, "/v1.0/me").status_code == 200
    served.policy("disabled")
    assert apis.call(apis.arm, tokens["access_token"], "/tenants").status_code == 200


def test_only_who_takes_challenges_has_a_token_for_a_day(apis: Apis) -> None:
    hours = 3600
    assert 20 * hours <= apis.sign_in()["expires_in"] <= 28 * hours
    assert apis.sign_in(claims=None)["expires_in"] <= 1.5 * hours
    everytime = {"isEnabled": True, "frequencyInterval": "timeBased", "type": "hours", "value": 4}
    session = {"signInFrequency": everytime}
    apis.served.change_policy(
        POLICY, {"state": "enabled", "grantControls": None, "sessionControls": session}
    )
    assert apis.sign_in()["expires_in"] <= 1.5 * hours


def test_report_only_challenges_nobody(apis: Apis) -> None:
    token = apis.sign_in()["access_token"]
    apis.served.policy("enabledForReportingButNotEnforced")
    assert apis.call(apis.arm, token, "/tenants").status_code == 200


def test_another_address_is_judged_at_once_and_the_way_back_is_silent(apis: Apis) -> None:
    served = apis.served
    served.policy("enabled", PLACES)
    tokens = apis.sign_in()
    assert apis.call(apis.arm, tokens["access_token"], "/tenants").status_code == 200
    served.address = ELSEWHERE
    claims = challenge(apis.call(apis.arm, tokens["access_token"], "/tenants"))
    assert claims["access_token"]["capolids"]["values"] == [PLACES]
    assert apis.refresh(tokens, ARM_SCOPE, claims).json()["error_codes"] == [53003]
    served.address = OFFICE
    new = apis.refresh(tokens, ARM_SCOPE, claims).json()["access_token"]
    assert apis.call(apis.arm, new, "/tenants").status_code == 200


def test_the_device_of_the_token_stands_until_the_directory_says_otherwise(apis: Apis) -> None:
    served = apis.served
    laptop = {"deviceId": DEVICE, "displayName": "Laptop 7", "isCompliant": True}
    made = served.service.store.devices.create(laptop, by=SYSTEM)
    shown = {"Client-Cert": header(certificate(DEVICE))["client-cert"]}
    token = apis.sign_in(headers=shown)["access_token"]
    compliant = {"operator": "OR", "builtInControls": ["compliantDevice"]}
    served.change_policy(POLICY, {"grantControls": compliant, "state": "enabled"})
    assert apis.call(apis.arm, token, "/tenants").status_code == 200
    served.service.store.devices.modify(made.id, {"isCompliant": False}, by=SYSTEM)
    served.clock.move(timedelta(seconds=1))
    claims = challenge(apis.call(apis.arm, token, "/tenants"))
    assert claims["access_token"]["capolids"]["values"] == [POLICY]


def test_a_named_location_that_changes_is_judged_at_once(apis: Apis) -> None:
    served = apis.served
    served.policy("enabled", PLACES)
    token = apis.sign_in()["access_token"]
    assert apis.call(apis.arm, token, "/tenants").status_code == 200
    elsewhere = {"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": "192.0.2.0/24"}
    served.service.store.locations.modify(HQ, {"ipRanges": [elsewhere]}, by=SYSTEM)
    served.clock.move(timedelta(seconds=1))
    challenge(apis.call(apis.arm, token, "/tenants"))


def test_a_group_that_somebody_joins_is_judged_at_once(apis: Apis) -> None:
    served, group = apis.served, "5a1f9a40-0000-4000-8000-0000000000e1"
    served.enrol()
    store = served.service.store
    store.groups.create({"id": group, "displayName": "Operators"}, by=SYSTEM)
    users = {"includeUsers": [], "includeGroups": [group]}
    conditions = {**store.policies.need(POLICY).document["conditions"], "users": users}
    served.change_policy(POLICY, {"conditions": conditions, "state": "enabled"})
    tokens = apis.sign_in()
    assert apis.call(apis.arm, tokens["access_token"], "/tenants").status_code == 200
    store.groups.add_member(group, ASTRID, by=SYSTEM)
    served.clock.move(timedelta(seconds=1))
    claims = challenge(apis.call(apis.arm, tokens["access_token"], "/tenants"))
    assert apis.refresh(tokens, ARM_SCOPE, claims).json()["error_codes"] == [50076]
    store.groups.remove_member(group, ASTRID, by=SYSTEM)
    served.clock.move(timedelta(seconds=1))
    new = apis.refresh(tokens, ARM_SCOPE, claims).json()["access_token"]
    assert apis.call(apis.arm, new, "/tenants").status_code == 200


def test_a_family_that_did_mfa_meanwhile_recovers_silently(apis: Apis) -> None:
    """The token is of before: challenged once, and the refresh needs nobody."""
    served = apis.served
    served.enrol()
    tokens = apis.sign_in()
    served.clock.move(timedelta(minutes=1))
    store = served.service.store
    (family,) = store.families.of_user(ASTRID)
    now = served.clock.now()
    stepped = {
        **family.document,
        "shown": [*family.document["shown"], *written_shown([ShownFactor(Factor.TOTP, now)])],
    }
    used = store.families.redeem(tokens["refresh_token"], family.client_id, document=stepped)
    tokens["refresh_token"] = used.token
    served.policy("enabled")
    claims = challenge(apis.call(apis.arm, tokens["access_token"], "/tenants"))
    new = apis.refresh(tokens, ARM_SCOPE, claims)
    assert new.status_code == 200, new.text
    assert apis.call(apis.arm, new.json()["access_token"], "/tenants").status_code == 200


def test_risk_is_judged_at_once(apis: Apis) -> None:
    served, store = apis.served, apis.served.service.store
    users = {"includeUsers": ["All"]}
    conditions = {
        **store.policies.need(POLICY).document["conditions"],
        "users": users,
        "userRiskLevels": ["high"],
    }
    served.change_policy(POLICY, {"conditions": conditions, "state": "enabled"})
    token = apis.sign_in()["access_token"]
    assert apis.call(apis.arm, token, "/tenants").status_code == 200
    store.risks.set(ASTRID, "high", by=SYSTEM)
    challenge(apis.call(apis.arm, token, "/tenants"))
    store.risks.set(ASTRID, "none", by=SYSTEM, state="dismissed")
    assert apis.call(apis.arm, token, "/tenants").status_code == 200


def _daemon_token(apis: Apis) -> str:
    form = {
        "grant_type": "client_credentials",
        "client_id": "5a1f9a40-0000-4000-8000-0000000000d2",
        "client_secret": apis.served.daemon_secret,
        "scope": "https://management.azure.com/.default",
        "claims": '{"access_token":{"xms_cc":{"values":["cp1"]}}}',
    }
    return apis.served.token(form).json()["access_token"]


def test_a_service_principal_that_is_disabled_or_removed_is_challenged(apis: Apis) -> None:
    token, store = _daemon_token(apis), apis.served.service.store
    assert apis.call(apis.arm, token, "/subscriptions").status_code == 200
    store.principals.modify(DAEMON, {"accountEnabled": False}, by=SYSTEM)
    assert set(challenge(apis.call(apis.arm, token, "/tenants"))["access_token"]) == {"nbf"}
    store.principals.modify(DAEMON, {"accountEnabled": True}, by=SYSTEM)
    assert apis.call(apis.arm, token, "/tenants").status_code == 200
    store.principals.delete(DAEMON, by=SYSTEM)
    challenge(apis.call(apis.arm, token, "/tenants"))


def test_a_workload_policy_is_judged_at_once(apis: Apis) -> None:
    served, token = apis.served, _daemon_token(apis)
    conditions = {
        "clientAppTypes": ["all"],
        "applications": {"includeApplications": ["All"]},
        "clientApplications": {"includeServicePrincipals": [DAEMON]},
        "users": {"includeUsers": ["None"]},
        "locations": {"includeLocations": ["All"], "excludeLocations": [HQ]},
    }
    served.change_policy(PLACES, {"conditions": conditions, "state": "enabled"})
    assert apis.call(apis.arm, token, "/tenants").status_code == 200
    served.address = ELSEWHERE
    claims = challenge(apis.call(apis.arm, token, "/tenants"))
    assert claims["access_token"]["capolids"]["values"] == [PLACES]
