"""Every page of the table of routes in headless Chromium, with hostile names in every field."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ostiary.admin.signing_in import SESSION
from tests.admin.examples import samples
from tests.admin.furnished import Furnished, furnish
from tests.admin.hostile import many_at_once
from tests.admin.test_every_admin_page import asked
from tests.pages.payloads import MARK
from tests.pages.test_in_browser import pytestmark as needs_a_browser
from tests.pages.test_in_browser import run
from tests.web.live import live

pytestmark = needs_a_browser


def is_page(answer: Any) -> bool:
    """Tell whether an answer is a page: not a part of one, nor a file to be saved."""
    saved = "attachment" in answer.headers.get("content-disposition", "")
    return not saved and answer.text.startswith("<!doctype html>")


def test_CS05_CS10_every_page_is_inert_accessible_narrow_and_by_keyboard(tmp_path: Path) -> None:
    with live(tmp_path) as at:
        tenant = Furnished(at.served, furnish(at.served, many_at_once()))
        person = tenant.person("global-administrator")
        cookie = person.served.http.cookies[SESSION]
        pages = [each.address for each in samples(tenant, "GET") if is_page(asked(person, each))]
        given = {
            "base": at.address,
            "key": at.key_hash,
            "cookie": {"name": SESSION, "value": cookie},
            "pages": pages,
            "mark": MARK,
        }
        file = tmp_path / "asked.json"
        file.write_text(json.dumps(given), encoding="utf-8")
        answer = run("admin-pages.mjs", str(file))
    assert answer["found"] == {}, json.dumps(answer["found"], indent=1, ensure_ascii=False)
    assert answer["checked"] == len(pages) + 1
    assert answer["reached"] > 10 * len(pages)
    for each in (
        "marked",
        "moves: ",
        "wider than ",
        "Tab ",
        "the focus does not show",
        "1280 light: ",
    ):
        assert any(told.startswith(each) for told in answer["control"]), each
