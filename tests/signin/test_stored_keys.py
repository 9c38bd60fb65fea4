"""KY01: the signing keys of tokens live in the directory, and one process moves them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from ostiary.directory.sealed import StoreSealer
from ostiary.directory.store import Store, open_store
from ostiary.secrecy.clock import FixedClock
from ostiary.secrecy.kek import Purpose
from ostiary.secrecy.sealing import Sealer
from ostiary.signin.stored_keys import StoredKeys
from ostiary.tokens.issue import ACCESS_TOKEN_TYPE
from ostiary.tokens.keys import KeyState, Rotation
from ostiary.tokens.signing import Signer
from tests.secrecy.seeded import START, SeededRandomness, some_keys

RANDOM = SeededRandomness()
SEALER = Sealer(some_keys(), Purpose.SIGNING_KEYS, RANDOM)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(START)


@pytest.fixture
def store(tmp_path: Path, clock: FixedClock) -> Iterator[Store]:
    sealer = StoreSealer(some_keys(), RANDOM)
    opened = open_store(tmp_path, clock=clock, random=RANDOM.octets, sealer=sealer)
    yield opened
    opened.close()


def test_KY01_a_second_process_reads_the_keys_that_the_first_made(
    store: Store, clock: FixedClock
) -> None:
    first, second = (Signer(StoredKeys(store), SEALER, clock, Rotation()) for _ in range(2))
    made = first.refresh()
    assert frozenset(second.refresh()) == frozenset(made)
    assert sorted(key.state.value for key in made) == ["active", "next"]
    assert second.sign({"a": 1}, ACCESS_TOKEN_TYPE).reveal().count(".") == 2


def test_KY01_a_key_keeps_the_time_since_when_it_is_in_its_state(
    store: Store, clock: FixedClock
) -> None:
    signer = Signer(StoredKeys(store), SEALER, clock, Rotation())
    signer.refresh()
    clock.move(timedelta(days=31))
    rotated = signer.refresh()
    kept = StoredKeys(store).signing_keys()
    assert frozenset(kept) == frozenset(rotated)
    assert {key.state for key in kept} == set(KeyState)
    assert not StoredKeys(store).replace_signing_keys((), rotated)
