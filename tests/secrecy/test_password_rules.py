"""PW02 and PW03: which passwords may be chosen."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ostiary.model.errors import InputError
from ostiary.secrecy.breached import BreachedPasswords
from ostiary.secrecy.password_rules import PasswordProblem as P
from ostiary.secrecy.password_rules import PasswordRules, common_passwords
from ostiary.secrecy.secret import Secret

RULES = PasswordRules(banned=("Contoso", "Fabrikam", "abc"))
GOOD = "river-otter-mends-clocks"


@pytest.mark.parametrize(
    ("password", "problems"),
    [
        (GOOD, ()),
        ("vK7 qz!", (P.TOO_SHORT,)),
        ("vK7 qz!x", ()),
        ("x9" * 129, (P.TOO_LONG,)),
        ("plain words without digits", ()),  # no rule of composition
        ("\U0001f98a\U0001f422\U0001f343\U0001f30a\U0001f3d4\U0001f525\U0001f9ed\U0001f511", ()),
        ("password", (P.COMMON, P.BANNED)),
        ("P@ssw0rd", (P.COMMON, P.BANNED)),
        ("Password1!", (P.COMMON, P.BANNED)),
        ("password123!", (P.COMMON, P.BANNED)),
        ("Password2024", (P.COMMON, P.BANNED)),
        ("12345678", (P.COMMON, P.BANNED)),
        ("Summer2026!!", (P.BANNED,)),
        ("qwertyuiop", (P.COMMON, P.BANNED)),
        ("aaaaaaaaaaaa", (P.COMMON, P.BANNED)),
        ("bbbbbbbbbbbb", (P.COMMON,)),
        ("xyzxyzxyzx", (P.COMMON,)),
        ("ghijklmnop", (P.COMMON,)),
        ("zyxwvutsrq", (P.COMMON,)),
        ("Contoso1", (P.BANNED,)),
        ("C0nt0s0!23", (P.BANNED,)),
        ("contosofabrikam", (P.BANNED,)),
        ("contoso-mends-old-clocks", ()),  # a banned word in a strong password counts one point
        ("abc-otter-bridge", ()),  # too short a word to be looked for
    ],
)
def test_PW03_common_and_banned_passwords(password: str, problems: tuple[P, ...]) -> None:
    assert RULES.problems(Secret(password)) == problems


@pytest.mark.parametrize(
    ("password", "refused"),
    [
        ("andersson", True),
        ("Anders5on1", True),
        ("anderson", True),  # one letter less
        ("brigitta.andersson", True),
        ("Brigitta.Andersson@Fabrikam.example", True),
        ("brigitta-likes-old-clocks", False),
    ],
)
def test_PW03_the_own_name_is_no_password(password: str, refused: bool) -> None:
    names = ("Brigitta Andersson", "brigitta.andersson@fabrikam.example")
    assert (P.OWN_NAME in RULES.problems(Secret(password), names=names)) is refused


@pytest.mark.parametrize(("length", "refused"), [(14, True), (15, False)])
def test_PW02_a_password_alone_needs_fifteen_characters(length: int, refused: bool) -> None:
    password = Secret(GOOD[:length])
    assert RULES.problems(password) == ()
    assert (P.TOO_SHORT in RULES.problems(password, only_factor=True)) is refused


def test_PW02_length_is_counted_after_composing() -> None:
    assert RULES.problems(Secret("e\u0301" * 4 + "kva")) == (P.TOO_SHORT,)


@given(st.text(max_size=300))
def test_PW02_any_text_gets_an_answer(text: str) -> None:
    assert isinstance(RULES.problems(Secret(text), names=(text[:9],)), tuple)


def test_PW03_the_list_of_common_passwords_is_read() -> None:
    assert len(common_passwords()) > 300
    assert not any(word.startswith("#") for word in common_passwords())


def breached(folder: Path, *passwords: str, length: int = 40, tail: str = ":17\r\n") -> Path:
    digests = (hashlib.sha1(each.encode()).hexdigest().upper() for each in passwords)  # noqa: S324
    path = folder / "leaked.txt"
    path.write_text("".join(each[:length] + tail for each in sorted(digests)), newline="")
    return path


@pytest.mark.parametrize("length", [10, 20, 40])
@pytest.mark.parametrize("tail", ["\n", ":17\r\n"])
@pytest.mark.parametrize("count", [1, 2, 3, 500])
def test_PW03_leaked_passwords_are_found(
    tmp_path: Path, count: int, tail: str, length: int
) -> None:
    leaked = [f"leaked word {n}" for n in range(count)]
    found = BreachedPasswords(breached(tmp_path, *leaked, length=length, tail=tail))
    assert all(each in found for each in leaked)
    assert not any(f"{each}?" in found for each in leaked)
    rules = PasswordRules(breached=found)
    assert rules.problems(Secret(leaked[0])) == (P.BREACHED,)
    assert rules.problems(Secret(GOOD)) == ()


def test_PW03_the_last_line_needs_no_end(tmp_path: Path) -> None:
    path = breached(tmp_path, "one leaked word", "another leaked word")
    path.write_bytes(path.read_bytes().rstrip())
    found = BreachedPasswords(path)
    assert "one leaked word" in found
    assert "another leaked word" in found


@pytest.mark.parametrize(
    "text",
    ["", "\n\n", "hello\n", "ABCDEF\n", "F" * 20 + "\n" + "0" * 20, "A" * 20 + "\n" + "B" * 22],
)
def test_PW03_another_file_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "list.txt"
    path.write_text(text)
    with pytest.raises(InputError, match=r"leaked passwords|SHA-1 prefixes"):
        BreachedPasswords(path)


def test_PW03_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.txt` cannot be read"):
        BreachedPasswords(tmp_path / "none.txt")
