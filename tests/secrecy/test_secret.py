"""A secret shows itself only when asked; tokens are kept as digests."""

from __future__ import annotations

import json
import pickle
import traceback

import pytest

from ostiary.secrecy.hashing import digest_of, is_digest_of, keyed_digest
from ostiary.secrecy.randomness import SystemRandomness
from ostiary.secrecy.secret import Secret
from tests.secrecy.seeded import SeededRandomness

WORD = "correct-horse"


def test_no_way_of_printing_shows_a_secret() -> None:
    secret = Secret(WORD)
    shown = (repr(secret), str(secret), f"{secret}", f"{secret!a}", str([secret]))
    assert not any(WORD in each for each in shown)


def test_a_secret_is_not_in_a_traceback() -> None:
    with pytest.raises(ValueError, match="redacted") as caught:
        raise ValueError(Secret(WORD))
    assert WORD not in "".join(traceback.format_exception(caught.value))


def test_a_secret_is_neither_pickled_nor_written_as_json_nor_hashed() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Secret(WORD))
    with pytest.raises(TypeError):
        json.dumps({"password": Secret(WORD)})
    with pytest.raises(TypeError):
        hash(Secret(WORD))


def test_secrets_are_equal_by_value_and_to_nothing_else() -> None:
    assert Secret(WORD) == Secret(WORD)
    assert Secret(WORD) == Secret(WORD.encode())
    assert Secret(WORD) != Secret("other")
    assert Secret(WORD) != WORD


def test_tokens_have_256_bits_and_are_kept_as_their_sha256() -> None:
    token = SystemRandomness().token()
    assert len(token.reveal()) == 43  # 32 bytes in base64 without padding
    digest = digest_of(token)
    assert len(digest) == 64
    assert token.reveal() not in digest
    assert is_digest_of(digest, token)
    assert not is_digest_of(digest, SystemRandomness().token())


def test_a_keyed_digest_tells_its_parts_and_its_key_apart() -> None:
    key, other = Secret(b"k" * 32), Secret(b"o" * 32)
    digests = {
        keyed_digest(key, "ab", "c"),
        keyed_digest(key, "a", "bc"),
        keyed_digest(key, "abc"),
        keyed_digest(other, "ab", "c"),
    }
    assert len(digests) == 4


def test_object_ids_are_guids_and_words_keep_to_their_alphabet() -> None:
    source = SeededRandomness()
    made = source.object_id()
    assert (len(made), made[14], made.count("-")) == (36, "4", 4)
    assert set(source.word("BCD", 500)) == set("BCD")
