"""Enrolment links: hashed, good once, of one user the last one only."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from ostiary.directory.tables_sessions import enrolment_links
from tests.directory.parallel import at_once
from tests.directory.stores import ADMIN, Made

QUARTER = timedelta(minutes=15)


def test_BG03_a_link_is_kept_as_a_hash_and_over_after_its_time(made_store: Made) -> None:
    links = made_store.store.enrolment_links
    text, made = links.make("u1", lifetime=QUARTER, by=ADMIN)
    assert links.of(text) == made
    with made_store.store.database.reading() as connection:
        assert text not in repr(connection.execute(select(enrolment_links)).all())
    made_store.clock.move(minutes=15)
    assert links.of(text) is None
    assert links.use(text, by=ADMIN) is None
    assert links.forget_expired() == 1


def test_BG06_of_many_attempts_at_once_one_uses_a_link(made_store: Made) -> None:
    text, _ = made_store.store.enrolment_links.make("u1", lifetime=QUARTER, by=ADMIN)
    found = at_once(made_store, 20, lambda store, _: store.enrolment_links.use(text, by=ADMIN))
    assert [each.user_id for each in found if each] == ["u1"]
    activities = [each.row["activity"] for each in made_store.store.audit.newest()]
    assert activities == ["Use enrolment link", "Create enrolment link"]


def test_BG03_a_new_link_ends_the_one_before_and_a_restore_ends_all(made_store: Made) -> None:
    links = made_store.store.enrolment_links
    first, _ = links.make("u1", lifetime=QUARTER, by=ADMIN)
    second, _ = links.make("u1", lifetime=QUARTER, by=ADMIN)
    other, _ = links.make("u2", lifetime=QUARTER, by=ADMIN)
    assert links.of(first) is None
    assert links.of(second) is not None
    made_store.store.begin_epoch(by=ADMIN)
    assert links.of(second) is None
    assert links.of(other) is None
