"""KY03: where the key-encryption key comes from, and that a wrong one is refused."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from ostiary.secrecy.kek import (
    KeyEncryptionKeyError,
    Purpose,
    create_keys,
    load_keys,
    read_keys,
    require_recognised,
)
from ostiary.secrecy.randomness import SystemRandomness
from tests.secrecy.seeded import SeededRandomness, some_keys

KEY = base64.b64encode(bytes(range(32))).decode()


def test_KY03_a_made_key_is_for_its_owner_only_and_is_read_again(tmp_path: Path) -> None:
    made = create_keys(tmp_path, SystemRandomness())
    assert (tmp_path / "kek").stat().st_mode & 0o777 == 0o600
    assert load_keys(tmp_path, {}).recognition() == made.recognition()


def test_KY03_a_key_that_exists_is_never_overwritten(tmp_path: Path) -> None:
    made = create_keys(tmp_path, SystemRandomness())
    with pytest.raises(KeyEncryptionKeyError, match="exists already and is kept"):
        create_keys(tmp_path, SystemRandomness())
    assert load_keys(tmp_path, {}).recognition() == made.recognition()


def test_KY03_the_credential_comes_first_then_the_file_then_the_variable(tmp_path: Path) -> None:
    texts = [base64.b64encode(bytes([n]) * 32).decode() for n in range(3)]
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "ostiary-kek").write_text(texts[0])
    (tmp_path / "kek").write_text(texts[1])
    (tmp_path / "kek").chmod(0o600)
    environment = {"CREDENTIALS_DIRECTORY": str(credentials), "OSTIARY_KEK": texts[2]}
    in_turn = [load_keys(tmp_path, environment)]
    in_turn.append(load_keys(tmp_path, {"OSTIARY_KEK": texts[2]}))
    (tmp_path / "kek").unlink()
    in_turn.append(load_keys(tmp_path, {"OSTIARY_KEK": texts[2]}))
    expected = [read_keys(text, "test").recognition() for text in texts]
    assert [each.recognition() for each in in_turn] == expected


def test_KY03_without_a_key_the_sentence_says_where_it_may_be(tmp_path: Path) -> None:
    with pytest.raises(KeyEncryptionKeyError, match="there is none; run `ostiary init`"):
        load_keys(tmp_path, {})


def test_KY03_a_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    create_keys(tmp_path, SystemRandomness())
    (tmp_path / "kek").chmod(0o640)
    with pytest.raises(KeyEncryptionKeyError, match="its mode is 0640; run `chmod 600"):
        load_keys(tmp_path, {})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "it is empty"),
        ("hunter2", "expected a key in base64"),
        ("x:" + KEY, "expected `version:key`"),
        ("0:" + KEY, "expected `version:key`"),
        ("4294967296:" + KEY, "expected `version:key`"),
        ("1:" + KEY[:20], "expected a key of 32 bytes in `test`, came 15"),
        (f"1:{KEY}\n1:{KEY}", "`test` has version 1 twice"),
    ],
)
def test_KY03_a_text_that_is_no_key_is_refused_without_repeating_it(
    text: str, sentence: str
) -> None:
    with pytest.raises(KeyEncryptionKeyError) as caught:
        read_keys(text, "`test`")
    assert sentence in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert KEY[:20] not in str(caught.value)


def test_KY03_a_wrong_key_is_refused_with_a_clear_sentence() -> None:
    kept = some_keys(1).recognition()
    require_recognised(some_keys(1), kept)
    with pytest.raises(KeyEncryptionKeyError, match="another one came as version 1"):
        require_recognised(some_keys(2), kept)


def test_KY03_a_missing_version_is_refused_and_a_new_one_is_no_matter() -> None:
    kept = some_keys(1, 1, 2).recognition()
    with pytest.raises(KeyEncryptionKeyError, match="version 2 of the key-encryption key"):
        require_recognised(some_keys(1), kept)
    require_recognised(some_keys(1, 1, 2, 3), kept)


def test_KY05_each_purpose_has_a_key_of_its_own() -> None:
    keys = some_keys(1, 1, 2)
    derived = {keys.derive(purpose, version).reveal() for purpose in Purpose for version in (1, 2)}
    assert len(derived) == 2 * len(Purpose)


def test_base64_of_urls_is_taken_too() -> None:
    key = bytes([255]) * 32
    standard, for_urls = base64.b64encode(key), base64.urlsafe_b64encode(key)
    assert standard != for_urls
    assert (
        read_keys(standard.decode(), "test").recognition()
        == read_keys(f"1:{for_urls.decode()}", "test").recognition()
    )


def test_the_seeded_source_repeats_itself() -> None:
    assert SeededRandomness(3).octets(9) == SeededRandomness(3).octets(9)
