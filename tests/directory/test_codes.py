"""Authorization codes and device codes: redeemed once, by whom they were meant for."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from ostiary.directory.codes import Answer, CodeAnswer
from ostiary.directory.device_codes import ALPHABET, Poll, Polled, user_code
from ostiary.directory.families import REPLAYED, Presented, Use
from ostiary.directory.store import Store
from ostiary.directory.tables_sessions import codes, device_codes
from ostiary.directory.tokens import hash_of
from tests.directory.parallel import at_once
from tests.directory.stores import Made

CLIENT, URI = "c44b4083-3bb0-49c1-b47d-974e53cbdf3c", "https://localhost:8443/done"
ASKED = {"scope": "openid", "nonce": "n1", "code_challenge": "x"}


def issued(store: Store) -> str:
    """Issue a code for a user."""
    return store.codes.issue(CLIENT, URI, "u1", ASKED, sid="s1")


def test_AZ06_a_code_is_redeemed_once(store: Store) -> None:
    code = issued(store)
    first = store.codes.redeem(code, CLIENT.upper(), URI)
    assert first.answer is Answer.REDEEMED
    assert first.code is not None
    assert (first.code.user_id, first.code.sid, first.code.document) == ("u1", "s1", ASKED)
    assert store.codes.redeem(code, CLIENT, URI) == CodeAnswer(Answer.REPLAYED)


def test_AZ06_of_100_parallel_redemptions_one_succeeds(made_store: Made) -> None:
    code = issued(made_store.store)
    answers = at_once(
        made_store, 100, lambda store, _: store.codes.redeem(code, CLIENT, URI).answer
    )
    assert Counter(answers) == {Answer.REDEEMED: 1, Answer.REPLAYED: 99}


@pytest.mark.parametrize("minutes", [0, 20 * 60])
def test_AZ06_a_replay_ends_what_the_code_gave(made_store: Made, minutes: int) -> None:
    store, code = made_store.store, issued(made_store.store)
    with store.transaction() as work:
        redeemed = work.codes.redeem(code, CLIENT, URI).code
        assert redeemed is not None
        token, family = work.families.begin(
            "u1",
            CLIENT,
            {},
            use=Use.ROTATING,
            lasts=timedelta(days=90),
            idle=timedelta(days=90),
            code=redeemed.hash,
        )
    made_store.clock.move(minutes=minutes)
    assert store.codes.redeem(code, CLIENT, URI).answer is Answer.REPLAYED
    found = store.families.redeem(token, CLIENT)
    assert found.presented is Presented.REVOKED
    assert found.family is not None
    assert (found.family.id, found.family.revoked_why) == (family.id, REPLAYED)
    assert [each.row["detail"] for each in store.audit.newest()] == [
        {"families": 1, "why": REPLAYED}
    ]


def test_AZ07_a_code_lives_a_minute(made_store: Made) -> None:
    code = issued(made_store.store)
    made_store.clock.move(seconds=60)
    found = made_store.store.codes.redeem(code, CLIENT, URI)
    assert found == CodeAnswer(Answer.EXPIRED)


@pytest.mark.parametrize(("client", "uri"), [("other", URI), (CLIENT, URI + "/"), (CLIENT, "")])
def test_AZ07_a_code_is_bound_to_client_and_redirect_uri(
    store: Store, client: str, uri: str
) -> None:
    code = issued(store)
    assert store.codes.redeem(code, client, uri) == CodeAnswer(Answer.MISMATCH)
    assert store.codes.redeem(code, CLIENT, URI).answer is Answer.REDEEMED


def test_a_code_that_nobody_issued_is_unknown(store: Store) -> None:
    assert store.codes.redeem("x\ud800", CLIENT, URI) == CodeAnswer(Answer.UNKNOWN)


def test_RT01_codes_are_kept_as_hashes(store: Store) -> None:
    code = issued(store)
    device, short = store.device_codes.issue(CLIENT, {})
    with store.database.reading() as connection:
        kept = [*connection.execute(select(codes)).one()]
        kept += [*connection.execute(select(device_codes)).one()]
    assert {hash_of(code), hash_of(device), hash_of(short)} <= set(kept)
    assert not {code, device, short} & {each for each in kept if isinstance(each, str)}


def test_codes_long_over_are_forgotten(made_store: Made) -> None:
    issued(made_store.store)
    made_store.clock.move(hours=24)
    assert made_store.store.forget_expired() == 0
    made_store.clock.move(minutes=1)
    assert made_store.store.forget_expired() == 1


def test_DC01_codes_for_people_are_hard_to_guess_and_easy_to_read() -> None:
    octets = iter(range(256))
    made = user_code(lambda count: bytes(next(octets) for _ in range(count)))
    assert made == "BCDFGHJKL"
    assert len(ALPHABET) ** len(made) > 2**43
    assert not set("AEIOU01") & set(ALPHABET)


def approved(store: Store) -> str:
    """Issue a device code that somebody approved."""
    device, short = store.device_codes.issue(CLIENT, {"scope": "openid"})
    assert store.device_codes.approve(short, "u1", "s1", {"methods": ["password", "fido2"]})
    return device


def test_DC02_a_device_waits_is_slowed_down_and_is_told(made_store: Made) -> None:
    store, clock = made_store.store, made_store.clock
    device, short = store.device_codes.issue(CLIENT, {"scope": "openid"})
    told = [store.device_codes.poll(device, CLIENT).poll]
    for seconds in (4, 9, 10):  # the second one comes too early, and then ten seconds are asked
        clock.move(seconds=seconds)
        told.append(store.device_codes.poll(device, CLIENT).poll)
    assert told == [Poll.PENDING, Poll.SLOW_DOWN, Poll.SLOW_DOWN, Poll.SLOW_DOWN]
    clock.move(seconds=20)
    assert store.device_codes.poll(device, CLIENT) == Polled(Poll.PENDING)
    assert store.device_codes.deny(f" {short[:4].lower()}-{short[4:]}")
    assert store.device_codes.poll(device, CLIENT) == Polled(Poll.DENIED)
    clock.move(minutes=15)
    assert store.device_codes.poll(device, CLIENT) == Polled(Poll.EXPIRED)


def test_DC06_an_approved_device_is_answered_until_it_has_its_tokens(store: Store) -> None:
    device = approved(store)
    found = store.device_codes.poll(device, CLIENT)
    assert found.poll is Poll.APPROVED
    assert found.code is not None
    assert (found.code.user_id, found.code.sid) == ("u1", "s1")
    assert found.code.document == {"scope": "openid"}
    assert found.code.approval == {"methods": ["password", "fido2"]}
    assert store.device_codes.poll(device, CLIENT) == found
    assert store.device_codes.redeem(found.code)
    assert not store.device_codes.redeem(found.code)
    assert store.device_codes.poll(device, CLIENT) == Polled(Poll.EXPIRED)


def test_DC06_of_20_parallel_redemptions_one_gets_the_tokens(made_store: Made) -> None:
    code = made_store.store.device_codes.poll(approved(made_store.store), CLIENT).code
    assert code is not None
    answers = at_once(made_store, 20, lambda store, _: store.device_codes.redeem(code))
    assert Counter(answers) == {True: 1, False: 19}


def test_DC06_a_device_code_is_bound_to_its_client(store: Store) -> None:
    device = approved(store)
    assert store.device_codes.poll(device, "other") == Polled(Poll.UNKNOWN)
    assert store.device_codes.poll(device, CLIENT).poll is Poll.APPROVED


def test_a_request_is_settled_once(made_store: Made) -> None:
    store = made_store.store
    _, short = store.device_codes.issue(CLIENT, {"scope": "openid"})
    found = store.device_codes.of_person(short.lower())
    assert found is not None
    assert found.document == {"scope": "openid"}
    assert store.device_codes.approve(short, "u1", None, {})
    assert not store.device_codes.deny(short)
    assert store.device_codes.of_person(short) is None
    assert store.device_codes.of_person("") is None
