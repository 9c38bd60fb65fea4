"""PW03: what the settings ask of new passwords is asked."""

from __future__ import annotations

from hashlib import sha1
from pathlib import Path

import pytest

from ostiary.secrecy.password_rules import PasswordProblem
from ostiary.secrecy.secret import Secret
from ostiary.serving.service_settings import service_settings
from ostiary.serving.settings_reading import SettingsError, read_settings

_LEAKED = "harbour seals at dawn"


@pytest.mark.parametrize(
    ("typed", "problems"),
    [
        ("Fj0rdvik-pil0t", [PasswordProblem.BANNED]),
        ("nine cool", [PasswordProblem.TOO_SHORT]),
        (_LEAKED, [PasswordProblem.BREACHED]),
        ("twelve winter lanterns", []),
    ],
)
def test_PW03_the_rules_of_the_settings_are_in_force(
    tmp_path: Path, typed: str, problems: list[PasswordProblem]
) -> None:
    digest = sha1(_LEAKED.encode(), usedforsecurity=False).hexdigest().upper()
    (tmp_path / "leaked.txt").write_text(f"{digest}:7\n", encoding="utf-8")
    (tmp_path / "ostiary.toml").write_text(
        '[password_rules]\nshortest = 12\nbanned = ["Fjordvik", "pilot"]\nbreached = "leaked.txt"',
        encoding="utf-8",
    )
    read = read_settings(config=None, folder=tmp_path, environment={})
    rules = service_settings(read.settings).password_rules
    assert list(rules.problems(Secret(typed))) == problems


@pytest.mark.parametrize("line", ['banned = ["abc"]', "shortest = 7", 'banned = "pilot"'])
def test_rules_that_cannot_be_kept_are_told(tmp_path: Path, line: str) -> None:
    (tmp_path / "ostiary.toml").write_text(f"[password_rules]\n{line}\n", encoding="utf-8")
    with pytest.raises(SettingsError):
        read_settings(config=None, folder=tmp_path, environment={})
