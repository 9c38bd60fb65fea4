"""Who sees what and who can change what, asked of the admin center's own table of routes.

Graph decides; these tests see to it that no page shows what cannot be done, and that no address
does what its page does not show.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from ostiary.admin.allowed import may
from ostiary.admin.host import PREFIX
from ostiary.admin.pages import PAGES
from tests.admin.examples import ASKING, NOT_FOR_READERS, Sample, samples
from tests.admin.furnished import ROLES, Furnished
from tests.admin.markup import Page
from tests.admin.pages import FormReader
from tests.admin.test_every_admin_page import SAME, asked, csrf, unchanging

READERS = ("security-reader", "global-reader")
NEEDS = {(each.method, each.path): each.needs for page in PAGES for each in page.ROUTES}


def expected(role: str, sample: Sample) -> int:
    """Give the status of a page: refused where it is for a change that the role may not make."""
    needs = NEEDS.get((sample.method, sample.pattern))
    return 200 if needs is None or may(frozenset({ROLES[role]}), *needs) else 403


@pytest.mark.parametrize("role", [*READERS, "global-administrator"])
def test_readers_and_global_administrators_open_every_page(tenant: Furnished, role: str) -> None:
    wrong = list[str]()
    for each in samples(tenant, "GET"):
        answer = asked(tenant.person(role), each)
        if answer.status_code in {302, 303} or (role, each.pattern) in NOT_FOR_READERS:
            continue
        if answer.status_code != expected(role, each):
            wrong.append(f"{each}: {answer.status_code}, expected {expected(role, each)}")
    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_a_page_opens_or_says_why_not(tenant: Furnished, role: str) -> None:
    wrong = list[str]()
    for each in samples(tenant, "GET"):
        answer = asked(tenant.person(role), each)
        refused = answer.status_code == 403 and 'role="alert"' in answer.text
        if answer.status_code not in {200, 302, 303} and not refused:
            wrong.append(f"{each}: {answer.status_code}")
    assert wrong == []


def sends(html: str) -> set[str]:
    """Give where the forms and parts of a page post to."""
    page = Page(html)
    found = {form.get("action", "") for form, _ in page.forms if form.get("method") == "post"}
    for _, attributes in page.elements:
        found |= {attributes[name] for name in ("hx-post", "formaction") if name in attributes}
    return {each.partition("?")[0] for each in found}


@pytest.mark.parametrize("role", [*READERS, "reports-reader", "nobody"])
def test_no_page_of_a_reader_has_a_form_that_changes_anything(tenant: Furnished, role: str) -> None:
    allowed = {each.address for each in samples(tenant, "POST") if each.pattern in ASKING}
    wrong = list[str]()
    for each in samples(tenant, "GET"):
        for action in sends(asked(tenant.person(role), each).text) - allowed:
            wrong.append(
                f"{each} shows a form to {action}: hide it by `may(…)`, or where it only asks, add "
                "its path to ASKING in tests/admin/examples.py"
            )
    assert wrong == []


@pytest.mark.parametrize("role", [*READERS, "reports-reader", "nobody"])
def test_no_page_of_a_reader_leads_to_what_he_may_not_open(tenant: Furnished, role: str) -> None:
    closed = {each.address for each in samples(tenant, "GET") if expected(role, each) == 403}
    wrong = list[str]()
    for each in samples(tenant, "GET"):
        for tag, found in Page(asked(tenant.person(role), each).text).elements:
            if tag == "a" and found.get("href", "").partition("?")[0] in closed:
                wrong.append(f"{each} links to {found['href']}: show it by `may(…)` only")
    assert wrong == []


@pytest.fixture(scope="session")
def forms(tenant: Furnished) -> Mapping[str, dict[str, list[str]]]:
    """Give every form that an administrator is shown, as it is filled in, by its action."""
    person, found = tenant.person("global-administrator"), dict[str, dict[str, list[str]]]()
    for each in samples(tenant, "GET"):
        text = asked(person, each).text
        for action in sends(text):
            reader = FormReader(action)
            reader.feed(text)
            if reader.fields:
                found.setdefault(action, reader.fields)
    return found


@pytest.mark.parametrize("role", [*READERS, "reports-reader", "nobody"])
def test_no_post_of_a_reader_changes_anything(
    tenant: Furnished, role: str, forms: Mapping[str, dict[str, list[str]]]
) -> None:
    person, before, wrong = tenant.person(role), unchanging(tenant), list[str]()
    for each in samples(tenant, "POST"):
        if each.pattern == "/sign-out":
            continue
        data: dict[str, Any] = {**forms.get(each.address, {}), "csrf": csrf(person)}
        answer = asked(person, each, data=data, headers=SAME)
        if each.pattern not in ASKING and answer.status_code not in {400, 403, 404}:
            target = answer.headers.get("location", "")
            wrong.append(f"{each}: {answer.status_code} {target}; if it only asks: ASKING")
        now = unchanging(tenant)
        if now != before:
            changed = sorted(name for name in now if now[name] != before.get(name))
            wrong.append(f"{each} changed {', '.join(changed)}")
            before = now
    assert wrong == []


def test_forms_are_found_where_they_are(
    tenant: Furnished, forms: Mapping[str, dict[str, list[str]]]
) -> None:
    """The tests above say something only where an administrator has forms to send."""
    policy = f"{PREFIX}/policies/{tenant.ids['policies']}"
    assert {f"{policy}/state", f"{PREFIX}/policies/new", f"{PREFIX}/what-if"} <= forms.keys()
    assert forms[f"{policy}/state"]["etag"] != [""]
