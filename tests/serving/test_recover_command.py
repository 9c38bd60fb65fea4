"""BG03: `ostiary recover`, on the host, without a running server."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from ostiary.directory.protocols import SYSTEM
from ostiary.directory.snapshot import Snapshots
from ostiary.directory.store import Store
from ostiary.secrecy.clock import FixedClock
from ostiary.serving.host import host_actor, opened_store
from tests.cli.running import run
from tests.secrecy.seeded import START
from tests.web.serving import ASTRID, PLACES, POLICY

MFA, OFFICE = "Require MFA for Azure management", "Only from the office"
BROKEN = {"conditions": {"users": {"includeUsers": ["All"], "unheardOf": [1]}, "applications": 7}}


def states(store: Store) -> dict[str, object]:
    return {each.id: each.document.get("state") for each in store.policies.all()}


def note_good(store: Store) -> None:
    assert Snapshots(store).current().alarm == ""


def test_BG03_a_policy_is_turned_off_and_the_hosts_user_stands_in_the_audit_log(
    data: Path,
) -> None:
    run("policy", "set-state", OFFICE, "on", "--data", data)
    ran = run("recover", "disable-policy", OFFICE.upper(), "--data", data)
    assert (ran.code, ran.out) == (0, f"{OFFICE}: Off\n")
    with opened_store(data, {}) as store:
        assert states(store)[PLACES] == "disabled"
        row = store.audit.newest(target_id=PLACES, limit=1)[0].row
    assert (row["actor"]["kind"], row["actor"]["name"]) == ("host", host_actor().name)
    assert run("audit", "verify", "--data", data).code == 0


def test_BG03_the_last_good_policies_come_back_after_broken_ones(data: Path) -> None:
    with opened_store(data, {}) as store:
        store.policies.modify(POLICY, {"state": "enabled"}, by=SYSTEM)
        note_good(store)
        store.policies.modify(PLACES, BROKEN, by=SYSTEM)
        store.policies.delete(POLICY, by=SYSTEM)
        extra = {**store.policies.need(PLACES).document, "id": "", "displayName": "Later"}
        store.policies.create(extra, by=SYSTEM)
    ran = run("recover", "disable-policy", OFFICE, "--data", data)
    assert ran.code == 1
    assert "restore-policies" in ran.err
    ran = run("recover", "restore-policies", "--data", data)
    assert ran.code == 0
    assert sorted(ran.out.splitlines()) == [
        "Later: removed",
        f"{OFFICE}: changed",
        f"{MFA}: added",
    ]
    with opened_store(data, {}) as store:
        assert states(store) == {POLICY: "enabled", PLACES: "disabled"}
        assert Snapshots(store).current().alarm == ""
    again = run("recover", "restore-policies", "--data", data)
    assert again.out == "Every policy is in that form already.\n"


def test_BG03_the_policies_of_an_earlier_time_come_back(data: Path) -> None:
    clock = FixedClock(START + timedelta(days=1))
    with opened_store(data, {}, clock=clock) as store:
        store.policies.modify(POLICY, {"state": "enabled"}, by=SYSTEM)
    before = clock.now() - timedelta(seconds=1)
    arguments = ("--as-of", before.isoformat(), "--data", data, "--json")
    found = run("recover", "restore-policies", *arguments).answers[0]
    assert found == {"added": [], "changed": [MFA], "removed": [], "alarm": ""}
    long_ago = (before - timedelta(days=36500)).isoformat()
    assert run("recover", "restore-policies", "--as-of", long_ago, "--data", data).code == 2
    assert run("recover", "restore-policies", "--as-of", "soon", "--data", data).code == 2


def test_BG03_a_link_is_made_for_a_user_and_hashed(data: Path) -> None:
    arguments = ("--minutes", "5", "--data", data, "--json")
    found = run("recover", "enrol", "astrid@fjordvik.example", *arguments).answers[0]
    path = urlsplit(str(found["address"])).path
    secret = path.rpartition("/")[2]
    with opened_store(data, {}) as store:
        link = store.enrolment_links.of(secret)
        assert link is not None
        assert link.user_id == ASTRID
        assert link.expires - link.created == timedelta(minutes=5)
    assert all(secret.encode() not in each.read_bytes() for each in data.iterdir())
    assert "/enrol/" in run("recover", "enrol", ASTRID, "--data", data).out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("enrol", "nobody"), "nobody has `nobody`"),
        (("enrol", ASTRID, "--minutes", "16"), "16 is not in the range"),
        (("disable-policy", "none"), "there is no policy named `none`"),
    ],
)
def test_what_is_wrong_is_told(data: Path, arguments: tuple[str, ...], told: str) -> None:
    ran = run("recover", *arguments, "--data", data)
    assert ran.code == 2
    assert told in ran.err
