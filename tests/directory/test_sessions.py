"""Sessions and unfinished sign-ins: who holds the cookie, and when it is over."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from sqlalchemy import select

from ostiary.directory.families import Presented, Use
from ostiary.directory.sessions import Session
from ostiary.directory.store import Store
from ostiary.directory.tables_sessions import sessions
from ostiary.directory.tokens import hash_of
from ostiary.model.base64url import decoded
from tests.directory.parallel import at_once
from tests.directory.stores import ADMIN, Made

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def begun(store: Store, user: str = "u1") -> tuple[str, Session]:
    """Begin a session."""
    return store.sessions.begin(user, {"methods": ["password"]}, lasts=DAY, idle=HOUR)


def family_of(store: Store, user: str, sid: str | None = None) -> str:
    """Begin a token family in a session."""
    token, _ = store.families.begin(user, "c", {}, use=Use.ROTATING, lasts=DAY, idle=DAY, sid=sid)
    return token


def test_SS01_only_the_hash_of_256_bits_is_kept(store: Store) -> None:
    secret, session = begun(store)
    with store.database.reading() as connection:
        row = connection.execute(select(sessions)).one()
    assert len(decoded(secret) or b"") == 32
    assert row.hash == hash_of(secret)
    assert secret not in map(str, row)
    assert session.sid not in secret


def test_a_session_is_found_by_its_cookie(store: Store) -> None:
    secret, session = begun(store)
    assert store.sessions.of(secret) == session
    assert store.sessions.living(session.sid) == session
    assert store.sessions.of_user("u1") == [session]
    assert store.sessions.of(session.sid) is None
    assert store.sessions.of("\ud800") is None


def test_SS02_a_renewed_session_has_another_secret_and_keeps_its_tokens(made_store: Made) -> None:
    store = made_store.store
    secret, session = begun(store)
    token = family_of(store, "u1", session.sid)
    until = session.expires + HOUR
    newer = store.sessions.renew(session.sid, {"methods": ["fido2"]}, until=until, idle=HOUR)
    assert newer is not None
    assert store.sessions.of(secret) is None
    found = store.sessions.of(newer)
    assert found is not None
    assert (found.sid, found.document, found.expires) == (
        session.sid,
        {"methods": ["fido2"]},
        until,
    )
    assert store.families.look_up(token, "c").presented is Presented.CURRENT
    store.sessions.end(session.sid, by=ADMIN)
    assert store.sessions.renew(session.sid, {}, until=until, idle=HOUR) is None


def test_SS03_a_session_ends_when_it_is_idle(made_store: Made) -> None:
    store = made_store.store
    secret, session = begun(store)
    made_store.clock.move(minutes=59)
    assert store.sessions.of(secret) is not None  # and was seen
    made_store.clock.move(minutes=59)
    assert store.sessions.of(secret) is not None
    made_store.clock.move(minutes=60)
    assert store.sessions.of(secret) is None
    assert store.sessions.living(session.sid) is None


def test_SS03_a_session_ends_however_busy_it_is(made_store: Made) -> None:
    secret, _ = begun(made_store.store)
    for _ in range(24 * 2 - 1):
        made_store.clock.move(minutes=30)
        assert made_store.store.sessions.of(secret) is not None
    made_store.clock.move(minutes=30)
    assert made_store.store.sessions.of(secret) is None
    assert made_store.store.forget_expired() == 1


def test_RT06_signing_out_ends_the_session_and_leaves_tokens(made_store: Made) -> None:
    store = made_store.store
    secret, session = begun(store)
    inside, outside = family_of(store, "u1", session.sid), family_of(store, "u1")
    store.sessions.end(session.sid, by=ADMIN)
    other = made_store.another()
    assert other.sessions.of(secret) is None
    assert other.families.look_up(inside, "c").presented is Presented.CURRENT
    assert other.families.look_up(outside, "c").presented is Presented.CURRENT
    other.close()
    assert not store.sessions.keep(session.sid, {"methods": ["fido2"]})
    assert [each.row["activity"] for each in store.audit.newest()] == ["End session"]


def test_a_session_keeps_what_is_shown_later(store: Store) -> None:
    secret, session = begun(store)
    assert store.sessions.keep(session.sid, {"methods": ["password", "fido2"]})
    found = store.sessions.of(secret)
    assert found is not None
    assert found.document == {"methods": ["password", "fido2"]}


def test_SS04_after_a_restore_nothing_of_before_lives(store: Store) -> None:
    secret, session = begun(store)
    token, code = family_of(store, "u1"), store.codes.issue("c", "u", "u1", {})
    assert store.begin_epoch(by=ADMIN) == 2
    assert store.epoch() == 2
    assert store.sessions.of(secret) is None
    assert store.sessions.living(session.sid) is None
    assert store.families.look_up(token, "c").presented is Presented.REVOKED
    assert store.codes.redeem(code, "c", "u").code is None


def test_SS09_a_sign_in_goes_on_in_the_browser_that_began_it(made_store: Made) -> None:
    store = made_store.store
    name, begun_here = store.interactions.begin("browser A", {"client_id": "c"})
    assert store.interactions.of(name, "browser A") == begun_here
    assert store.interactions.of(name, "browser B") is None
    made_store.clock.move(minutes=15)
    assert store.interactions.of(name, "browser A") is None
    assert store.forget_expired() == 1


def test_of_two_steps_at_once_one_counts(made_store: Made) -> None:
    store = made_store.store
    name, first = store.interactions.begin("browser", {})
    answers = at_once(
        made_store, 12, lambda other, n: other.interactions.keep(first, {"step": n}) is not None
    )
    assert Counter(answers) == {True: 1, False: 11}
    latest = store.interactions.of(name, "browser")
    assert latest is not None
    assert latest.version == 2
    assert not store.interactions.end(first)
    assert store.interactions.end(latest)
    assert store.interactions.of(name, "browser") is None


def test_what_may_be_used_once_is_used_once(made_store: Made) -> None:
    store, until = made_store.store, made_store.clock.now() + HOUR
    answers = at_once(made_store, 30, lambda other, _: other.once.use("jti", "a1", until=until))
    assert Counter(answers) == {True: 1, False: 29}
    assert store.once.use("totp", "a1", until=until)
    made_store.clock.move(hours=1)
    assert store.forget_expired() == 2
