"""PW01 and the hashing half of PW02."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ostiary.secrecy.passwords import (
    LONGEST,
    PasswordCheck,
    Passwords,
    UnusablePassword,
    normalised,
)
from ostiary.secrecy.secret import Secret
from tests.secrecy.seeded import SeededRandomness

FAST = Passwords(SeededRandomness(), memory_kib=64, passes=1)


def test_PW01_the_hash_is_argon2id_with_the_parameters_of_the_checklist() -> None:
    stored = Passwords(SeededRandomness()).hash(Secret("correct horse"))
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_PW01_salts_differ() -> None:
    assert FAST.hash(Secret("correct horse")) != FAST.hash(Secret("correct horse"))


def test_PW01_an_outdated_hash_is_renewed_at_sign_in() -> None:
    outdated = FAST.hash(Secret("correct horse"))
    current = Passwords(SeededRandomness())
    checked = current.check(outdated, Secret("correct horse"))
    assert checked.right
    assert checked.rehashed is not None
    assert checked.rehashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert current.check(checked.rehashed, Secret("correct horse")) == PasswordCheck(right=True)


def test_PW01_a_wrong_password_renews_nothing() -> None:
    outdated = FAST.hash(Secret("correct horse"))
    assert Passwords(SeededRandomness()).check(outdated, Secret("wrong")) == PasswordCheck(
        right=False
    )


def test_PW01_a_pepper_is_needed_to_check() -> None:
    peppered = Passwords(SeededRandomness(), pepper=Secret(b"p" * 32), memory_kib=64, passes=1)
    stored = peppered.hash(Secret("correct horse"))
    assert peppered.check(stored, Secret("correct horse")).right
    assert not FAST.check(stored, Secret("correct horse")).right


@pytest.mark.parametrize("stored", ["", "x", "$argon2id$", "$2b$12$abcdefghijklmnopqrstuv", "é"])
def test_a_hash_that_cannot_be_read_fits_nothing(stored: str) -> None:
    assert FAST.check(stored, Secret("correct horse")) == PasswordCheck(right=False)


def test_EN01_nobody_has_no_password() -> None:
    assert not FAST.check_nobody(Secret("correct horse")).right


@pytest.mark.parametrize(
    "password", ["x" * 64, "x" * LONGEST, "\U0001f512" * 64, "a\0b", " leading and trailing "]
)
def test_PW02_long_passwords_emoji_nul_and_spaces_are_kept_whole(password: str) -> None:
    stored = FAST.hash(Secret(password))
    assert FAST.check(stored, Secret(password)).right
    assert not FAST.check(stored, Secret(password[:-1])).right
    assert not FAST.check(stored, Secret(password[:-1] + "?")).right
    assert not FAST.check(stored, Secret(password.strip() + "?")).right


def test_PW02_nothing_is_cut_off_at_nul() -> None:
    assert not FAST.check(FAST.hash(Secret("a\0b")), Secret("a\0c")).right


@pytest.mark.parametrize("password", ["x" * (LONGEST + 1), "x" * 2**20, "e\u0301" * 2**19])
def test_PW02_a_password_of_a_megabyte_is_refused_before_it_is_hashed(password: str) -> None:
    with pytest.raises(UnusablePassword, match="at most 256 characters"):
        FAST.hash(Secret(password))
    assert not FAST.check(FAST.hash(Secret("x")), Secret(password)).right


def test_PW02_half_a_character_is_refused() -> None:
    with pytest.raises(UnusablePassword, match="in Unicode"):
        normalised(Secret("\ud800 no text"))


@pytest.mark.parametrize(("chosen", "typed"), [("x\u00b2", "x2"), ("\ufb01x", "fix")])
def test_PW02_characters_that_only_look_alike_stay_apart(chosen: str, typed: str) -> None:
    assert not FAST.check(FAST.hash(Secret(chosen)), Secret(typed)).right


@settings(max_examples=30)
@given(st.text(min_size=1, max_size=60))
def test_PW02_composed_and_decomposed_spellings_are_one_password(text: str) -> None:
    stored = FAST.hash(Secret(unicodedata.normalize("NFD", text)))
    assert FAST.check(stored, Secret(unicodedata.normalize("NFC", text))).right
    assert FAST.check(stored, Secret(text)).right
