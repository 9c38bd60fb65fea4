"""KY03, MF02: a sealed value opens only with its key, in its row and column, and unchanged."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ostiary.secrecy.kek import KeyEncryptionKeyError, Purpose
from ostiary.secrecy.sealing import Place, Sealer, SealError
from ostiary.secrecy.secret import Secret
from tests.secrecy.seeded import SeededRandomness, some_keys

PLACE = Place("totp", "alice", "seed")
SEED = Secret(b"a seed of twenty byt")
PARTS = st.text(alphabet="ab|%7C", max_size=4)


def sealer(seed: int = 1, *versions: int, purpose: Purpose = Purpose.TOTP_SEEDS) -> Sealer:
    return Sealer(some_keys(seed, *versions), purpose, SeededRandomness())


def test_a_sealed_value_opens_where_it_was_sealed_and_does_not_show() -> None:
    sealed = sealer().seal(SEED, PLACE)
    assert SEED.reveal() not in sealed
    assert sealer().open(sealed, PLACE) == SEED


def test_the_same_value_is_never_sealed_alike() -> None:
    ours = sealer()
    assert ours.seal(SEED, PLACE) != ours.seal(SEED, PLACE)


@pytest.mark.parametrize(
    "elsewhere",
    [Place("totp", "bob", "seed"), Place("totp", "alice", "name"), Place("keys", "alice", "seed")],
)
def test_MF02_a_sealed_value_copied_elsewhere_does_not_open(elsewhere: Place) -> None:
    with pytest.raises(SealError, match="was changed, or belongs elsewhere"):
        sealer().open(sealer().seal(SEED, PLACE), elsewhere)


@given(st.tuples(PARTS, PARTS, PARTS), st.tuples(PARTS, PARTS, PARTS))
@example(("a|b", "c", "d"), ("a", "b|c", "d"))
@example(("a|b", "c", "d"), ("a%7Cb", "c", "d"))
def test_MF02_two_places_are_never_taken_for_one(
    one: tuple[str, str, str], other: tuple[str, str, str]
) -> None:
    assert (Place(*one).bound_to(1) == Place(*other).bound_to(1)) is (one == other)


@given(st.integers(0, 200), st.integers(0, 7))
def test_KY03_any_flipped_bit_is_noticed(position: int, bit: int) -> None:
    sealed = bytearray(sealer().seal(SEED, PLACE))
    sealed[position % len(sealed)] ^= 1 << bit
    with pytest.raises(SealError):
        sealer().open(bytes(sealed), PLACE)


@given(st.integers(0, 60))
def test_KY03_a_value_cut_short_is_noticed(length: int) -> None:
    sealed = sealer().seal(SEED, PLACE)
    with pytest.raises(SealError):
        sealer().open(sealed[: min(length, len(sealed) - 1)], PLACE)


def test_KY03_another_key_or_purpose_opens_nothing() -> None:
    sealed = sealer().seal(SEED, PLACE)
    with pytest.raises(SealError):
        sealer(2).open(sealed, PLACE)
    with pytest.raises(SealError):
        sealer(purpose=Purpose.SIGNING_KEYS).open(sealed, PLACE)


def test_KY04_an_old_key_still_opens_and_asks_to_be_sealed_afresh() -> None:
    old = sealer(1, 1).seal(SEED, PLACE)
    both = sealer(1, 1, 2)
    assert both.open(old, PLACE) == SEED
    assert not both.is_current(old)
    fresh = both.seal(both.open(old, PLACE), PLACE)
    assert both.is_current(fresh)
    with pytest.raises(SealError, match="version 2, not known"):
        sealer(1, 1).open(fresh, PLACE)


def test_KY03_a_version_that_is_not_there_is_named() -> None:
    with pytest.raises(KeyEncryptionKeyError, match="expected version 9"):
        some_keys().derive(Purpose.TOTP_SEEDS, 9)
