"""KY01: no rotation leaves a relying party with a token that it cannot verify."""

from __future__ import annotations

import random
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from ostiary.model.base64url import encoded
from ostiary.secrecy.kek import Purpose
from ostiary.secrecy.sealing import Sealer
from ostiary.tokens.errors import SigningUnavailable
from ostiary.tokens.jwks import jwks
from ostiary.tokens.keys import KeyState, Rotation, SigningKey, SigningKeys
from ostiary.tokens.rsa_keys import BITS, make_signing_key, open_private, seal_afresh, thumbprint
from ostiary.tokens.signing import STALE_AFTER, Signer
from tests.secrecy.seeded import START, SeededRandomness, clock_at_start, some_keys
from tests.tokens.issuing import MemoryKeys, first_keys, key_sealer

HOUR = timedelta(hours=1)
DAY = 24 * HOUR
LONGEST_TOKEN = 28 * HOUR
SKEW = timedelta(minutes=5)
ROTATION = Rotation()


@dataclass
class World:
    """A key table, server processes that read it late, and relying parties that cache it."""

    rotation: Rotation
    now: timedelta = timedelta()
    table: SigningKeys = ()
    made: int = 0
    rotations: int = 0
    history: list[tuple[timedelta, SigningKeys]] = field(
        default_factory=list[tuple[timedelta, SigningKeys]]
    )

    def make(self, state: KeyState, now: object) -> SigningKey:
        self.made += 1
        return SigningKey(f"k{self.made}", state, START + self.now, "", "", b"")

    def step(self, by: timedelta) -> None:
        self.now += by
        wanted = self.rotation.advance(self.table, START + self.now, self.make)
        self.rotations += active(wanted) != active(self.table)
        self.table = wanted
        self.history.append((self.now, wanted))

    def seen_at(self, when: timedelta) -> SigningKeys:
        """Give the table as it was at a time."""
        place = bisect_right(self.history, when, key=lambda entry: entry[0])
        return self.history[max(0, place - 1)][1]


def kids(keys: SigningKeys) -> frozenset[str]:
    return frozenset(key.kid for key in keys)


def active(keys: SigningKeys) -> str:
    return next((key.kid for key in keys if key.state is KeyState.ACTIVE), "")


def unverified(rotation: Rotation, chance: random.Random) -> list[str]:
    """Simulate a hundred rotations; give the keys of tokens that could not be verified."""

    def span(longest: timedelta) -> timedelta:
        return longest * chance.choice([0.0, 1.0, chance.random()])

    world, signed = World(rotation), list[tuple[timedelta, str, timedelta]]()
    while world.rotations <= 100:
        world.step(max(rotation.every / 20, timedelta(minutes=10)))
        for _ in range(3):  # server processes sign with what they read up to five minutes ago
            kid = active(world.seen_at(world.now - span(STALE_AFTER)))
            signed.append((world.now, kid, span(LONGEST_TOKEN) + span(SKEW)))
    return [
        kid
        for at, kid, until in signed
        if at + until <= world.now
        and kid not in kids(world.seen_at(at + until - span(DAY)))  # the relying party's cache
    ]


@pytest.mark.parametrize("every", [HOUR, 26 * HOUR, 30 * DAY])
@settings(max_examples=3)
@given(seed=st.integers(0, 2**64))
def test_KY01_a_hundred_rotations_fail_no_relying_party_that_caches_for_a_day(
    every: timedelta, seed: int
) -> None:
    assert unverified(Rotation(every), random.Random(seed)) == []  # noqa: S311  # a simulation


@pytest.mark.parametrize(
    "rotation", [Rotation(HOUR, published_before=23 * HOUR), Rotation(HOUR, kept_after=26 * HOUR)]
)
def test_KY01_the_simulation_notices_keys_published_too_late_or_forgotten_too_early(
    rotation: Rotation,
) -> None:
    assert unverified(rotation, random.Random(1)) != []  # noqa: S311  # a simulation


@settings(max_examples=40)
@given(st.lists(st.timedeltas(timedelta(), 60 * DAY), max_size=60))
def test_KY01_one_key_is_active_one_is_next_and_none_lingers(steps: list[timedelta]) -> None:
    world = World(ROTATION)
    for each in (timedelta(), *steps):
        before = world.table
        world.step(each)
        states = [key.state for key in world.table]
        assert states.count(KeyState.ACTIVE) == states.count(KeyState.NEXT) == 1
        assert all(
            START + world.now - key.since < ROTATION.kept_after
            for key in world.table
            if key.state is KeyState.RETIRED
        )
        if before and active(before) != active(world.table):
            (was,) = (key for key in before if key.kid == active(world.table))
            assert was.state is KeyState.NEXT
            assert START + world.now - was.since >= 24 * HOUR
        again = ROTATION.advance(world.table, START + world.now, world.make)
        assert again is world.table


