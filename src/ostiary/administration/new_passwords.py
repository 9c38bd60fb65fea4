"""A password that an administrator gives to somebody: checked by the rules, kept as a hash."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ostiary.model.errors import InputError
from ostiary.secrecy.password_rules import PasswordProblem, PasswordRules
from ostiary.secrecy.passwords import Passwords
from ostiary.secrecy.secret import Secret

_SENTENCES: Final = {
    PasswordProblem.TOO_SHORT: "it is too short",
    PasswordProblem.TOO_LONG: "it is too long",
    PasswordProblem.COMMON: "it is one that is tried first",
    PasswordProblem.BANNED: "it is made of banned words",
    PasswordProblem.OWN_NAME: "it is made of the user's own name",
    PasswordProblem.BREACHED: "it is in a list of leaked passwords",
}


@dataclass(frozen=True, slots=True)
class NewPassword:
    """The hash of a password, and whether its owner has to choose another at the next sign-in."""

    hash: str
    must_change: bool


def new_password(
    text: Secret[str],
    *,
    must_change: bool,
    passwords: Passwords,
    rules: PasswordRules,
    names: Iterable[str] = (),
    only_factor: bool = False,
) -> NewPassword:
    """Hash a password that the rules allow. Raises InputError telling what speaks against it.

    One that has to be changed at once is no user's only factor for long; it may be shorter.
    """
    alone = only_factor and not must_change
    problems = rules.problems(text, names=names, only_factor=alone)
    if problems:
        shortest = max(rules.shortest, rules.shortest_alone) if alone else rules.shortest
        raise InputError(
            "the specified password does not comply with password complexity requirements: "
            + ", ".join(_SENTENCES[each] for each in problems),
            hint=f"choose one of {shortest} characters or more that nobody would guess",
        )
    return NewPassword(passwords.hash(text), must_change)
