"""What holds of every page of the admin center, asked of its own table of routes.

A route that is new is tested without being named here; where it needs an object, `examples.py` says
of which kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

import pytest

from ostiary.admin.signing_in import SESSION
from ostiary.admin.visit import csrf_of
from tests.admin.examples import Sample, missing, samples
from tests.admin.furnished import Furnished
from tests.admin.markup import Page
from tests.admin.pages import Admin
from tests.pages.payloads import PAYLOADS
from tests.web.serving import TENANT
from tests.web.test_every_page import digests

OWN = "https://localhost:8443"
SAME = {"Sec-Fetch-Site": "same-origin", "Origin": OWN}
PART = {"HX-Request": "true"}
KEPT = {"admin_sessions"}
"""What any request of a session may write: that it was there."""
HOSTILE = (
    *("..", ".", "%", "%00", "null", "undefined", "0", "-1", "1e309", "*", "'", "' or '1'='1"),
    *("a" * 3000, "c1) or (true", "ids;drop table users", "\u202e\u0000x", "😀", "a/b", "$count"),
    *PAYLOADS[:6],
)
"""Texts in the place of an id."""
KNOWN = ("search", "order", "state", "filter", "after", "user", "activity", "notice", "category")


def unchanging(tenant: Furnished) -> Mapping[str, str]:
    """Give a digest of all that a request could have changed."""
    found = digests(tenant.served)
    return {name: value for name, value in found.items() if name not in KEPT}


def csrf(person: Admin) -> str:
    """Give what the forms of a person's session carry."""
    return csrf_of(person.served.http.cookies[SESSION])


def asked(person: Admin, sample: Sample, **more: Any) -> Any:
    """Give the answer to one request of a person, as it comes."""
    headers = {"X-Forwarded-For": person.served.address, **more.pop("headers", SAME)}
    http = person.served.http
    return http.request(
        sample.method, sample.address, headers=headers, follow_redirects=False, **more
    )


def is_page(answer: Any) -> bool:
    """Tell a page from a file that is downloaded: that one brings its own style and policy."""
    headers = answer.headers
    page = headers.get("content-type", "").startswith("text/html")
    return page and not headers.get("content-disposition", "").startswith("attachment")


def test_every_route_has_an_example_that_the_tests_can_open(tenant: Furnished) -> None:
    assert not missing(tenant), "\n".join(missing(tenant))


def test_without_a_session_every_route_leads_to_the_sign_in(tenant: Furnished) -> None:
    nobody, wrong = tenant.browser(), list[str]()
    before = unchanging(tenant)
    for each in samples(tenant):
        answer = asked(nobody, each)
        target = str(answer.headers.get("location"))
        if answer.status_code != 303 or not target.startswith(f"/{TENANT}/oauth2/v2.0/authorize?"):
            wrong.append(f"{each}: {answer.status_code}")
        part = asked(nobody, each, headers={**SAME, **PART})
        if part.status_code != 200 or "session has ended" not in part.text:
            wrong.append(f"{each}, a part: {part.status_code}")
    assert wrong == []
    assert unchanging(tenant) == before


def test_CS01_no_route_takes_a_form_from_elsewhere(tenant: Furnished) -> None:
    person, other = tenant.person("global-administrator"), tenant.person("security-reader")
    own, wrong, before = csrf(person), list[str](), unchanging(tenant)
    tries: dict[str, dict[str, Any]] = {
        "nothing": {"data": {}},
        "a wrong value": {"data": {"csrf": "0" * 64}},
        "another session's": {"data": {"csrf": csrf(other)}},
        "the right one second": {"data": {"csrf": ["", own]}},
        "in the address alone": {"params": {"csrf": own}},
        "as JSON": {"json": {"csrf": own}},
        "as text": {
            "content": f"csrf={own}",
            "headers": {**SAME, "Content-Type": "text/plain"},
        },
        "from another origin": {
            "data": {"csrf": own},
            "headers": {**SAME, "Origin": "https://evil.example"},
        },
        "from no origin": {"data": {"csrf": own}, "headers": {**SAME, "Origin": "null"}},
        "from another site": {
            "data": {"csrf": own},
            "headers": {"Sec-Fetch-Site": "cross-site", "Origin": OWN},
        },
        "from a neighbour": {
            "data": {"csrf": own},
            "headers": {"Sec-Fetch-Site": "same-site", "Origin": OWN},
        },
        "too long": {"data": {"csrf": own, "x": "x" * 40_000_000}},
    }
    posts = [each for each in samples(tenant) if each.method != "GET"]
    for each in posts:
        for what, sent in tries.items():
            if what == "too long" and each is not posts[0]:
                continue
            answer = asked(person, each, **sent)
            if answer.status_code not in {403, 413} or "csrf" in answer.headers.get("location", ""):
                wrong.append(f"{each}, {what}: {answer.status_code}")
    assert wrong == []
    assert unchanging(tenant) == before


def test_CS02_reading_every_page_changes_nothing(tenant: Furnished) -> None:
    person, before = tenant.person("global-administrator"), unchanging(tenant)
    for each in samples(tenant, "GET"):
        asked(person, each)
        asked(person, each, headers={**SAME, **PART})
    assert unchanging(tenant) == before


