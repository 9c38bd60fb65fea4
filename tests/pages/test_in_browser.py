"""Every page in headless Chromium: accessibility, keyboard, policy, payloads, forms, passkeys.

`make browser` installs what drives it; without it, or without Chromium or node, these are skipped.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from webauthn import (
    base64url_to_bytes,
    verify_authentication_response,
    verify_registration_response,
)

from tests.pages.payloads import MARK, PAYLOADS
from tests.pages.samples import FORM, samples

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "tests" / "browser"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
NODE = shutil.which("node")

pytestmark = [
    pytest.mark.skipif(NODE is None, reason="node is not installed"),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (Debian: chromium)"),
    pytest.mark.skipif(
        not (SCRIPTS / "node_modules" / "playwright-core").is_dir(),
        reason="the browser tests' packages are not installed: make browser",
    ),
]


@pytest.fixture(scope="module")
def gallery() -> Iterator[str]:
    """Serve the gallery in a process of its own; give its address."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.pages.gallery"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.PIPE,
        text=True,
    ) as serving:
        assert serving.stdout is not None
        yield serving.stdout.readline().strip()
        serving.terminate()


def run(script: str, *arguments: str) -> dict[str, Any]:
    """Run one of the scripts and read what it prints."""
    answer = subprocess.run(  # noqa: S603  # our own scripts
        [cast("str", NODE), str(SCRIPTS / script), *arguments],
        env=os.environ | {"CHROMIUM": cast("str", CHROMIUM)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def test_CS10_axe_finds_nothing_and_nothing_foreign_is_loaded(gallery: str) -> None:
    answer = run("axe.mjs", gallery)
    assert answer["found"] == {}
    # light and dark, 320 and 1280 pixels, right to left; and the bad page, where it must find
    assert answer["pages"] == len(samples())
    assert answer["checked"] == 5 * len(samples()) + 1
    assert any(each.startswith("html-has-lang: ") for each in answer["control"])


def test_the_keyboard_reaches_everything_in_reading_order(gallery: str) -> None:
    answer = run("keyboard.mjs", gallery)
    assert answer["found"] == {}
    assert answer["reached"] > len(samples())


def test_CS05_no_payload_runs_on_any_page(gallery: str) -> None:
    answer = run("payloads.mjs", gallery, MARK)
    assert answer["found"] == {}
    assert answer["visited"] == 3 * len(PAYLOADS) + len(samples()) * len(PAYLOADS) // 8 + 1
    assert "marked" in answer["control"]


@pytest.fixture(scope="module")
def forms(gallery: str) -> dict[str, Any]:
    """Give what every form sent."""
    return run("forms.mjs", gallery)


def test_every_form_works_by_plain_post_without_script(forms: dict[str, Any]) -> None:
    carried = [list(pair) for pair in FORM.hidden]
    for name, sent in forms["posted"].items():
        if not name.startswith(("form-post", "blocked", "error-return")):
            assert sent["fields"][: len(carried)] == carried, name


def test_CS09_the_answer_reaches_the_app_with_script_and_without(forms: dict[str, Any]) -> None:
    answer = [
        ["code", "0.AX"],
        ["submit", "x"],
        ["error", "access_denied"],
        ["state", 'a"b&c<d>'],
    ]
    assert forms["handedOver"]["fields"] == answer
    assert forms["posted"]["form-post"]["fields"] == answer
    assert forms["posted"]["blocked"]["fields"] == answer[2:]


def test_CS01_a_browser_names_the_site_of_a_form_but_not_its_origin(forms: dict[str, Any]) -> None:
    # Referrer-Policy: no-referrer makes the origin of a form "null" (Fetch, 3.2), so that the
    # check against forged forms rests on Sec-Fetch-Site and the token.
    sent = forms["posted"]["password"]
    assert (sent["origin"], sent["site"]) == ("null", "same-origin")


def test_CS03_a_redirect_that_answers_a_form_needs_its_origin_in_the_policy(
    forms: dict[str, Any],
) -> None:
    assert forms["redirects"] == {
        "allowed": "went",
        "notAllowed": "stayed",
        "allowedIPv6": "went",
    }


def test_CS03_the_policy_evaluator_finds_nothing_grave(forms: dict[str, Any]) -> None:
    # csp_evaluator: 10 is high, 20 a syntax error, 30 medium, 40 high maybe, 60 information
    found = {
        (each["directive"], each["description"])
        for findings in forms["policies"].values()
        for each in findings
        if each["severity"] < 60
    }
    # the app of the gallery is a native one: plain http on a loopback address (RFC 8252, 7.3)
    assert found <= {("form-action", "Allow only resources downloaded over HTTPS.")}


def test_a_passkey_is_created_and_used_and_the_library_verifies_both(gallery: str) -> None:
    answer = run("passkeys.mjs", gallery)
    challenge = base64url_to_bytes("c2FtcGxlIGNoYWxsZW5nZSBvZiB0aGUgZ2FsbGVyeQ")
    created = dict(answer["created"]["fields"])
    registered = verify_registration_response(
        credential=created["passkey"],
        expected_challenge=challenge,
        expected_rp_id="localhost",
        expected_origin=gallery,
        require_user_verification=True,
    )
    count = registered.sign_count
    for way in ("used", "offered"):  # by the button, and among the suggested names
        used = dict(answer[way]["fields"])
        verified = verify_authentication_response(
            credential=used["passkey"],
            expected_challenge=challenge,
            expected_rp_id="localhost",
            expected_origin=gallery,
            credential_public_key=registered.credential_public_key,
            credential_current_sign_count=count,
            require_user_verification=True,
        )
        assert verified.user_verified
        assert verified.new_sign_count > count
        count = verified.new_sign_count
        assert list(used.items())[: len(FORM.hidden)] == list(FORM.hidden)
    assert created["passkey_name"] == "Chrome on Linux"
    assert answer["refused"] == "The passkey was not used. Try again, or sign in another way."
