"""AU06: what leaves the logs by age, and that what is left still proves itself."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from ostiary.directory.audit_verify import Verification, verify
from ostiary.directory.checkpoints import Checkpoint, make_checkpoint
from ostiary.directory.retention import forget_audit_rows, forget_sign_ins
from ostiary.directory.store import Store
from ostiary.serving.log_retention import LogRetention
from ostiary.serving.logging_settings import Retention
from tests.cli.running import run
from tests.directory.stores import ADMIN, NOW, Made
from tests.directory.test_audit import cut, filled, unguarded
from tests.directory.test_sign_ins import EVENT

BASICS = ("--domain", "fjordvik.example", "--admin", "astrid")


def checked(store: Store, *exported: Checkpoint) -> Verification:
    """Verify the log of a store."""
    with store.database.reading() as connection:
        return verify(connection, exported)


def aged(made_store: Made) -> tuple[Checkpoint, Checkpoint]:
    """Fill a log on three days, with a checkpoint at the end of the first two."""
    store, found = made_store.store, list[Checkpoint]()
    for _ in range(2):
        filled(store, 3)
        checkpoint = make_checkpoint(store)
        assert checkpoint is not None
        found.append(checkpoint)
        made_store.clock.move(days=1)
    filled(store, 2)
    return found[0], found[1]


def trimmed(made_store: Made, days: float) -> int:
    """Delete what is older than so many days."""
    before = made_store.clock.at - timedelta(days=days)
    return forget_audit_rows(made_store.store, before, by=ADMIN)


def test_AU06_whole_segments_go_and_the_rest_verifies_against_old_checkpoints(
    made_store: Made,
) -> None:
    first, second = aged(made_store)
    rows = checked(made_store.store).rows
    assert trimmed(made_store, 2) == first.seq
    found = checked(made_store.store, first, second)
    assert (found.holds, found.deleted, found.rows) == (True, first.seq, rows - first.seq + 1)
    newest = made_store.store.audit.newest()[0].row
    assert newest["activity"] == "Delete audit log segment"
    assert newest["actor"]["id"] == ADMIN.id
    assert newest["detail"] == {"first": 1, "last": first.seq, "hash": first.hash}
    assert trimmed(made_store, 1) == second.seq - first.seq
    found = checked(made_store.store, first, second)
    assert (found.holds, found.deleted) == (True, second.seq)


def test_AU06_a_segment_with_one_younger_row_stays_whole(made_store: Made) -> None:
    aged(made_store)
    assert trimmed(made_store, 2.5) == 0
    assert checked(made_store.store).deleted == 0
    assert trimmed(made_store, 2) > 0
    assert trimmed(made_store, 2) == 0


def test_AU06_without_a_checkpoint_nothing_goes(made_store: Made) -> None:
    filled(made_store.store)
    made_store.clock.move(days=400)
    assert trimmed(made_store, 1) == 0
    assert checked(made_store.store).rows == 6


def test_AU06_rows_that_somebody_else_deleted_are_told(made_store: Made) -> None:
    first, _ = aged(made_store)
    unguarded(made_store.store)
    with made_store.store.database.writing() as connection:
        connection.execute(text(f"DELETE FROM audit WHERE seq <= {first.seq}"))  # noqa: S608
    assert [each.what for each in checked(made_store.store).findings] == [
        f"rows 1 to {first.seq} are missing, and no row says that they were deleted"
    ]


def test_AU06_a_log_cut_after_it_was_trimmed_is_still_told(made_store: Made) -> None:
    aged(made_store)
    trimmed(made_store, 2)
    exported = make_checkpoint(made_store.store)
    assert exported is not None
    cut(made_store.store, exported.seq - 1)
    assert not checked(made_store.store, exported).holds


def test_AU06_the_guard_of_the_table_stands_again(made_store: Made) -> None:
    aged(made_store)
    trimmed(made_store, 2)
    with (
        pytest.raises(Exception, match="the audit log is only added to"),
        made_store.store.database.writing() as connection,
    ):
        connection.execute(text("DELETE FROM audit"))


def test_AU06_by_the_command(tmp_path: Path) -> None:
    assert run("init", "--data", tmp_path, *BASICS).code == 0
    ran = run("audit", "trim", "--older-than", "30", "--data", tmp_path)
    assert (ran.code, ran.out) == (0, "no segment is that old\n")
    ran = run("audit", "trim", "--older-than", "30", "--data", tmp_path, "--json")
    assert json.loads(ran.out) == {"deleted": 0}
    assert run("audit", "trim", "--older-than", "0", "--data", tmp_path).code == 2


def test_sign_ins_go_by_age(made_store: Made) -> None:
    store, clock = made_store.store, made_store.clock
    for day in (0, 1, 40):
        store.sign_ins.add(replace(EVENT, id=f"day {day}", created=NOW + timedelta(days=day)))
    clock.move(days=40)
    LogRetention(store, Retention()).run()
    assert store.sign_ins.count() == 3
    LogRetention(store, Retention(sign_in_days=30)).run()
    assert [each.id for each in store.sign_ins.events()] == ["day 40"]
    assert forget_sign_ins(store, clock.at) == 0
