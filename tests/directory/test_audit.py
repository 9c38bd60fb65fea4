"""The audit log: in the transaction of its change, and bound row to row."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, text

from ostiary.directory.audit import Entry, Target
from ostiary.directory.audit_verify import Verification, verify
from ostiary.directory.checkpoints import (
    Checkpoint,
    checkpoint_line,
    make_checkpoint,
    read_checkpoints,
)
from ostiary.directory.errors import ObjectExists, StoreUnavailable
from ostiary.directory.store import Store
from ostiary.model.errors import OstiaryError
from tests.directory.parallel import at_once
from tests.directory.stores import ADMIN, Made


def checked(store: Store, *exported: Checkpoint, key: str | None = None) -> Verification:
    """Verify the log of a store."""
    with store.database.reading() as connection:
        return verify(connection, exported, key=key)


def filled(store: Store, rows: int = 6) -> None:
    """Make some changes."""
    for number in range(rows):
        store.policies.create({"displayName": f"Policy {number}"}, by=ADMIN)


def test_AU01_a_change_and_its_row_are_one(store: Store) -> None:
    made = store.policies.create({"displayName": "Block legacy"}, by=ADMIN)
    store.policies.modify(made.id, {"state": "enabled"}, by=ADMIN)
    with pytest.raises(ObjectExists):
        store.policies.create({"id": made.id}, by=ADMIN)
    newest = store.audit.newest()
    assert [each.row["activity"] for each in newest] == [
        "Update conditional access policy",
        "Add conditional access policy",
    ]
    row = newest[0].row
    assert row["modified"] == [{"name": "state", "old": None, "new": "enabled"}]
    assert row["actor"] == {
        "kind": "user",
        "id": ADMIN.id,
        "name": "Astrid",
        "address": "203.0.113.5",
    }
    assert (row["correlationId"], row["target"]["id"]) == ("c1", made.id)
    assert row["target"]["name"] == "Block legacy"


def test_AU01_without_its_row_there_is_no_change(store: Store) -> None:
    with store.database.writing() as connection:
        connection.execute(text("ALTER TABLE audit RENAME TO moved"))
    with pytest.raises(Exception, match="audit"):
        store.policies.create({"displayName": "Unseen"}, by=ADMIN)
    assert store.policies.all() == []


def test_AU01_rows_of_many_writers_make_one_chain(made_store: Made) -> None:
    entry = Entry("Use emergency account", "SignIn", Target("user", "u1"))

    def write(store: Store, number: int) -> None:
        if number % 2:
            store.audit.record(entry, by=ADMIN)
        else:
            store.policies.create({"displayName": f"{number}"}, by=ADMIN)

    at_once(made_store, 60, write)
    found = checked(made_store.store)
    assert (found.rows, found.findings) == (60, ())


def test_AU02_a_sound_log_verifies(store: Store) -> None:
    filled(store)
    store.audit.record(Entry("Use emergency account", "SignIn", Target("user", "u1")), by=ADMIN)
    found = checked(store)
    assert (found.rows, found.findings, found.holds) == (7, (), True)


def edit_of(column: str, value: str) -> Callable[[Connection], None]:
    """Give a column of the third row another value."""
    return doing(f"UPDATE audit SET {column} = {value} WHERE seq = 3")  # noqa: S608


def doing(*statements: str) -> Callable[[Connection], None]:
    """Run statements."""
    return lambda connection: _execute(connection, *statements)


def _execute(connection: Connection, *statements: str) -> None:
    for each in statements:
        connection.execute(text(each))


SWAP = doing(
    "UPDATE audit SET seq = -1 WHERE seq = 3",
    "UPDATE audit SET seq = 3 WHERE seq = 4",
    "UPDATE audit SET seq = 4 WHERE seq = -1",
)
INSERT = doing(
    "UPDATE audit SET seq = 7 WHERE seq = 6",
    "INSERT INTO audit SELECT 6, at, activity, actor_id, target_id, row, hash "
    "FROM audit WHERE seq = 2",
)


@pytest.mark.parametrize(
    ("tamper", "seqs"),
    [
        (edit_of("row", "replace(row, 'Astrid', 'Henrik')"), {3}),
        (edit_of("row", "row || ' '"), {3}),
        (edit_of("at", "at + 1"), {3}),
        (edit_of("activity", "'View'"), {3}),
        (edit_of("actor_id", "'other'"), {3}),
        (edit_of("target_id", "''"), {3}),
        (edit_of("hash", "(SELECT hash FROM audit WHERE seq = 1)"), {3, 4}),
        (doing("DELETE FROM audit WHERE seq = 3"), {3, 4}),
        (doing("DELETE FROM audit WHERE seq = 1"), {1, 2}),
        (SWAP, {3, 4, 5}),
        (INSERT, {6, 7}),
        (doing("DELETE FROM audit WHERE seq > 4"), {4}),
        (doing("DELETE FROM audit"), {0}),
    ],
)
def test_AU02_whatever_is_changed_is_found(
    store: Store, tamper: Callable[[Connection], None], seqs: set[int]
) -> None:
    filled(store)
    unguarded(store)
    with store.database.writing() as connection:
        tamper(connection)
    assert {each.seq for each in checked(store).findings} == seqs


def unguarded(store: Store) -> None:
    """Remove the guards of the table, as somebody with the database in his hands can."""
    with store.database.writing() as connection:
        if store.database.is_sqlite:
            _execute(
                connection, "DROP TRIGGER audit_keeps_UPDATE", "DROP TRIGGER audit_keeps_DELETE"
            )
        else:
            _execute(connection, "DROP TRIGGER audit_keeps ON audit")


@pytest.mark.parametrize("statement", ["UPDATE audit SET seq = 9", "DELETE FROM audit"])
def test_AU02_the_database_itself_refuses_to_change_a_row(store: Store, statement: str) -> None:
    filled(store, 1)
    with (
        pytest.raises(Exception, match="the audit log is only added to"),
        store.database.writing() as connection,
    ):
        connection.execute(text(statement))
    assert checked(store).holds


def test_AU02_a_log_cut_and_closed_again_is_told_by_an_exported_checkpoint(store: Store) -> None:
    filled(store)
    exported = make_checkpoint(store)
    assert exported is not None
    cut(store, exported.seq - 2)
    assert checked(store).holds  # nothing in the database tells
    found = checked(store, exported).findings
    assert [each.seq for each in found] == [exported.seq]
    assert "the log was cut" in found[0].what


def cut(store: Store, seq: int) -> None:
    """Cut the log behind a row, and make the database consistent again."""
    unguarded(store)
    with store.database.writing() as connection:
        _execute(
            connection,
            f"DELETE FROM audit WHERE seq > {seq}",  # noqa: S608
            f"DELETE FROM audit_checkpoints WHERE seq > {seq}",  # noqa: S608
            f"UPDATE tenant SET audit_seq = {seq}, "  # noqa: S608
            f"audit_hash = (SELECT hash FROM audit WHERE seq = {seq})",
        )


def test_AU02_a_log_rewritten_to_the_same_length_is_told(store: Store) -> None:
    filled(store)
    exported = make_checkpoint(store)
    assert exported is not None
    cut(store, 3)
    filled(store, exported.seq - 3)
    assert checked(store).holds
    assert [each.what for each in checked(store, exported).findings] == [
        "the log is not the one that a checkpoint was made of"
    ]


def test_AU02_a_checkpoint_nobody_signed_is_told(store: Store) -> None:
    filled(store)
    made = make_checkpoint(store)
    assert made is not None
    forged = Checkpoint(made.seq - 1, "00" * 32, made.at, made.key, made.signature)
    assert [each.what for each in checked(store, forged).findings] == [
        "a checkpoint has no valid signature"
    ]
    assert checked(store, made, key=made.key).holds
    assert not checked(store, made, key="11" * 32).holds


def test_a_checkpoint_is_written_where_it_is_safe(
    made_store: Made, tmp_path_factory: pytest.TempPathFactory
) -> None:
    store, file = made_store.store, tmp_path_factory.mktemp("safe") / "checkpoints.jsonl"
    filled(store)
    first = make_checkpoint(store, file)
    assert make_checkpoint(store, file) is None  # nothing happened since
    filled(store, 1)
    second = make_checkpoint(store, file)
    assert list(read_checkpoints(file.read_text())) == [first, second]
    assert checked(store).checkpoints == 2
    with pytest.raises(OstiaryError, match="line 2: expected a checkpoint"):
        list(read_checkpoints(checkpoint_line(first) + "\n{}" if first else ""))


def test_rows_are_found_by_what_happened_and_to_whom(store: Store) -> None:
    filled(store, 3)
    target = store.policies.all()[1].id
    assert [each.seq for each in store.audit.newest(target_id=target)] == [2]
    assert [each.seq for each in store.audit.newest(actor_id=ADMIN.id, limit=2)] == [3, 2]
    assert [each.seq for each in store.audit.newest(before=3)] == [2, 1]
    assert store.audit.newest(activity="Delete user") == []


def test_a_database_without_a_tenant_is_refused(store: Store) -> None:
    with store.database.writing() as connection:
        connection.execute(text("DELETE FROM tenant"))
    with pytest.raises(StoreUnavailable):
        store.policies.create({}, by=ADMIN)
