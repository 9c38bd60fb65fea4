"""The whole sign-in in headless Chromium: codes, passkeys, a cloned key, a block, axe-core.

`OSTIARY_SHOTS=FOLDER` keeps pictures of every page, light and dark, narrow and wide.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from ostiary.signin.stored_methods import PASSKEY
from tests.pages.test_in_browser import pytestmark as needs_a_browser
from tests.pages.test_in_browser import run
from tests.web.browsing import CHALLENGE
from tests.web.device_flow import device
from tests.web.live import Live, live
from tests.web.serving import ARM_SCOPE, ASTRID, AZ, PASSWORD, PLACES, TENANT
from tests.web.test_token import claims_of

pytestmark = needs_a_browser
AUTHORIZE = f"/{TENANT}/oauth2/v2.0/authorize?" + urlencode(
    {
        "client_id": AZ,
        "response_type": "code",
        "redirect_uri": "http://localhost:8400",
        "scope": ARM_SCOPE,
        "response_mode": "form_post",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        "state": "s",
    }
)


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Live]:
    """A tenant that a browser can reach."""
    with live(tmp_path) as made:
        yield made


def browse(at: Live, script: str, **more: Any) -> dict[str, Any]:
    """Run a script at the served tenant; every page on its way has to be in order."""
    asked = {
        "base": at.address,
        "key": at.key_hash,
        "authorize": AUTHORIZE,
        "password": PASSWORD,
        "shots": os.environ.get("OSTIARY_SHOTS"),
        **more,
    }
    answer = run(script, json.dumps(asked))
    assert answer["wrong"] == []
    assert answer["checked"] > 0
    return answer


def test_a_whole_sign_in_with_an_authenticator_app(at: Live) -> None:
    at.served.enrol()
    at.served.policy("enabled")
    answer = browse(at, "sign-in-totp.mjs", otp=at.served.otp())
    assert answer["first"]["state"] == "s"
    assert answer["first"]["code"]
    session = next(e for e in answer["cookies"] if e["name"] == "__Host-ostiary-session")
    assert session["expires"] > 0
    assert (session["secure"], session["httpOnly"], session["sameSite"]) == (True, True, "Lax")


def test_WA03_a_passkey_registers_signs_in_and_its_copy_does_not(at: Live) -> None:
    at.served.policy("enabled")
    answer = browse(at, "sign-in-passkey.mjs")
    assert answer["registered"]["code"]
    assert answer["used"]["code"]
    assert answer["cloned"].startswith(f"{at.address}/login/")
    store = at.served.service.store
    assert [e.kind for e in store.methods.of_user(ASTRID) if e.kind == PASSKEY] == [PASSKEY]
    found = [each.document["riskEventType"] for each in store.risks.detections_of(ASTRID)]
    assert found == ["clonedPasskey"]


def test_a_sign_in_that_is_blocked_says_why_and_leads_back_to_the_app(at: Live) -> None:
    at.served.policy("enabled", PLACES)
    answer = browse(at, "sign-in-blocked.mjs")
    assert "Only from the office" in answer["shown"]
    assert "AADSTS53003" in answer["shown"]
    assert answer["told"]["error"] == "access_denied"


def test_DC04_another_device_and_then_ones_own_methods(at: Live) -> None:
    asking = device(at.served)
    seconds = at.served.clock.seconds()
    answer = browse(at, "sign-in-device.mjs", userCode=asking.body["user_code"], seconds=seconds)
    assert claims_of(asking.poll())["amr"] == ["pwd"]
    assert "Authenticator app" in answer["listed"]
    assert "10 left" in answer["listed"]
