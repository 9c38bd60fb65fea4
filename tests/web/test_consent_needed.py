"""Every token at a resource needs consent there, however the request names the resource (AZ17)."""

from __future__ import annotations

import pytest

from ostiary.directory.protocols import SYSTEM
from tests.web.calling import called
from tests.web.registered import PRINCIPAL, WebApp, consent, web_app
from tests.web.serving import ARM, Served
from tests.web.test_token import refused

MANAGEMENT = "https://management.azure.com/"
NAMED = [{"scope": f"{MANAGEMENT}.default"}, {"resource": MANAGEMENT}]


def take_back(served: Served) -> None:
    """Take the consent for the management API back."""
    store = served.service.store
    management = store.principals.by_app_id(ARM)
    assert management is not None
    for each in store.consents.of_client(PRINCIPAL, ""):
        if each.document["resourceId"] == management.id:
            store.consents.delete(each.id, by=SYSTEM)


def refreshed(app: WebApp, token: str, named: dict[str, str]) -> object:
    """Use a refresh token for another resource."""
    return app.asking({"grant_type": "refresh_token", "refresh_token": token, **named})


@pytest.mark.parametrize("named", NAMED, ids=["scope", "resource"])
def test_AZ17_a_refresh_token_opens_no_resource_without_consent(
    served: Served, named: dict[str, str]
) -> None:
    app = web_app(served)
    token = app.redeem(app.signed_in()).json()["refresh_token"]
    take_back(served)
    refused(refreshed(app, token, named), 65001, "consent_required")


def test_AZ17_a_resource_named_apart_asks_for_consent_too(served: Served) -> None:
    app = web_app(served)
    take_back(served)
    browser = app.signed_in(scope="", resource=MANAGEMENT)
    assert "code" not in browser.answer
    assert "Permissions requested" in browser.page.text


def test_AD06_the_management_api_wants_its_delegated_permission(served: Served) -> None:
    app, apis = web_app(served), called(served)
    take_back(served)
    consent(served, ARM, "something.else")
    body = app.redeem(app.signed_in(scope=f"offline_access {MANAGEMENT}.default")).json()
    answer = apis.call(apis.arm, body["access_token"], "/subscriptions?api-version=2022-12-01")
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "AuthorizationFailed"
