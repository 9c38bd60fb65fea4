"""Which passwords may be chosen: long enough, not common, not banned, not breached.

There are no rules of composition and no expiry (NIST SP 800-63B-4, 3.1.1.2; ASVS 6.2.5). Banned
words are weighed as Microsoft Entra Password Protection does (entra-docs authentication/
concept-password-ban-bad): the password is put into a plain form, every banned word found in it
counts one point, every other character one; five are needed.
"""

from __future__ import annotations

import string
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import cache
from itertools import pairwise
from pathlib import Path

from ostiary.secrecy.breached import BreachedPasswords
from ostiary.secrecy.passwords import UnusablePassword, normalised
from ostiary.secrecy.secret import Secret

SHORTEST = 8
SHORTEST_ALONE = 15
"""Where the password is the only factor (NIST SP 800-63B-4, 3.1.1.2)."""
NEEDED_POINTS = 5
SHORTEST_WORD, LONGEST_WORD = 4, 16
"""Entra's limits; shorter banned words would be found by chance."""
MOST_WORDS = 1000
"""Entries of a tenant's own list (Entra's limit)."""
_YEARS = range(1950, 2040)
_DRESSING = string.digits + string.punctuation
_PLAIN = str.maketrans("013457@$!|€", "oleastasile")


class PasswordProblem(Enum):
    """Why a password cannot be chosen."""

    TOO_SHORT = "tooShort"
    TOO_LONG = "tooLong"
    COMMON = "common"
    BANNED = "banned"
    OWN_NAME = "ownName"
    BREACHED = "breached"


@dataclass(frozen=True, slots=True)
class PasswordRules:
    """What a tenant asks of new passwords.

    `banned` are words of the organization; `breached` a list of leaked passwords, if there is one.
    """

    shortest: int = SHORTEST
    shortest_alone: int = SHORTEST_ALONE
    banned: tuple[str, ...] = ()
    breached: BreachedPasswords | None = None

    def problems(
        self, password: Secret[str], *, names: Iterable[str] = (), only_factor: bool = False
    ) -> tuple[PasswordProblem, ...]:
        """Give everything that speaks against a new password, none where it may be chosen.

        `names` are the user's own: name parts, user principal name, organization.
        """
        try:
            text = normalised(password).reveal().decode()
        except UnusablePassword:
            return (PasswordProblem.TOO_LONG,)
        shortest = max(self.shortest, self.shortest_alone) if only_factor else self.shortest
        plain, own = plain_form(text), _words(names)
        found = {
            PasswordProblem.TOO_SHORT: len(text) < shortest,
            PasswordProblem.COMMON: _is_common(text) or _repeats(text),
            PasswordProblem.BANNED: _points(plain, self._weighed()) < NEEDED_POINTS,
            PasswordProblem.OWN_NAME: _points(plain, own) < NEEDED_POINTS
            or any(_nearly(plain, name) for name in own),
            PasswordProblem.BREACHED: self.breached is not None and text in self.breached,
        }
        return tuple(problem for problem, true in found.items() if true)

    def _weighed(self) -> frozenset[str]:
        own = _words(self.banned[:MOST_WORDS])
        common = {word for word in common_passwords() if len(word) >= SHORTEST_WORD}
        return own | common | {plain_form(str(year)) for year in _YEARS}


def plain_form(text: str) -> str:
    """Give the form in which words are looked for: lower case, usual substitutions undone."""
    return text.casefold().translate(_PLAIN)


@cache
def common_passwords() -> frozenset[str]:
    """Give the passwords that are tried first, in plain form: `data/common_passwords.txt`."""
    lines = Path(__file__).with_name("data").joinpath("common_passwords.txt")
    words = (line.strip() for line in lines.read_text(encoding="utf-8").splitlines())
    return frozenset(plain_form(word) for word in words if word and not word.startswith("#"))


def _words(names: Iterable[str]) -> frozenset[str]:
    """Give names and their parts in plain form."""
    whole = tuple(names)
    parts = (part for name in whole for part in name.replace("@", " ").replace(".", " ").split())
    split = (*whole, *parts)
    return frozenset(plain_form(word) for word in split if len(word) >= SHORTEST_WORD)


def _points(plain: str, banned: frozenset[str]) -> int:
    """Count one for each banned word, longest first, and one for each character left."""
    points, rest = 0, plain
    for word in sorted((word for word in banned if word in plain), key=len, reverse=True):
        points += rest.count(word)
        rest = rest.replace(word, "")
    return points + len(rest)


def _nearly(plain: str, word: str) -> bool:
    """Whether one edit at most tells a password from a word (Entra's fuzzy match)."""
    shorter, longer = sorted((plain, word), key=len)
    if len(longer) - len(shorter) > 1:
        return False
    same = next((n for n, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), None)
    if same is None:
        return True
    after = same if len(shorter) < len(longer) else same + 1
    return shorter[after:] == longer[same + 1 :]


def _is_common(text: str) -> bool:
    """Whether it is a common password, as it is or with a few digits and signs around it."""
    core = text.strip(_DRESSING)
    dressed = len(text) - len(core) < NEEDED_POINTS and plain_form(core) in common_passwords()
    return dressed or plain_form(text) in common_passwords()


def _repeats(text: str) -> bool:
    """Whether it is one short piece again and again, or a run such as `abcdefgh`."""
    if any(text == (text[:size] * len(text))[: len(text)] for size in range(1, 4)):
        return True
    return {ord(b) - ord(a) for a, b in pairwise(text)} in ({1}, {-1})
