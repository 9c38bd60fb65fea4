"""Statements written once: the same answers on both databases, and the same errors."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import bindparam, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from ostiary.directory.database import Database
from ostiary.directory.errors import StoreBusy, StoreUnavailable
from ostiary.directory.tables_logs import sign_ins
from ostiary.directory.written_once import WrittenOnce
from tests.directory.stores import Made, TestClock, made, opened

AT = datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=UTC)
ROW = {
    "id": "a",
    "at": AT,
    "principal_id": "p",
    "app_id": "c",
    "error_code": 7,
    "frame": b"\x00\xff",
    "verdicts": None,
    "row": "{}",
}
BY_ID = select(sign_ins).where(sign_ins.c.id == bindparam("asked"))
COUNT_ON = (
    update(sign_ins)
    .where(sign_ins.c.id == bindparam("asked"))
    .values(error_code=sign_ins.c.error_code + 1, at=bindparam("moment"))
)


def test_rows_go_in_and_come_out_as_they_were(made_store: Made) -> None:
    add, by_id = WrittenOnce(insert(sign_ins)), WrittenOnce(BY_ID)
    database = made_store.store.database
    for name in ("a", "b"):
        with database.writing() as connection:
            add.change(connection, ROW | {"id": name})
    with database.reading() as connection:
        assert by_id.first(connection, {"asked": "c"}) is None
        found = by_id.first(connection, {"asked": "b"})
        assert found == connection.execute(BY_ID, {"asked": "b"}).one()
    assert (found.at, found.error_code, found.verdicts) == (AT, 7, None)
    assert bytes(found.frame) == ROW["frame"]


def test_a_change_tells_how_many_rows_it_changed(made_store: Made) -> None:
    on, database = WrittenOnce(COUNT_ON), made_store.store.database
    with database.writing() as connection:
        WrittenOnce(insert(sign_ins)).change(connection, ROW)
        assert on.change(connection, {"asked": "a", "moment": AT}) == 1
        assert on.change(connection, {"asked": "b", "moment": AT}) == 0
        assert connection.execute(BY_ID, {"asked": "a"}).one().error_code == 8


def test_a_change_that_fails_takes_back_the_whole_transaction(made_store: Made) -> None:
    add, database = WrittenOnce(insert(sign_ins)), made_store.store.database
    twice = [ROW, ROW]
    with pytest.raises(IntegrityError), database.writing() as connection:
        assert [add.change(connection, each) for each in twice]
    assert made_store.store.sign_ins.count() == 0


def test_what_a_driver_raises_is_told_without_the_values(made_store: Made) -> None:
    database: Database = made_store.store.database
    with database.writing() as connection:
        connection.execute(text("DROP TABLE sign_ins"))
    with pytest.raises(StoreUnavailable) as error, database.writing() as connection:
        WrittenOnce(insert(sign_ins)).change(connection, ROW | {"id": "secret"})
    assert "sign_ins" in error.value.message
    assert "secret" not in error.value.message


def test_CC03_a_store_that_somebody_holds_is_busy_for_it_too(tmp_path: Path) -> None:
    store, holder = made(str(tmp_path)).store, opened(str(tmp_path), TestClock())
    with store.database.writing() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 1")
    with holder.database.writing(), pytest.raises(StoreBusy), store.database.writing() as writing:
        WrittenOnce(insert(sign_ins)).change(writing, ROW)
    store.close()
    holder.close()


def test_a_value_that_is_left_out_is_not_the_one_of_before(tmp_path: Path) -> None:
    store, by_id = made(str(tmp_path)).store, WrittenOnce(BY_ID)
    with store.database.reading() as connection:
        by_id.first(connection, {"asked": "a"})
        with pytest.raises(KeyError):
            by_id.first(connection, {})
    store.close()
