"""Connections and migrations: how SQLite is set, what happens to a store of another release."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from ostiary.directory.database import FILE_NAME, Database, url_of
from ostiary.directory.errors import SchemaTooNew, StoreBusy, StoreUnavailable
from ostiary.directory.store import Store, open_existing
from tests.directory.stores import ADMIN, Made, TestClock, made, opened


def test_CC03_sqlite_is_set_to_keep_what_it_acknowledges(tmp_path: Path) -> None:
    store = made(str(tmp_path)).store
    with store.database.reading() as reading, store.database.writing() as writing:
        for connection in (reading, writing):
            found = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            }
            assert found == {
                "journal_mode": "wal",
                "synchronous": 2,  # FULL
                "foreign_keys": 1,
                "busy_timeout": 5_000,
            }
    with store.database.reading() as connection:
        tables = connection.execute(
            text("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        ).all()
    loose = [t.name for t in tables if not re.search(r"\bSTRICT\b", t.sql)]
    assert loose == ["alembic_version"]
    store.close()


def test_CC03_two_processes_write_one_after_the_other(made_store: Made) -> None:
    other = made_store.another()
    with ThreadPoolExecutor(2) as threads:
        for store in (made_store.store, other):
            threads.submit(_write, store)
    assert len(other.policies.all()) == 40
    assert made_store.store.revision() == 41
    other.close()


def _write(store: Store) -> None:
    for number in range(20):
        store.policies.create({"displayName": f"{number}"}, by=ADMIN)


def test_CC03_a_store_that_somebody_holds_is_busy_and_not_broken(tmp_path: Path) -> None:
    store, holder = made(str(tmp_path)).store, opened(str(tmp_path), TestClock())
    with store.database.writing() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 1")
    with holder.database.writing(), pytest.raises(StoreBusy) as error:
        store.policies.create({}, by=ADMIN)
    assert error.value.message == "the database was held by others for too long"
    store.policies.create({}, by=ADMIN)
    store.close()
    holder.close()


def test_a_reader_sees_one_state_and_holds_nobody_up(made_store: Made) -> None:
    store = made_store.store
    with store.database.reading() as connection:
        count = text("SELECT count(*) FROM policies")
        assert connection.execute(count).scalar() == 0
        store.policies.create({}, by=ADMIN)
        assert connection.execute(count).scalar() == 0
    assert len(store.policies.all()) == 1


def test_CC06_a_store_of_a_later_release_is_refused(made_store: Made) -> None:
    with made_store.store.database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaTooNew) as error:
        made_store.another()
    assert error.value.message == (
        "the database has the schema `9999`, which this release does not know"
    )


def test_CC06_opening_a_store_again_changes_nothing(made_store: Made) -> None:
    made_store.store.policies.create({"displayName": "Kept"}, by=ADMIN)
    other = made_store.another()
    assert [each.document["displayName"] for each in other.policies.all()] == ["Kept"]
    assert other.revision() == made_store.store.revision()
    other.close()


def test_an_empty_place_is_no_store_to_read(empty_place: str) -> None:
    sentence = "the schema of this release|which is not there"
    with pytest.raises(StoreUnavailable, match=sentence):
        open_existing(empty_place)
    Database(empty_place).make_private()
    with pytest.raises(StoreUnavailable, match="the schema of this release"):
        open_existing(empty_place)


def test_only_the_owner_can_read_the_files_of_sqlite(tmp_path: Path) -> None:
    store = made(str(tmp_path)).store
    store.policies.create({}, by=ADMIN)
    found = {each.name: each.stat().st_mode & 0o777 for each in tmp_path.iterdir()}
    assert set(found) == {f"{FILE_NAME}{end}" for end in ("", "-wal", "-shm")}
    assert set(found.values()) == {0o600}
    store.close()


def test_a_transaction_that_would_wait_for_itself_is_refused(tmp_path: Path) -> None:
    store = made(str(tmp_path)).store
    with store.transaction(), pytest.raises(RuntimeError, match="use the aggregates that it gave"):
        store.policies.create({}, by=ADMIN)
    store.policies.create({}, by=ADMIN)
    store.close()


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("mysql://db/x", "expected a PostgreSQL or SQLite database, came `mysql`"),
        ("://", "expected the URL of a database, came something else"),
    ],
)
def test_a_place_that_is_none_is_refused(place: str, message: str) -> None:
    with pytest.raises(StoreUnavailable) as error:
        url_of(place)
    assert error.value.message == message


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="unable to open database file"):
        opened(str(tmp_path / "missing"), TestClock())


def test_a_server_that_does_not_answer_is_told(tmp_path: Path) -> None:
    database = Database(f"postgresql://nobody@/none?host={tmp_path}")
    with pytest.raises(StoreUnavailable), database.reading():
        pass
    database.close()
