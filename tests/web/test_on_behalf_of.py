"""On-behalf-of over HTTP: whose token is taken, and what the policies say of it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from ostiary.directory.protocols import SYSTEM
from tests.signin.test_devices import DEVICE, certificate, header
from tests.web.browsing import Browser
from tests.web.device_flow import device
from tests.web.registered import APP, GRAPH, web_app
from tests.web.serving import ASTRID, ELSEWHERE, OFFICE, PLACES, POLICY, Served
from tests.web.test_token import claims_of, refused, results


def test_an_api_gets_a_token_for_the_person_who_called_it(served: Served) -> None:
    app = web_app(served)
    response = app.on_behalf_of(app.called())
    claims = claims_of(response)
    assert (claims["oid"], claims["appid"], claims["amr"]) == (ASTRID, APP, ["pwd"])
    assert (claims["scp"], claims["appidacr"]) == ("user_impersonation", "1")
    assert "refresh_token" not in response.json()
    assert served.logged()["isInteractive"] is False


def test_a_policy_is_told_to_the_api_with_a_challenge(served: Served) -> None:
    served.enrol()
    app = web_app(served)
    token = app.called()
    served.policy("enabled")
    body = refused(app.on_behalf_of(token), 50076, "interaction_required")
    assert body["suberror"] == "basic_action"
    challenge = json.loads(body["claims"])["access_token"]["capolids"]
    assert challenge == {"essential": True, "values": [POLICY]}
    assert results(served)[POLICY] == "failure"


def test_what_the_person_showed_comes_along(served: Served) -> None:
    served.enrol()
    app = web_app(served)
    api = f"api://{APP}/.default openid"
    served.change_policy(POLICY, {"state": "enabled", "conditions": everything(served)})
    browser = Browser(served).signed_in(scope=api).fill(otp=served.otp())
    token = browser.redeem(scope=api).json()["access_token"]
    assert claims_of(app.on_behalf_of(token))["amr"] == ["otp", "pwd", "mfa"]


def everything(served: Served) -> dict[str, Any]:
    """Give the policy's conditions, for all resources."""
    conditions = served.service.store.policies.need(POLICY).document["conditions"]
    return {**conditions, "applications": {"includeApplications": ["All"]}}


def test_the_place_is_where_the_person_signed_in_and_not_where_the_api_is(served: Served) -> None:
    app = web_app(served)
    at_office = app.called()
    served.address = ELSEWHERE
    away = app.called()
    served.policy("enabled", PLACES)
    assert claims_of(app.on_behalf_of(at_office))["ipaddr"] == OFFICE
    served.address = OFFICE
    refused(app.on_behalf_of(away), 53003, "invalid_grant")
    assert served.logged()["ipAddress"] == ELSEWHERE


def test_the_device_is_the_persons_and_not_the_apis(served: Served) -> None:
    app = web_app(served)
    laptop = {"deviceId": DEVICE, "displayName": "Laptop 7", "isCompliant": True}
    made = served.service.store.devices.create(laptop, by=SYSTEM)
    shown = {"Client-Cert": header(certificate(DEVICE))["client-cert"]}
    on_laptop, elsewhere = app.called(**shown), app.called()
    compliant = {"operator": "OR", "builtInControls": ["compliantDevice"]}
    served.change_policy(POLICY, {"grantControls": compliant, "state": "enabled"})
    assert claims_of(app.on_behalf_of(on_laptop))["deviceid"] == DEVICE
    form = app.obo_form(elsewhere)
    refused(app.asking(form, **shown), 50097, "invalid_grant")
    served.service.store.devices.modify(made.id, {"isCompliant": False}, by=SYSTEM)
    refused(app.on_behalf_of(on_laptop), 53000, "invalid_grant")


def test_the_flow_that_the_token_came_by_is_remembered(served: Served) -> None:
    app = web_app(served)
    waiting = device(served, scope=f"api://{APP}/.default")
    waiting.approve()
    token = waiting.poll().json()["access_token"]
    assert app.on_behalf_of(token).status_code == 200
    assert served.logged()["originalTransferMethod"] == "deviceCodeFlow"


def test_only_a_persons_token_for_this_api_is_taken(served: Served) -> None:
    app = web_app(served)
    body = app.redeem(app.signed_in()).json()
    own = {"grant_type": "client_credentials", "scope": f"api://{APP}/.default"}
    for token in (body["access_token"], body["id_token"], "x", app.called()[:-4] + "AAAA"):
        refused(app.on_behalf_of(token), 50013, "invalid_grant")
    of_app = app.asking(own).json()["access_token"]
    refused(app.on_behalf_of(of_app), 7000114, "unauthorized_client")
    refused(app.on_behalf_of(app.called(), client_secret=""), 7000218, "invalid_client", 401)


def test_a_token_that_is_over_is_refused(served: Served) -> None:
    app = web_app(served)
    token = app.called()
    served.clock.move(timedelta(hours=2))
    refused(app.on_behalf_of(token), 500133, "invalid_grant")
    fresh = app.called()
    served.clock.move(timedelta(seconds=1))
    served.service.store.users.revoke_sessions(ASTRID, by=SYSTEM)
    refused(app.on_behalf_of(fresh), 50173, "invalid_grant")


def test_what_nobody_consented_to_is_refused(served: Served) -> None:
    app = web_app(served)
    scope = "https://graph.microsoft.com/Mail.Send"
    refused(app.on_behalf_of(app.called(), scope=scope), 65001, "consent_required")
    assert GRAPH in served.logged()["resourceId"]
