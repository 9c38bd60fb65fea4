"""The logs at the admin center: every way to search, columns, files, hostile texts."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from io import StringIO
from typing import Any
from urllib.parse import urlencode

import pytest

from ostiary.admin import log_export
from ostiary.admin.log_export import cell
from ostiary.directory.sign_in_events import MANAGED_IDENTITY, NON_INTERACTIVE, SignInEvent
from ostiary.graph.permissions import GLOBAL_READER, REPORTS_READER, SECURITY_READER
from tests.admin.pages import Admin, with_role
from tests.directory.test_sign_ins import EVENT
from tests.pages.payloads import PAYLOADS
from tests.web.serving import ASTRID, DAEMON, DAEMON_APP

OTHER = "5a1f9a40-0000-4000-8000-00000000aaaa"


@pytest.fixture
def reader(admin: Admin) -> Admin:
    """A Security Reader, signed in, and a log of four kinds."""
    with_role(admin.served, SECURITY_READER)
    admin.sign_in(path="/admin/")
    now = admin.served.clock.now()
    event = replace(
        EVENT, created=now, user_id=ASTRID, correlation_id=OTHER, client_app_name="Ferry"
    )
    log = admin.served.service.store.sign_ins
    log.add(event)
    log.add(replace(event, id=_id(2), category=NON_INTERACTIVE, error_code=0, ca_status="success"))
    log.add(replace(event, id=_id(3), ip="2001:db8::7", client_app_name="=HYPERLINK(1)"))
    workload: dict[str, Any] = {
        "service_principal_id": DAEMON,
        "service_principal_name": "Backup",
        "client_app_id": DAEMON_APP,
        "client_app_name": "Backup",
        "ip": "198.51.100.1",
    }
    log.add(SignInEvent(id=_id(4), created=now, category=MANAGED_IDENTITY, **workload))
    return admin


def _id(number: int) -> str:
    return f"5a1f9a40-0000-4000-8000-00000000ee{number:02}"


def found(admin: Admin, query: str) -> set[str]:
    """Give which of the four the list shows."""
    admin.open(f"/admin/sign-ins?{query}")
    assert admin.status == 200, admin.text
    return {each for each in (EVENT.id, *map(_id, (2, 3, 4))) if f"/sign-ins/{each}" in admin.text}


def test_sign_ins_are_found_by_each_field(reader: Admin) -> None:
    one, two, three, four = EVENT.id, _id(2), _id(3), _id(4)
    for query, expected in {
        "": {one, two, three, four},
        "kind=managedIdentity": {four},
        "kind=nonInteractiveUser&status=success": {two},
        "user=Astrid": {one, two, three},
        f"user={ASTRID}": {one, two, three},
        "user=backup": {four},
        "user=nobody": set[str](),
        f"app={DAEMON_APP}": {four},
        "app=backup": {four},
        "app=ferry": {one, two},
        "address=2001:db8": {three},
        f"id={OTHER}": {one, two, three},
        f"id={four}": {four},
        "status=failure": {one, three},
        "status=AADSTS50076": {one, three},
        "ca=success": {two},
        "since=2026-11-22&until=2026-11-22&app=backup": {four},
        "until=2020-01-01": set[str](),
        "user=Astrid&status=failure&address=203": {one},
    }.items():
        assert found(reader, query) == expected, query


def test_columns_are_chosen_in_the_address(reader: Admin) -> None:
    reader.open("/admin/sign-ins?column=date&column=correlation&column=kind")
    assert OTHER in reader.text
    assert "managedIdentity" in reader.text
    assert ">IP address</th>" not in reader.text
    reader.open("/admin/sign-ins?column=nothing")
    assert ">IP address</th>" in reader.text


WRONG = (
    "status=yes",
    "since=yesterday",
    "until=9999-12-31",
    "user=" + "x" * 9000,
    "after=nonsense",
    "id=%00",
    "since=2026-13-45",
)


def test_what_cannot_be_searched_for_is_told_and_kept(reader: Admin) -> None:
    for path in ("sign-ins", "sign-ins/export", "audit-log", "audit-log/export"):
        for query in WRONG:
            reader.open(f"/admin/{path}?{query}")
            assert reader.status in {200, 400}, (path, query)
            if reader.status == 400:
                assert 'role="alert"' in reader.text
    reader.open("/admin/sign-ins?status=yes")
    assert 'value="yes"' in reader.text
    assert "error code" in reader.refusal


def test_hostile_text_finds_nothing_and_is_inert(reader: Admin) -> None:
    for payload in (*PAYLOADS[:5], "' or 1 eq 1 or id eq '", "a') or (true"):
        for path, field in (("sign-ins", "user"), ("sign-ins", "address"), ("audit-log", "who")):
            reader.open(f"/admin/{path}?{urlencode({field: payload})}")
            assert reader.status in {200, 400}
            assert "<script>window" not in reader.text
            assert "<img src=x" not in reader.text
            assert "Nothing was found." in reader.text or reader.status == 400


def test_CS06_a_file_of_sign_ins_holds_no_formula(reader: Admin) -> None:
    reader.open("/admin/sign-ins/export?user=Astrid")
    headers = reader.browser.page.headers
    assert headers["content-type"].startswith("text/csv")
    assert headers["content-disposition"] == 'attachment; filename="sign-ins.csv"'
    assert headers["cache-control"] == "no-store"
    rows = list(csv.DictReader(StringIO(reader.text.removeprefix("\ufeff"))))
    own = {row["Request ID"]: row for row in rows}
    assert own[_id(3)]["Application"] == "'=HYPERLINK(1)"
    assert own[_id(2)]["Status"] == "0"
    assert _id(4) not in own


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1", "\uff1d1"])
def test_CS06_a_cell_never_begins_as_a_formula(text: str) -> None:
    assert cell(text) == f"'{text}"
    assert cell(f"a{text}") == f"a{text}"
    assert cell(None) == ""


def test_a_file_is_bounded_and_says_so(reader: Admin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_export, "MOST_ROWS", 2)
    reader.open("/admin/sign-ins/export?format=json")
    whole = json.loads(reader.text)
    assert len(whole["value"]) == 2
    assert "Only the latest" in whole["@ostiary.note"]
    reader.open("/admin/sign-ins/export")
    assert "Only the latest" in reader.text
    monkeypatch.setattr(log_export, "MOST_ROWS", 1_000)
    reader.open("/admin/sign-ins/export?format=json")
    whole = json.loads(reader.text)
    assert whole["@ostiary.note"] == ""
    assert {_id(4), EVENT.id} <= {each["id"] for each in whole["value"]}


def test_the_audit_log_is_searched_and_kept_as_a_file(reader: Admin) -> None:
    reader.open("/admin/audit-log?activity=Add+member&who=nobody")
    assert "Nothing was found." in reader.text
    reader.open(f"/admin/audit-log?target={ASTRID}")
    assert "Set password" in reader.text or ASTRID in reader.text
    reader.open(f"/admin/audit-log/export?target={ASTRID}&format=json")
    rows = json.loads(reader.text)["value"]
    assert rows
    assert {each["targetResources"][0]["id"] for each in rows} == {ASTRID}
    reader.open("/admin/audit-log/export")
    assert "Initiated by" in reader.text


def test_the_audit_log_is_verified_from_its_page(reader: Admin) -> None:
    reader.open("/admin/audit-log")
    reader.press("Verify the audit log")
    assert "The audit log is whole" in reader.text


def test_who_may_not_verify_is_not_offered_it(admin: Admin) -> None:
    with_role(admin.served, REPORTS_READER)
    admin.sign_in(path="/admin/audit-log")
    assert admin.status == 200
    assert "/audit-log/verify" not in admin.text


def test_a_global_reader_reads_both_logs(admin: Admin) -> None:
    with_role(admin.served, GLOBAL_READER)
    for path in ("sign-ins", "audit-log"):
        admin.sign_in(path=f"/admin/{path}") if path == "sign-ins" else admin.open(f"/admin/{path}")
        assert admin.status == 200
