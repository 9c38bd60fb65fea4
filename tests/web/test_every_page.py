"""CS01, CS02, CS04, CS05: generated from the steps and the routes that there are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import select

from ostiary.directory.columns import METADATA
from ostiary.directory.protocols import SYSTEM
from ostiary.directory.sign_ins import Asked
from ostiary.directory.tables_logs import sign_ins
from ostiary.web.app import sign_in_routes
from ostiary.web.steps import STEPS
from tests.pages.payloads import PAYLOADS
from tests.web.browsing import Browser
from tests.web.serving import ASTRID, TENANT, Served

_TELLING = [each for each in PAYLOADS if set(each) & set("<>\"'&") and "\0" not in each]
"""Those that must not come back as they are, and that a name can hold."""
BEGUN = {"interactions"}
"""What a request to sign in may write: that it was made, for this browser alone."""


def routes(served: Served, method: str) -> Iterator[str]:
    """Give the path of every route that takes a method."""
    for each in sign_in_routes(served.service):
        if method in (each.methods or ()):
            yield each.path


def filled(path: str, name: str) -> str:
    """Fill in the parts of a path."""
    values = {"tenant": TENANT, "name": name, "link": "x" * 43, "user": "astrid@fjordvik.example"}
    for part, value in values.items():
        path = path.replace(f"{{{part}}}", value)
    return path


def digests(served: Served) -> dict[str, str]:
    """Give a digest of every table, but for sign-ins under way and the log of refusals."""
    with served.service.store.unit.reading() as connection:
        return {
            table.name: sha256(repr(sorted(map(repr, connection.execute(select(table))))).encode())
            .digest()
            .hex()
            for table in METADATA.sorted_tables
            if table.name not in BEGUN and table is not sign_ins
        }


@pytest.mark.parametrize("step", STEPS, ids=lambda each: each.name)
def test_CS01_no_step_takes_a_form_from_elsewhere(served: Served, step: object) -> None:
    browser = Browser(served).open()
    action, hidden = browser.form()
    path = action.rpartition("/")[0] + f"/{getattr(step, 'name', '')}"
    post = served.http.post
    assert post(path, data={}).status_code == 403
    for headers in (
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "null"},
    ):
        assert post(path, data=hidden, headers=headers).status_code == 403
    plain = {"Content-Type": "text/plain"}
    assert post(path, content=f"csrf={hidden['csrf']}", headers=plain).status_code == 403


def test_CS02_reading_every_page_changes_nothing(served: Served) -> None:
    Browser(served).signed_in().redeem()  # makes the first signing key
    served.clock.move(timedelta(seconds=1))
    name = Browser(served).open(prompt="login").form()[0].split("/")[2]
    paths = [filled(each, name) for each in routes(served, "GET")]
    assert len(paths) > 15
    before, rows = digests(served), served.rows()
    for path in paths:
        served.http.get(path, follow_redirects=False)
        served.http.head(path, follow_redirects=False)
    assert digests(served) == before
    log = served.service.store.sign_ins
    added = log.as_graph(log.find(Asked(), limit=served.rows() - rows))
    assert {each["status"]["errorCode"] for each in added} == {900144}  # without a client_id


def test_CS05_what_a_person_is_called_is_only_text(served: Served) -> None:
    browser = Browser(served).visit("/account/methods").fill(login="astrid@fjordvik.example")
    browser.fill(passwd="correct horse battery staple")  # noqa: S106  # a test's
    for payload in _TELLING:
        served.service.store.users.modify(ASTRID, {"displayName": payload}, by=SYSTEM)
        page = browser.visit("/account/methods").page.text
        assert "Security info" in page
        assert payload not in page


def test_CS05_what_is_typed_is_only_text(served: Served) -> None:
    for payload in _TELLING:
        page = Browser(served).open().fill(login=payload).page.text
        assert 'name="passwd"' in page
        assert payload not in page
