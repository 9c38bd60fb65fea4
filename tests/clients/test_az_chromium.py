"""A person at a real browser, whom the Azure CLI sends to sign in: script, cookies, form_post."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
from typing import cast

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.clients.az import AzureCli
from tests.clients.serving import ROOT, Served
from tests.clients.tenant import FAR_AWAY, MFA, OFFICE
from tests.clients.test_az_conditional_access import refused, works

NODE = shutil.which("node")
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
SCRIPTS = ROOT / "tests" / "browser"

pytestmark = [
    pytest.mark.skipif(NODE is None, reason="node is not installed"),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (Debian: chromium)"),
    pytest.mark.skipif(
        not (SCRIPTS / "node_modules" / "playwright-core").is_dir(),
        reason="the browser tests' packages are not installed: make browser",
    ),
]


@pytest.fixture
def chromium(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the command that opens an address in Chromium."""
    monkeypatch.setenv("CHROMIUM", cast("str", CHROMIUM))
    return [cast("str", NODE), str(SCRIPTS / "client.mjs")]


def key_of(served: Served) -> str:
    """Give the hash of the server's public key, the one that this Chromium trusts."""
    shown = x509.load_pem_x509_certificate((served.data / "server.pem").read_bytes())
    public = shown.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(public).digest()).decode()


def test_a_person_signs_in_with_mfa(az: AzureCli, served: Served, chromium: list[str]) -> None:
    person = served.person()
    served.policy(MFA, "on")
    answers = person.answers(mfa=True)
    signed_in = az.login_through(chromium, answers, key=key_of(served))
    works(signed_in.said)
    assert signed_in.asked[-1] == "otp"
    works(az.run("group", "list"))


def test_who_is_blocked_goes_back_to_az(az: AzureCli, served: Served, chromium: list[str]) -> None:
    served.place(FAR_AWAY)
    served.policy(OFFICE, "on")
    answers = served.person().answers()
    refused(az.login_through(chromium, answers, key=key_of(served)).said, "AADSTS53003")