def answers(tenant: Furnished) -> Iterator[tuple[str, Any]]:
    """Give every page and every part, and the pages that refuse."""
    administrator = tenant.person("global-administrator")
    for role in ("global-administrator", "security-reader", "nobody"):
        for each in samples(tenant, "GET"):
            yield f"{each} as {role}", asked(tenant.person(role), each)
    for each in samples(tenant, "GET"):
        yield f"{each}, a part", asked(administrator, each, headers={**SAME, **PART})
    for each in samples(tenant, "POST"):
        yield f"{each} of another", asked(administrator, each, data={})
    for path in ("/admin/no-such-page", "/admin/policies/none", "/admin/signed-in?code=x"):
        yield path, asked(administrator, Sample("GET", path, path))


def test_CS03_CS04_every_answer_has_its_headers(tenant: Furnished) -> None:
    wrong, pages = list[str](), 0
    for name, answer in answers(tenant):
        found = answer.headers
        policy = dict(
            each.strip().partition(" ")[::2]
            for each in found.get("content-security-policy", "").split(";")
        )
        if "no-store" not in found.get("cache-control", ""):
            wrong.append(f"{name}: may be kept")
        if answer.status_code >= 500:
            wrong.append(f"{name}: {answer.status_code}")
        if answer.status_code in {302, 303}:
            continue
        pages += 1
        expected = {
            "x-content-type-options": "nosniff",
            "x-frame-options": "DENY",
            "cross-origin-opener-policy": "same-origin",
            "cross-origin-resource-policy": "same-origin",
            "referrer-policy": "same-origin",
        }
        if not found.get("content-type", "").startswith("text/html; charset=utf-8"):
            download = found.get("content-disposition", "").startswith("attachment")
            if not download or found.get("x-content-type-options") != "nosniff":
                wrong.append(f"{name}: neither a page nor a download")
            continue
        wrong += [f"{name}: {key}" for key, value in expected.items() if found.get(key) != value]
        if (
            policy.get("default-src") != "'none'"
            or policy.get("script-src") != "'self'"
            or policy.get("style-src") != "'self'"
            or policy.get("frame-ancestors") != "'none'"
            or policy.get("base-uri") != "'none'"
            or "unsafe" in str(policy)
        ):
            wrong.append(f"{name}: {policy}")
    assert wrong == []
    assert pages > 20


def test_CS05_no_page_holds_what_would_run_and_everything_is_tied(tenant: Furnished) -> None:
    wrong = list[str]()
    for name, answer in answers(tenant):
        if is_page(answer):
            wrong += [f"{name}: {each}" for each in Page(answer.text).wrong]
    assert sorted(set(wrong)) == []


def test_no_part_of_a_page_is_a_whole_page(tenant: Furnished) -> None:
    """Templates named `*_part` do not bring the frame along."""
    person, wrong = tenant.person("global-administrator"), list[str]()
    for each in samples(tenant, "GET"):
        text = asked(person, each, headers={**SAME, **PART}).text
        if each.pattern.endswith(("-part", "/part", "/search")) and "<html" in text:
            wrong.append(str(each))
    assert wrong == []


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "X-NONE"])
def test_no_route_takes_another_method(tenant: Furnished, method: str) -> None:
    person, before = tenant.person("global-administrator"), unchanging(tenant)
    for each in samples(tenant):
        answer = asked(
            person, Sample(method, each.pattern, each.address), data={"csrf": csrf(person)}
        )
        assert answer.status_code in {404, 405}, (method, each)
    assert unchanging(tenant) == before


def test_texts_in_the_place_of_ids_find_nothing(tenant: Furnished) -> None:
    person, before, wrong = tenant.person("global-administrator"), unchanging(tenant), list[str]()
    for each in samples(tenant):
        for text in HOSTILE if "{" in each.pattern else ():
            address = "/admin" + re.sub(r"{\w+(?::\w+)?}", quote(text, safe=""), each.pattern)
            data = {"csrf": csrf(person)} if each.method == "POST" else None
            answer = asked(person, Sample(each.method, each.pattern, address), data=data)
            if answer.status_code >= 500 or (len(text) > 9 and "<" in text and text in answer.text):
                wrong.append(f"{each} with {text[:30]!r}: {answer.status_code}")
    assert wrong == []
    assert unchanging(tenant) == before


def test_CS05_what_an_address_asks_for_is_only_text(tenant: Furnished) -> None:
    """Every name that a page's own forms and links use, and the usual ones, with hostile values."""
    person, wrong = tenant.person("global-administrator"), list[str]()
    for each in samples(tenant, "GET"):
        page = asked(person, each).text
        names = {*KNOWN, *re.findall(r'name="([\w.-]+)"', page), *re.findall(r"[?&;](\w+)=", page)}
        for text in (*PAYLOADS[:4], PAYLOADS[5], "\u202e'\"`${{x}}", "9" * 400, "\u0000"):
            answer = asked(person, each, params=dict.fromkeys(names, text))
            if answer.status_code >= 500 or ("<" in text and text in answer.text):
                wrong.append(f"{each} with {text[:30]!r}: {answer.status_code}")
            if is_page(answer):
                wrong += [f"{each} with {text[:30]!r}: {w}" for w in Page(answer.text).wrong]
    assert wrong == []