def test_KY01_real_tokens_of_every_key_are_verified_from_a_cached_set() -> None:
    clock, store = clock_at_start(), MemoryKeys()
    signer = Signer(store, key_sealer(), clock, Rotation())
    cached: list[KeySet] = []
    for _ in range(4):
        signer.refresh()
        cached.append(KeySet.import_key_set(jwks(signer.keys)))  # pyright: ignore[reportArgumentType]  # JSON
        for published in cached[-2:]:  # the set of now, and the one read a day ago
            token = signer.sign({"n": 1}, "JWT").reveal()
            assert jwt.decode(token, published, ["RS256"]).claims == {"n": 1}
        clock.move(30 * DAY - 24 * HOUR)
        signer.refresh()
        cached.append(KeySet.import_key_set(jwks(signer.keys)))  # pyright: ignore[reportArgumentType]  # JSON
        clock.move(24 * HOUR)
    assert store.writes == 1 + 3 * 2  # made; then each rotation, and each end of a retired key


def test_KY01_kid_is_the_rfc7638_thumbprint() -> None:
    modulus = (  # the key and the thumbprint of RFC 7638, 3.1
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPeb"
        "WKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368Q"
        "QMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2"
        "NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
    )
    assert thumbprint(modulus, "AQAB") == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


def test_KY01_a_process_that_did_not_read_the_keys_lately_does_not_sign() -> None:
    clock, store = clock_at_start(), MemoryKeys()
    signer = Signer(store, key_sealer(), clock, Rotation())
    with pytest.raises(SigningUnavailable, match="not read lately"):
        signer.sign({}, "JWT")
    signer.refresh()
    clock.move(STALE_AFTER)
    assert signer.sign({}, "JWT").reveal()
    clock.move(timedelta(seconds=1))
    with pytest.raises(SigningUnavailable, match="not read lately"):
        signer.sign({}, "JWT")


def test_KY01_of_two_processes_that_rotate_at_once_one_wins_and_both_agree() -> None:
    clock, store = clock_at_start(), MemoryKeys()
    theirs = tuple(
        make_signing_key(key_sealer(), state, START) for state in (KeyState.ACTIVE, KeyState.NEXT)
    )
    store.intruder.append(theirs)
    assert Signer(store, key_sealer(), clock, Rotation()).refresh() == theirs
    assert store.writes == 0


def test_KY02_after_an_emergency_the_old_keys_are_gone_at_once() -> None:
    clock, store = clock_at_start(), MemoryKeys()
    signer = Signer(store, key_sealer(), clock, Rotation())
    before = {key.kid for key in signer.refresh()}
    after = {key.kid for key in signer.replace_all()}
    published = {key["kid"] for key in jwks(signer.keys)["keys"]}
    assert not before & after
    assert published == after
    header = jwt.decode(
        signer.sign({}, "JWT").reveal(),
        KeySet.import_key_set(jwks(signer.keys)),  # pyright: ignore[reportArgumentType]  # JSON
        ["RS256"],
    ).header
    assert header["kid"] in after


def test_KY05_published_keys_have_public_members_only_and_2048_bits() -> None:
    store = MemoryKeys()
    Signer(store, key_sealer(), clock_at_start(), Rotation()).refresh()
    for key in jwks(store.kept)["keys"]:
        assert set(key) == {"kty", "use", "alg", "kid", "n", "e"}
        assert (key["kty"], key["use"], key["alg"]) == ("RSA", "sig", "RS256")
        imported = RSAKey.import_key(key)
        assert imported.raw_value.key_size >= 2048
        assert not imported.is_private


def test_KY03_no_private_half_is_readable_in_what_is_stored() -> None:
    key = make_signing_key(key_sealer(), KeyState.NEXT, START)
    stored = key.sealed_private
    assert b"PRIVATE" not in stored
    assert not stored.startswith(b"\x30\x82")  # what DER begins with
    assert key_sealer().is_current(stored)


def test_KY04_a_signing_key_is_sealed_afresh_and_stays_the_same_key() -> None:
    keys = some_keys(7, 1, 2)
    newer = Sealer(keys, Purpose.SIGNING_KEYS, SeededRandomness())
    key = first_keys()[0]
    assert not newer.is_current(key.sealed_private)
    fresh = replace(key, sealed_private=seal_afresh(key, newer))
    assert newer.is_current(fresh.sealed_private)
    numbers = open_private(fresh, newer).public_key().public_numbers()
    assert encoded(numbers.n.to_bytes(BITS // 8, "big")) == key.modulus
