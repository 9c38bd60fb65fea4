"""The sign-in log is searched by the database as a filter says, and never without end."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from ostiary.directory import sign_in_lookup
from ostiary.directory.columns import microseconds
from ostiary.directory.database import Database
from ostiary.directory.migrating import migrate
from ostiary.directory.sign_in_conditions import conditions_of
from ostiary.directory.sign_in_events import (
    INTERACTIVE,
    MANAGED_IDENTITY,
    NON_INTERACTIVE,
    SERVICE_PRINCIPAL,
    SignInEvent,
    compact,
)
from ostiary.directory.sign_ins import Asked
from ostiary.directory.store import Store
from ostiary.schema.odata_filter import holds, read_filter
from tests.directory.stores import NOW, made

_PEOPLE = ("Astrid@fjordvik.example", "ask@fjordvik.example", "ÅSE@fjordvik.example", None)
_ADDRESSES = ("203.0.113.7", "203.0.113.70", "2001:DB8::1", None)
_TEXTS = (*filter(None, (*_PEOPLE, *_ADDRESSES)), "u1", "app", "as", "2", "Azure", "failure", "%_")
_TIMES = tuple(f"2026-11-22T{hour:02}:00:00Z" for hour in range(8, 12))
_MEMBERS = (
    *("userId", "servicePrincipalId", "userPrincipalName", "appId", "appDisplayName"),
    *("ipAddress", "correlationId", "conditionalAccessStatus"),
)


def _events() -> list[SignInEvent]:
    found: list[SignInEvent] = []
    for number in range(40):
        kind = (INTERACTIVE, NON_INTERACTIVE, SERVICE_PRINCIPAL, MANAGED_IDENTITY)[number % 4]
        person = number % 4 < 2
        name = _PEOPLE[number // 4 % 4]
        found.append(
            SignInEvent(
                id=f"id-{number}",
                created=NOW + timedelta(minutes=7 * (number % 11)),
                category=kind,
                error_code=(0, 0, 50126)[number % 3],
                ca_status=("success", "failure", "notApplied")[number % 3],
                user_id=f"u{number % 3}" if person else None,
                user_name=name if person else None,
                service_principal_id=None if person else f"u{number % 3}",
                service_principal_name=None if person else "Backup",
                client_app_id="app",
                client_app_name=("Azure Portal", None, "azure cli")[number % 3],
                ip=_ADDRESSES[number % 4],
                correlation_id=f"c{number % 5}",
            )
        )
    return found


def _one_of(*words: str) -> st.SearchStrategy[str]:
    return st.sampled_from(words)


_member, _text = _one_of(*_MEMBERS), _one_of(*_TEXTS)
_texts = st.builds("{} {} '{}'".format, _member, _one_of("eq", "ne"), _text)
_begins = st.builds("startswith({},'{}')".format, _member, _text)
_times = st.builds(
    "createdDateTime {} {}".format, _one_of("gt", "ge", "lt", "le"), _one_of(*_TIMES)
)
_others = st.sampled_from(
    (
        "status/errorCode eq 0",
        "status/errorCode ne 0",
        "status/errorCode gt 50000",
        "isInteractive eq true",
        "isInteractive ne true",
        "signInEventTypes/any(t: t eq 'managedIdentity')",
        "signInEventTypes/any(t: t ne 'interactiveUser')",
        "userId in ('U1', 'u2')",
        "userPrincipalName eq null",
        "contains(appDisplayName,'azure')",
        "location/city eq 'Bergen'",
    )
)
_leaves = st.one_of(_texts, _begins, _times, _others)
_filters = st.recursive(
    _leaves,
    lambda inner: st.one_of(
        st.builds("not ({})".format, inner),
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
    ),
    max_leaves=5,
)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(_filters)
def test_the_database_finds_what_the_filter_holds_of(store: Store, written: str) -> None:
    """Conditions of the database and what is left of the filter say what the filter says."""
    if store.sign_ins.count() == 0:
        with store.transaction() as together:
            for each in _events():
                together.sign_ins.add(each)
    wanted = read_filter(written)
    conditions, rest = conditions_of(wanted)
    log = store.sign_ins
    latest = log.find(Asked(), limit=100)
    expected = [
        each.event.id
        for each, shown in zip(latest, log.as_graph(latest), strict=True)
        if holds(wanted, shown, fold=True)
    ]
    rows = log.find(Asked(conditions=conditions), limit=100)
    found = [
        each.event.id
        for each, shown in zip(rows, log.as_graph(rows), strict=True)
        if rest is None or holds(rest, shown, fold=True)
    ]
    assert found == expected


@pytest.mark.parametrize("few", [0, 5, 1_000])
def test_pages_lead_to_every_sign_in_once(
    store: Store, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    """Whichever way is searched, and however short the pages are."""
    monkeypatch.setattr(sign_in_lookup, "_FEW", few)
    monkeypatch.setattr(sign_in_lookup, "_MANY", few)
    monkeypatch.setattr(sign_in_lookup, "_WINDOW", 7)
    for each in _events():
        store.sign_ins.add(each)
    for written in (
        "status/errorCode ne 0",
        "ipAddress eq '203.0.113.7'",
        "startswith(ipAddress,'2')",
    ):
        wanted = read_filter(f"{written} and createdDateTime ge {_TIMES[0]}")
        conditions, rest = conditions_of(wanted)
        assert rest is None
        asked, before, found = Asked(conditions=conditions), None, list[str]()
        while True:
            part = store.sign_ins.page(asked, before=before, limit=2)
            found += [each.event.id for each in part.rows]
            before = part.further
            if before is None:
                break
        every = store.sign_ins.find(Asked())
        shown = store.sign_ins.as_graph(every)
        assert found == [each["id"] for each in shown if holds(wanted, each, fold=True)], written
        assert len(found) > 2, written


def test_the_search_looks_at_so_many_rows_and_goes_on_behind_them(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What no index leads to is looked for in a part of the log, and the next page goes on."""
    monkeypatch.setattr(sign_in_lookup, "_WINDOW", 10)
    for each in _events():
        event = replace(each, client_app_name="Odd" if each.id == "id-0" else "Usual")
        store.sign_ins.add(event)
    conditions, rest = conditions_of(read_filter("appDisplayName eq 'odd'"))
    assert rest is None
    part = store.sign_ins.page(Asked(conditions=conditions))
    assert part.rows == []
    assert part.further is not None
    found = store.sign_ins.find(Asked(conditions=conditions))
    assert [each.event.id for each in found] == ["id-0"]


def test_CC06_sign_ins_of_an_older_store_are_found(empty_place: str) -> None:
    database = Database(empty_place)
    migrate(database, "0011")
    insert = text(
        "INSERT INTO sign_ins (id, at, principal_id, app_id, error_code, row)"
        " VALUES (:id, :at, 'u1', 'app', 0, :row)"
    )
    rows = [
        {"id": each.id, "at": microseconds(each.created), "row": json.dumps(compact(each))}
        for each in _events()[:4]
    ]
    with database.writing() as connection:
        connection.execute(insert, rows)
    database.close()
    found = made(empty_place)
    log = found.store.sign_ins
    for wanted, count in {
        "ipAddress eq '2001:DB8::1'": 1,
        "signInEventTypes/any(t: t eq 'nonInteractiveUser')": 1,
        "conditionalAccessStatus eq 'notApplied'": 1,
        "startswith(userPrincipalName,'ASTRID')": 2,
    }.items():
        conditions, rest = conditions_of(read_filter(wanted))
        assert rest is None
        assert len(log.find(Asked(conditions=conditions))) == count, wanted
    found.store.close()
