"""Forward authentication: who passes, as whom, and what ends it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ostiary.directory.protocols import SYSTEM
from ostiary.web.forward_hosts import BROWSER, SESSION
from tests.web.forwarding import FILES, FILES_APP, MANNERS, WIKI_APP, Surfer, policy, register
from tests.web.serving import ASTRID, ELSEWHERE, HQ, OFFICE, Served

A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def host(served: Served) -> Served:
    """A tenant with a wiki behind a proxy."""
    register(served)
    return served


@pytest.mark.parametrize("manner", MANNERS)
def test_a_browser_signs_in_and_comes_back_to_the_page_that_it_wanted(
    host: Served, manner: str
) -> None:
    surfer = Surfer(host, manner)
    answer = surfer.signs_in("/a/page?x=1&y=%20")
    assert answer.status_code == 200
    assert answer.headers["remote-user"] == "astrid@fjordvik.example"
    assert answer.headers["remote-name"] == "Astrid Moe"
    assert answer.headers["remote-user-id"] == ASTRID
    assert answer.headers["cache-control"] == "no-store"
    assert surfer.asks("/other", "POST").status_code == 200
    (row,) = [each for each in [host.logged()] if each["resourceId"] == WIKI_APP]
    assert (row["userId"], row["status"]["errorCode"]) == (ASTRID, 0)


def test_groups_and_names_are_told_and_every_header_is_always_there(host: Served) -> None:
    store = host.service.store
    store.users.modify(ASTRID, {"displayName": "Ase\r\nRemote-Groups: x", "mail": ""}, by=SYSTEM)
    for name, members in (("inner", [ASTRID]), ("outer", ["inner"])):
        store.groups.create({"id": name, "displayName": name}, by=SYSTEM)
        for member in members:
            store.groups.add_member(name, member, by=SYSTEM)
    answer = Surfer(host).signs_in()
    assert answer.headers["remote-groups"] == "inner,outer"
    assert answer.headers["remote-name"] == "AseRemote-Groups: x"
    assert answer.headers["remote-email"] == ""


def test_the_cookie_is_the_hosts_alone(host: Served) -> None:
    surfer = Surfer(host)
    surfer.at_login.visit(surfer.sent_to().removeprefix("https://localhost:8443"))
    surfer.at_login.fill(login="astrid@fjordvik.example")
    surfer.at_login.fill(passwd="correct horse battery staple")  # noqa: S106  # a test's
    path = surfer.at_login.address.removeprefix("https://wiki.example")
    (written,) = surfer.asks(path).headers.get_list("set-cookie")
    assert written.startswith(f"{SESSION}=")
    for member in ("Secure", "HttpOnly", "Path=/", "SameSite=lax"):
        assert member in written
    assert "Domain" not in written
    assert "Max-Age" not in written


def test_one_host_is_not_another(host: Served) -> None:
    register(host, FILES, FILES_APP)
    surfer = Surfer(host)
    assert surfer.signs_in().status_code == 200
    elsewhere = Surfer(host, origin=FILES, cookies=dict(surfer.cookies))
    assert elsewhere.asks().status_code == 401
    elsewhere.at_login = surfer.at_login
    elsewhere.at_login.visit(elsewhere.sent_to().removeprefix("https://localhost:8443"))
    assert elsewhere.comes_back().status_code == 200, "one session signs in to both"


def test_a_policy_for_the_application_of_the_host_asks_for_more(host: Served) -> None:
    host.enrol()
    surfer = Surfer(host)
    assert surfer.signs_in().status_code == 200
    added = policy(host, "mfa")
    assert surfer.asks().status_code == 403, "just signed in: no circles"
    host.clock.move(A_MINUTE)
    surfer.at_login.visit(surfer.sent_to().removeprefix("https://localhost:8443"))
    surfer.at_login.fill(otp=host.otp())
    assert surfer.comes_back().status_code == 200
    host.policy("disabled", added)
    assert surfer.asks().status_code == 200


@pytest.mark.parametrize("manner", MANNERS)
def test_a_changed_policy_counts_at_the_next_request(host: Served, manner: str) -> None:
    surfer = Surfer(host, manner)
    assert surfer.signs_in().status_code == 200
    host.clock.move(A_MINUTE)
    outside = {"includeLocations": ["All"], "excludeLocations": [HQ]}
    policy(host, "block", locations=outside)
    assert surfer.asks().status_code == 200
    host.address = ELSEWHERE
    assert surfer.asks("/api", "POST").status_code == 403
    surfer.at_login.visit(surfer.sent_to().removeprefix("https://localhost:8443"))
    assert "Protect the wiki" in surfer.at_login.page.text
    assert host.logged()["status"]["errorCode"] == 53003
    host.address = OFFICE
    assert surfer.asks().status_code == 200


def test_whoever_is_blocked_never_gets_in(host: Served) -> None:
    policy(host, "block")
    surfer = Surfer(host)
    surfer.at_login.visit(surfer.sent_to().removeprefix("https://localhost:8443"))
    surfer.at_login.fill(login="astrid@fjordvik.example")
    surfer.at_login.fill(passwd="correct horse battery staple")  # noqa: S106  # a test's
    assert "Protect the wiki" in surfer.at_login.page.text
    assert SESSION not in surfer.cookies


def _end_session(host: Served, surfer: Surfer) -> None:
    surfer.at_login.visit("/5a1f9a40-0000-4000-8000-000000000000/oauth2/v2.0/logout")
    surfer.at_login.fill()


def _disable(host: Served, surfer: Surfer) -> None:
    host.service.store.users.modify(ASTRID, {"accountEnabled": False}, by=SYSTEM)


def _revoke(host: Served, surfer: Surfer) -> None:
    host.service.store.users.revoke_sessions(ASTRID, by=SYSTEM)


def _delete(host: Served, surfer: Surfer) -> None:
    host.service.store.users.delete(ASTRID, by=SYSTEM)


def _sign_out_at_host(host: Served, surfer: Surfer) -> None:
    kept = dict(surfer.cookies)
    answer = surfer.asks("/.ostiary/sign-out")
    assert answer.headers["location"].endswith("/oauth2/v2.0/logout")
    assert SESSION not in surfer.cookies
    surfer.cookies = kept


def _disable_principal(host: Served, surfer: Surfer) -> None:
    store = host.service.store
    principal = store.principals.by_app_id(WIKI_APP)
    assert principal is not None
    store.principals.modify(principal.id, {"accountEnabled": False}, by=SYSTEM)


def _remove_application(host: Served, surfer: Surfer) -> None:
    store = host.service.store
    found = store.applications.by_app_id(WIKI_APP)
    assert found is not None
    store.applications.delete(found.id, by=SYSTEM)


@pytest.mark.parametrize(
    "end",
    [
        _end_session,
        _disable,
        _revoke,
        _delete,
        _sign_out_at_host,
        _disable_principal,
        _remove_application,
    ],
)
def test_what_ends_a_sign_in_ends_it_at_the_next_request(host: Served, end: Any) -> None:
    surfer = Surfer(host)
    assert surfer.signs_in().status_code == 200
    host.clock.move(A_MINUTE)
    end(host, surfer)
    assert surfer.asks().status_code in {401, 403}


def test_a_script_is_told_and_not_redirected(host: Served) -> None:
    surfer = Surfer(host, "traefik")
    for headers in ({"Sec-Fetch-Mode": "cors"}, {"Sec-Fetch-Mode": "", "Accept": "*/*"}):
        answer = surfer.asks(**headers)
        assert (answer.status_code, "location" in answer.headers) == (401, False)
    answer = surfer.asks("/", "POST")
    assert (answer.status_code, "location" in answer.headers) == (401, False)
    assert BROWSER not in surfer.cookies


def test_who_has_to_be_assigned_to_the_application_and_is_not_stays_out(host: Served) -> None:
    store = host.service.store
    principal = store.principals.by_app_id(WIKI_APP)
    application = store.applications.by_app_id(WIKI_APP)
    assert principal is not None
    assert application is not None
    role = {"id": "5a1f9a40-0000-4000-8000-0000000000aa", "value": "Editor", "isEnabled": True}
    allowed = {"allowedMemberTypes": ["User"], "displayName": "Editor"}
    store.applications.modify(application.id, {"appRoles": [{**role, **allowed}]}, by=SYSTEM)
    members = {"appRoles": [{**role, **allowed}], "appRoleAssignmentRequired": True}
    surfer = Surfer(host)
    assert surfer.signs_in().status_code == 200
    host.clock.move(A_MINUTE)
    store.principals.modify(principal.id, members, by=SYSTEM)
    assert surfer.asks("/", "POST").status_code == 403
    surfer.at_login.visit(surfer.sent_to().removeprefix("https://localhost:8443"))
    assert "AADSTS50105" in surfer.at_login.page.text
    assert host.logged()["status"]["errorCode"] == 50105
    assigned = {"principalId": ASTRID, "resourceId": principal.id, "appRoleId": role["id"]}
    store.app_roles.create(assigned, by=SYSTEM)
    answer = surfer.asks()
    assert (answer.status_code, answer.headers["remote-roles"]) == (200, "Editor")
