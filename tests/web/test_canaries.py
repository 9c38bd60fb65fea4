"""RT01, AU04: no secret that was ever handed out or typed stands in the database or in a log."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from ostiary.directory.protocols import SYSTEM
from ostiary.serving.host import opened_store
from ostiary.signin.enrolment_links import make_link
from tests.web.browsing import VERIFIER, Browser
from tests.web.serving import ASTRID, PASSWORD, Served
from tests.web.test_enrolment import NEW, code_on, with_password

WRONG = "wrong horse battery staple"


def codes_on(page: str) -> list[str]:
    """Read the recovery codes of a page."""
    found = re.findall(r"[0-9A-Z]{6}(?:-[0-9A-Z]{6}){3}", page)
    return list(dict.fromkeys(found))


def used_secrets(served: Served) -> dict[str, str]:
    """Use the service in every way that hands out or takes a secret."""
    link = make_link(
        served.service.store, ASTRID, login_url="https://localhost:8443", by=SYSTEM
    ).address.reveal()
    enrolment = with_password(served, urlsplit(link).path)
    key = re.search(r'<bdi class="exact" dir="ltr">([A-Z2-7 ]+)</bdi>', enrolment.page.text)
    assert key is not None
    otp = code_on(enrolment)
    enrolment.fill(otp=otp)
    recovery = codes_on(enrolment.page.text)
    assert len(recovery) == 10
    served.by_password(word=WRONG)
    tokens = served.by_password(word=NEW).json()
    refreshed = served.refreshed(tokens["refresh_token"]).json()
    browser = Browser(served).open().fill(login="astrid@fjordvik.example").fill(passwd=NEW)
    redeemed = browser.redeem().json()
    served.as_daemon()
    return {
        "link": link.rpartition("/")[2],
        "seed": key[1].replace(" ", ""),
        "recovery code": recovery[0],
        "bare recovery code": recovery[0].replace("-", ""),
        "password": PASSWORD,
        "new password": NEW,
        "wrong password": WRONG,
        "code": browser.answer["code"],
        "verifier": VERIFIER,
        "client secret": served.daemon_secret,
        **{f"cookie {name}": value for name, value in served.http.cookies.items()},
        **{
            f"{kind} {number}": found[kind]
            for number, found in enumerate((tokens, refreshed, redeemed))
            for kind in ("access_token", "refresh_token", "id_token")
        },
    }


def test_RT01_no_secret_stands_in_the_database_or_in_a_log(
    served: Served, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secrets = used_secrets(served)
    assert len(secrets) >= 20
    # the test's own client logs what it asks
    ours = [each.getMessage() for each in caplog.records if not each.name.startswith("httpx")]
    files = {each.name: each.read_bytes() for each in tmp_path.iterdir() if each.name != "kek"}
    assert any(name.startswith("ostiary.sqlite") for name in files)
    found = [
        (what, name)
        for what, secret in secrets.items()
        for name, content in {**files, "log": "\n".join(ours).encode()}.items()
        if secret.encode() in content
    ]
    assert found == []


def test_AU04_audit_rows_say_who_when_what_and_no_secret(served: Served, tmp_path: Path) -> None:
    secrets = used_secrets(served)
    served.service.store.close()
    with opened_store(tmp_path, {}) as store:
        rows = [each.row for each in store.audit.newest(limit=1000)]
    assert len(rows) > 10
    for row in rows:
        assert row["actor"]["kind"] in {"user", "app", "host", "system"}
        assert {"seq", "at", "activity", "category", "target", "correlationId"} <= set(row)
    text = repr(rows)
    assert [what for what, secret in secrets.items() if secret in text] == []
