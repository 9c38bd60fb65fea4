"""RT01: of all that was handed out, nothing stands in the data folder in the clear."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from tests.web.browsing import Browser
from tests.web.device_flow import device
from tests.web.registered import web_app
from tests.web.serving import PASSWORD, Served


def test_RT01_no_secret_that_was_handed_out_is_kept_or_logged(
    served: Served, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    served.enrol()
    app = web_app(served)
    browser = app.signed_in()
    waiting = device(served)
    waiting.approve()
    answers = [app.redeem(browser), waiting.poll(), served.by_password(), served.as_daemon()]
    answers.append(served.refreshed(answers[1].json()["refresh_token"]))
    answers.append(app.on_behalf_of(app.called(), scope="https://management.azure.com/.default"))
    served.refreshed("x" * 70)
    Browser(served, answer=browser.answer).redeem()
    secrets = {PASSWORD, app.secret, served.daemon_secret, served.apps.popitem()[1]}
    secrets |= {browser.answer["code"], waiting.body["device_code"], waiting.body["user_code"]}
    secrets |= {each.value for each in served.http.cookies.jar}
    for answer in answers:
        body = answer.json()
        found = (body.get(name) for name in ("access_token", "id_token", "refresh_token"))
        secrets |= {token.rpartition(".")[2] for token in found if token}
    kept = b"".join(each.read_bytes() for each in tmp_path.rglob("*") if each.is_file())
    assert b"astrid@fjordvik.example" in kept
    assert len(secrets) > 15
    for secret in secrets:
        assert secret.encode() not in kept, "in the data folder"
        assert secret not in caplog.text, "in the log"
