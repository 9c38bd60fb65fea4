"""BG01: every sign-in of an emergency access account, refused ones too, raises an alert."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ostiary.directory.alerts import Channel
from ostiary.directory.protocols import SYSTEM
from ostiary.signin.accounts import account_of
from ostiary.signin.emergency import DRILL_DONE, REFUSED, USED, begin_drill, last
from tests.web.serving import ASTRID, AZ, LIFEBOAT, Served

NAME = "lifeboat@fjordvik.example"


def activities(served: Served) -> list[str]:
    rows = served.service.store.audit.newest(target_id=LIFEBOAT)
    return [str(each.row["activity"]) for each in rows]


def test_BG01_a_sign_in_is_in_audit_log_server_log_and_outbox(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    assert served.by_password(NAME).status_code == 200
    row = served.service.store.audit.newest(activity=USED)[0].row
    assert (row["target"]["name"], row["actor"]["id"]) == (NAME, LIFEBOAT)
    assert row["detail"]["ipAddress"] == served.address
    assert row["detail"]["signInId"] == served.logged()["id"]
    assert f"emergency access account {NAME} signed in" in caplog.text
    for channel in (Channel.WEBHOOK, Channel.MAIL):
        waiting = served.service.store.alerts.claim(channel)
        assert [each.document["account"]["id"] for each in waiting] == [LIFEBOAT]
        assert (waiting[0].document["appId"], waiting[0].document["drill"]) == (AZ, False)


def test_BG01_a_refused_sign_in_and_each_refresh_alert_too(served: Served) -> None:
    assert served.by_password(NAME, "wrong password").status_code == 400
    assert activities(served)[0] == REFUSED
    token = served.by_password(NAME).json()["refresh_token"]
    served.refreshed(token)
    assert activities(served)[:3] == [USED, USED, REFUSED]
    codes = [each.document["errorCode"] for each in served.service.store.alerts.claim(Channel.MAIL)]
    assert sorted(codes) == [0, 0, 50126]


def test_BG01_others_raise_no_alert(served: Served) -> None:
    served.by_password()
    assert served.service.store.alerts.waiting() == 0


def test_BG01_accounts_and_groups_of_the_tenants_settings_count(served: Served) -> None:
    store = served.service.store
    group = {"id": "9a1f9a40-0000-4000-8000-0000000000a1", "displayName": "Emergency"}
    store.groups.create(group, by=SYSTEM)
    store.groups.add_member(group["id"], ASTRID, by=SYSTEM)
    store.singles.write("settings", {"emergencyAccess": ["Emergency"]}, by=SYSTEM)
    served.clock.move(timedelta(seconds=1))
    served.by_password()
    assert store.alerts.waiting() == 2


def test_BG01_a_declared_drill_is_completed_by_a_sign_in_within_the_hour(served: Served) -> None:
    store = served.service.store
    account = account_of(store, LIFEBOAT)
    assert account is not None
    begin_drill(store, account, by=SYSTEM)
    served.clock.move(timedelta(minutes=59))
    served.by_password(NAME)
    assert last(store.audit, DRILL_DONE, LIFEBOAT) == served.clock.now()
    served.by_password(NAME)
    drills = [each.document["drill"] for each in store.alerts.claim(Channel.MAIL)]
    assert sorted(drills) == [False, True]
    begin_drill(store, account, by=SYSTEM)
    served.clock.move(timedelta(minutes=61))
    served.by_password(NAME)
    assert activities(served).count(DRILL_DONE) == 1


def test_BG01_an_alert_is_there_if_and_only_if_the_sign_in_is(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("ostiary.directory.sign_ins.SignIns.add", full)
    with pytest.raises(OSError, match="no space left"):
        served.by_password(NAME)
    assert served.service.store.alerts.waiting() == 0
    assert USED not in activities(served)
