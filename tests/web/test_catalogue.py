"""What is remembered of applications and people never outlives a change, in any process."""

from __future__ import annotations

from collections import Counter
from itertools import cycle
from typing import Any

from ostiary.directory.protocols import SYSTEM
from tests.web.browsing import Browser
from tests.web.parallel import responses_at_once
from tests.web.serving import ARM, ASTRID, AZ, DAEMON_APP, Served


def test_nothing_is_read_twice_between_changes(served: Served) -> None:
    catalogue = served.service.catalogue
    first = catalogue.known()
    assert catalogue.known() is first
    assert first.resources is first.resources
    served.service.store.users.modify(ASTRID, {"displayName": "Astrid"}, by=SYSTEM)
    assert catalogue.known() is not first
    assert catalogue.known().resources is first.resources


def test_another_application_is_a_resource_at_once(served: Served) -> None:
    store, catalogue = served.service.store, served.service.catalogue
    assert catalogue.known().resources.app_id("api://new") is None
    made = store.applications.create(
        {"displayName": "New", "identifierUris": ["api://new"]}, by=SYSTEM
    )
    assert catalogue.known().resources.app_id("api://new") == made.document["appId"]
    store.applications.delete(made.id, by=SYSTEM)
    assert catalogue.known().resources.app_id("api://new") is None


def test_SS04_a_disabled_user_is_refused_at_once_by_every_process(
    pair: tuple[Served, Served],
) -> None:
    one, two = pair
    tokens = [one.by_password().json()["refresh_token"] for _ in range(2)]
    used = two.refreshed(tokens[0])
    assert used.status_code == 200
    one.service.store.users.modify(ASTRID, {"accountEnabled": False}, by=SYSTEM)
    for served, token in ((one, tokens[1]), (two, used.json()["refresh_token"])):
        assert served.refreshed(token).json()["error_codes"] == [50173]


def test_SS04_revoked_sessions_are_refused_at_once_by_every_process(
    pair: tuple[Served, Served],
) -> None:
    one, two = pair
    token = two.refreshed(one.by_password().json()["refresh_token"]).json()["refresh_token"]
    one.service.store.users.revoke_sessions(ASTRID, by=SYSTEM)
    assert two.refreshed(token).json()["error_codes"] == [50173]


def test_SS04_a_session_that_ended_at_one_server_signs_nobody_in_at_the_other(
    pair: tuple[Served, Served],
) -> None:
    one, two = pair
    Browser(one, stays=True).signed_in()
    two.http.cookies.update(one.http.cookies)
    assert "code" in Browser(two).open(prompt="none").answer
    one.service.store.users.revoke_sessions(ASTRID, by=SYSTEM)
    assert Browser(two).open(prompt="none").answer["error"] == "login_required"


def test_a_removed_secret_and_a_disabled_application_are_refused_at_once(
    pair: tuple[Served, Served],
) -> None:
    one, two = pair
    assert two.as_daemon().status_code == 200
    store = one.service.store
    principal = store.principals.by_app_id(DAEMON_APP)
    assert principal is not None
    store.principals.modify(principal.id, {"accountEnabled": False}, by=SYSTEM)
    assert two.as_daemon().json()["error_codes"] == [7000112]
    store.principals.modify(principal.id, {"accountEnabled": True}, by=SYSTEM)
    assert two.as_daemon().status_code == 200
    (secret,) = store.app_credentials.of_app(DAEMON_APP)
    store.app_credentials.remove(secret.id, by=SYSTEM)
    assert two.as_daemon().status_code == 401


def test_a_withdrawn_consent_counts_at_once(pair: tuple[Served, Served]) -> None:
    one, two = pair
    token = one.by_password().json()["refresh_token"]
    used = two.refreshed(token)
    assert used.status_code == 200
    store = one.service.store
    resource = store.applications.by_app_id(ARM)
    assert resource is not None
    api: dict[str, Any] = {**resource.document["api"], "preAuthorizedApplications": []}
    store.applications.modify(resource.id, {"api": api}, by=SYSTEM)
    refused = two.refreshed(used.json()["refresh_token"])
    assert refused.json()["error_codes"] == [65001]
    assert AZ in refused.json()["error_description"]


def test_RT02_of_40_refreshes_at_two_servers_comes_one_generation(
    pair: tuple[Served, Served],
) -> None:
    token = pair[0].by_password().json()["refresh_token"]
    turns = cycle(pair)
    answers = responses_at_once(40, lambda: next(turns).refreshed(token))
    assert Counter(each.status_code for each in answers) == {200: 40}
    assert len({each.json()["refresh_token"] for each in answers}) == 1


def test_a_code_of_one_server_is_redeemed_at_the_other_once(pair: tuple[Served, Served]) -> None:
    one, two = pair
    browser = Browser(one).signed_in()
    code = browser.answer["code"]
    other = Browser(two, answer={"code": code})
    assert other.redeem().status_code == 200
    assert browser.redeem().json()["error_codes"] == [54005]


def test_a_session_of_one_server_is_known_to_the_other(pair: tuple[Served, Served]) -> None:
    one, two = pair
    Browser(one, stays=True).signed_in()
    two.http.cookies.update(one.http.cookies)
    silent = Browser(two).open(prompt="none")
    assert silent.redeem().status_code == 200


def test_a_policy_that_one_server_switches_on_is_in_force_at_the_other_within_a_second(
    pair: tuple[Served, Served],
) -> None:
    one, two = pair
    token = two.refreshed(one.by_password().json()["refresh_token"]).json()["refresh_token"]
    one.policy("enabled")
    assert two.refreshed(token).json()["error_codes"] == [50079]
    one.policy("disabled")
    assert two.refreshed(token).status_code == 200
