"""BG02, AU03: what still works when something is broken, and what is refused rather than lost."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from ostiary.directory.alerts import Channel
from ostiary.directory.audit_verify import verify
from ostiary.directory.errors import StoreUnavailable
from ostiary.directory.protocols import SYSTEM
from ostiary.directory.snapshot import NoGoodPolicies, Snapshots
from ostiary.secrecy.kek import KeyEncryptionKeyError
from ostiary.secrecy.randomness import SystemRandomness
from ostiary.secrecy.secret import Secret
from ostiary.serving.alerts import AlertSender
from ostiary.serving.recovery import restore_policies
from ostiary.serving.settings import Alerts
from ostiary.web.service import Service, open_service
from tests.web.serving import PLACES, POLICY, Served

LIFEBOAT_NAME = "lifeboat@fjordvik.example"
BROKEN = {"conditions": {"users": 7, "applications": {"includeApplications": ["All"]}}}


def emergency(served: Served) -> int:
    """Sign in as the emergency access account and give the status."""
    return int(served.by_password(LIFEBOAT_NAME).status_code)


def reopened(served: Served, data: Path) -> Service:
    """Open the service of the same folder, as a process that is started again does."""
    return open_service(
        data,
        served.service.settings,
        clock=served.clock,
        randomness=SystemRandomness(),
        environment={},
    )


@contextmanager
def full_disk(served: Served) -> Generator[None]:
    """Let the database take no further page, as on a full disk."""
    database = served.service.store.database
    with database.writing() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    yield
    with database.writing() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1073741823")


def test_BG02_broken_policies_leave_the_last_good_ones_in_force(
    served: Served, tmp_path: Path
) -> None:
    served.policy("enabled", PLACES)
    served.address = "198.51.100.9"
    assert (emergency(served), served.by_password().status_code) == (200, 400)
    served.change_policy(POLICY, BROKEN)
    assert served.service.snapshots.current().alarm
    assert (emergency(served), served.by_password().status_code) == (200, 400)
    again = reopened(served, tmp_path)
    assert again.snapshots.current().alarm
    again.store.close()


def test_BG02_where_no_policies_are_good_the_host_restores_them(
    served: Served, tmp_path: Path
) -> None:
    store = served.service.store
    good = store.revision()
    at = served.clock.now()
    served.clock.move(timedelta(seconds=1))
    store.policies.modify(POLICY, BROKEN, by=SYSTEM)
    with store.database.writing() as connection:
        connection.exec_driver_sql("UPDATE tenant SET good_revision = 0")
    assert store.revision() > good
    with pytest.raises(NoGoodPolicies, match="ostiary recover"):
        Snapshots(store).current()
    with pytest.raises(NoGoodPolicies):
        reopened(served, tmp_path)
    restore_policies(store, by=SYSTEM, as_of=at)
    reopened(served, tmp_path).store.close()
    served.clock.move(timedelta(seconds=1))
    assert emergency(served) == 200


@pytest.mark.parametrize("hours", [3, -3, 24 * 400])
def test_BG02_a_clock_that_is_wrong_keeps_the_emergency_account_out_of_nothing(
    served: Served, hours: int
) -> None:
    served.clock.move(timedelta(hours=hours))
    assert emergency(served) == 200


def test_BG02_a_database_that_takes_no_writes_refuses_and_lets_in_again(served: Served) -> None:
    with full_disk(served):
        statuses = {emergency(served) for _ in range(12)}
        assert 503 in statuses
        assert statuses <= {200, 503}
    assert emergency(served) == 200


def test_BG02_without_mail_or_webhook_the_account_signs_in_and_the_alert_waits(
    served: Served,
) -> None:
    settings = Alerts(webhook_url="https://hook.example/x", webhook_secret=Secret("k"))
    sender = AlertSender(served.service.store, served.service.settings.outbound, settings)
    assert emergency(served) == 200
    assert sender.run_once() == 0
    served.clock.move(timedelta(hours=1))
    assert len(served.service.store.alerts.claim(Channel.WEBHOOK)) == 1


def test_BG02_one_replica_is_enough_and_another_one_goes_on(served: Served, tmp_path: Path) -> None:
    token = served.by_password(LIFEBOAT_NAME).json()["refresh_token"]
    other = reopened(served, tmp_path)
    assert other.store.families.look_up(token, "04b07795-8ddb-461a-bbee-02f9e1bf7b46").family
    other.store.close()
    assert served.refreshed(token).status_code == 200


def test_BG02_without_the_key_the_server_says_so_and_with_it_goes_on(
    served: Served, tmp_path: Path
) -> None:
    (tmp_path / "kek").rename(tmp_path / "away")
    with pytest.raises(KeyEncryptionKeyError, match="put back the key"):
        reopened(served, tmp_path)
    (tmp_path / "away").rename(tmp_path / "kek")
    reopened(served, tmp_path).store.close()
    assert emergency(served) == 200


def add_until_full(served: Served) -> None:
    """Add policies until the disk is full."""
    while True:
        served.service.store.policies.create({"displayName": "x" * 900}, by=SYSTEM)


def test_AU03_a_change_that_cannot_be_audited_is_not_made(served: Served) -> None:
    store, activity = served.service.store, "Add conditional access policy"

    def counted() -> tuple[int, int]:
        return len(store.policies.all()), len(store.audit.newest(activity=activity, limit=1000))

    policies, rows = counted()
    with full_disk(served), pytest.raises(StoreUnavailable, match="full"):
        add_until_full(served)
    after = counted()
    assert after[0] - policies == after[1] - rows
    with store.database.reading() as connection:
        assert verify(connection).holds
    store.policies.create({"displayName": "there is room again"}, by=SYSTEM)
