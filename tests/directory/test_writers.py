"""Writers that wait for each other are committed together, and fail apart."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import event, text

from ostiary.directory.database import Database
from ostiary.directory.errors import StoreUnavailable

MANY = 12


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A database with one table."""
    made = Database(tmp_path, connections=MANY + 4)
    with made.writing() as connection:
        connection.execute(text("CREATE TABLE numbers (n INTEGER PRIMARY KEY)"))
    yield made
    made.close()


def add(database: Database, number: int, *, broken: bool = False) -> int:
    """Write a number, and fail afterwards if `broken`."""
    with database.writing() as connection:
        connection.execute(text("INSERT INTO numbers VALUES (:n)"), {"n": number})
        if broken:
            raise ValueError(number)
    return number


def kept(database: Database) -> set[int]:
    """Give the numbers that are there."""
    with database.reading() as connection:
        return set(connection.execute(text("SELECT n FROM numbers")).scalars())


def commits(database: Database) -> list[None]:
    """Count what is committed from now on, readers' transactions left aside."""
    found: list[None] = []

    def on_commit(connection: object) -> None:
        if threading.current_thread() is not threading.main_thread():
            found.append(None)

    event.listen(database.engine, "commit", on_commit)
    return found


def together(database: Database, write: Callable[[int], int]) -> list[Future[int]]:
    """Let many write, all of them waiting while one has the turn."""
    ready, go = threading.Event(), threading.Event()

    def first() -> int:
        with database.writing() as connection:
            connection.execute(text("INSERT INTO numbers VALUES (0)"))
            ready.set()
            go.wait()
        return 0

    with ThreadPoolExecutor(MANY + 1) as pool:
        futures = [pool.submit(first)]
        ready.wait()
        futures += [pool.submit(write, number) for number in range(1, MANY + 1)]
        while database.writers_waiting < MANY:
            os.sched_yield()
        go.set()
    return futures


def test_CC02_writers_that_wait_are_written_to_the_disk_together(database: Database) -> None:
    counted = commits(database)
    futures = together(database, lambda number: add(database, number))
    assert sorted(each.result() for each in futures) == list(range(MANY + 1))
    assert kept(database) == set(range(MANY + 1))
    assert len(counted) == 1


def test_one_that_fails_takes_back_its_own_changes_alone(database: Database) -> None:
    futures = together(database, lambda number: add(database, number, broken=number % 3 == 0))
    failed = {each for each, future in enumerate(futures) if future.exception() is not None}
    assert failed == {3, 6, 9, 12}
    assert kept(database) == set(range(MANY + 1)) - failed


def test_CC02_nobody_is_told_of_success_where_the_disk_fails(database: Database) -> None:
    def on_commit(connection: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    event.listen(database.engine, "commit", on_commit)
    futures = together(database, lambda number: add(database, number))
    event.remove(database.engine, "commit", on_commit)
    assert all(isinstance(each.exception(), StoreUnavailable) for each in futures)
    assert kept(database) == set()
    assert add(database, 99) == 99
    assert kept(database) == {99}


def test_a_transaction_that_sqlite_took_back_fails_for_everybody_in_it(
    database: Database,
) -> None:
    def write(number: int) -> int:
        with database.writing() as connection:
            connection.execute(text("INSERT INTO numbers VALUES (:n)"), {"n": number})
            if number == MANY:
                driver = connection.connection.driver_connection
                assert isinstance(driver, sqlite3.Connection)
                driver.execute("ROLLBACK")
        return number

    futures = together(database, write)
    failed = {each for each, future in enumerate(futures) if future.exception() is not None}
    assert MANY in failed
    assert kept(database) == set(range(MANY + 1)) - failed
    assert add(database, 99) == 99
