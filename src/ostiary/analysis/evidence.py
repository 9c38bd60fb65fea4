"""What the log cannot prove: who was never seen in it, and who in it may be a program.

Silence is not proof: somebody who did not sign in while the log was taken may still be locked out.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ostiary.analysis.impact_marks import Person
from ostiary.analysis.impact_outcomes import Counts
from ostiary.analysis.impact_results import Named, ServiceAccount, Unseen
from ostiary.analysis.impact_summary import named_person
from ostiary.analysis.impact_tally import BEHAVIOURS, Tally
from ostiary.analysis.impact_work import Work
from ostiary.conditions.memberships import index
from ostiary.model.directory import Directory, User

MOST_NAMED = 100
_MANY = 20
_MOSTLY = 0.95


@dataclass(frozen=True)
class Evidence:
    """What the counts say about the log itself."""

    work: Work
    tally: Tally

    def users_seen(self) -> frozenset[str]:
        """Give the distinct users in the log, by id."""
        return frozenset(person.id for person in self._seen_people() if not person.workload)

    def never_seen(self) -> Mapping[str, Unseen]:
        """Give users, administrators, emergency access accounts and applications not in the log."""
        directory = self.work.directory
        seen = self.users_seen()
        users = [user for user in directory.users.values() if user.enabled]
        holders = administrators(directory)
        admins = [user for user in users if user.id in holders]
        emergency = _emergency(directory)
        seen_apps = {name for name, rows in self._apps() if rows}
        apps = directory.applications.values()
        silent = [Named(a.app_id, a.display_name) for a in apps if a.app_id not in seen_apps]
        return {
            "users": _unseen_users(users, seen),
            "administrators": _unseen_users(admins, seen),
            "emergencyAccess": _unseen_users(emergency, seen),
            "apps": _unseen(silent, len(apps)),
        }

    def _seen_people(self) -> Iterator[Person]:
        counts = self.tally.behaviour.sum(axis=1)
        people = self.work.marks.people.values
        return (people[number] for number in np.flatnonzero(counts).tolist())

    def _apps(self) -> Iterator[tuple[str | None, int]]:
        counts = self.tally.values["app"].sum(axis=1)
        names = self.work.names("app").values
        return ((name, int(counts[number])) for number, name in enumerate(names))

    def service_accounts(self) -> tuple[ServiceAccount, ...]:
        """Give the user accounts that look as if programs used them."""
        behaviour = self.tally.behaviour.astype(np.int64)
        breaks = self.tally.changed[:, 1:4].sum(axis=1)
        people = self.work.marks.people.values
        found = [
            self._service_account(people[number], behaviour[number].tolist(), int(breaks[number]))
            for number in np.flatnonzero(_may_be_programs(behaviour)).tolist()
            if not people[number].workload
        ]
        looks = [each for each in found if each is not None]
        return tuple(
            sorted(looks, key=lambda each: (-each.breaks, -len(each.signs), each.person.id))
        )

    def _service_account(
        self, person: Person, counts: Iterable[int], breaks: int
    ) -> ServiceAccount | None:
        held: dict[str, int] = dict(zip(BEHAVIOURS, map(int, counts), strict=True))
        registration = self.work.directory.registrations.get(person.id)
        signs = _signs(held, mfa_registered=registration.mfa if registration else None)
        if len(signs) < 2 and not held["passwordGrant"]:
            return None
        named = named_person(self.work.directory, person)
        return ServiceAccount(named, signs, held["interactive"] + held["background"], breaks)


def _may_be_programs(behaviour: Counts) -> npt.NDArray[np.bool_]:
    """Leave out at once who shows no sign but perhaps the lack of a method."""
    held = dict(zip(BEHAVIOURS, behaviour.T, strict=True))
    every = held["interactive"] + held["background"]
    mostly = (held["background"] >= _MANY) & (held["background"] >= _MOSTLY * every)
    signs = held["passwordGrant"] + held["deviceCode"] + held["legacyClient"]
    return (signs > 0) | mostly


def _signs(held: Mapping[str, int], *, mfa_registered: bool | None) -> list[str]:
    """Say in what way an account does not behave like a person's."""
    every = held["interactive"] + held["background"]
    found: list[str] = []
    if held["passwordGrant"]:
        found.append(f"{held['passwordGrant']} sign-ins with a stored password (ROPC)")
    if held["deviceCode"]:
        found.append(f"{held['deviceCode']} by device code")
    if held["legacyClient"]:
        found.append(f"{held['legacyClient']} by legacy clients")
    if held["background"] >= _MANY and held["background"] >= _MOSTLY * every:
        found.append(f"{held['background']} of {every} not interactive")
    if mfa_registered is False:
        found.append("no method for multifactor authentication registered")
    elif every >= _MANY and not held["multifactor"] and mfa_registered is None:
        found.append("never showed multifactor authentication")
    return found


def administrators(directory: Directory) -> frozenset[str]:
    """Give the users who hold a built-in directory role for the whole tenant."""
    roles = frozenset(each.role_id for each in directory.role_assignments or ())
    if not roles:
        return frozenset()
    known = index(directory, frozenset(), roles)
    candidates = (known.roles.keys() | known.direct.keys()) & directory.users.keys()
    return frozenset(user for user in candidates if known.roles_of(user, known.groups_of(user)))


def _emergency(directory: Directory) -> list[User]:
    accounts = directory.settings.emergency_access
    groups = frozenset(account for account in accounts if account in directory.groups)
    known = index(directory, groups, frozenset()) if groups else None
    return [
        user
        for user in directory.users.values()
        if user.id in accounts or (known is not None and known.groups_of(user.id))
    ]


def _named_user(user: User) -> Named:
    return Named(user.id, user.principal_name or user.display_name)


def _unseen_users(users: Sequence[User], seen: Container[str]) -> Unseen:
    absent = [_named_user(user) for user in users if user.id not in seen]
    return _unseen(absent, len(users))


def _unseen(absent: list[Named], of: int) -> Unseen:
    absent.sort(key=lambda each: (each.name.casefold(), each.id))
    return Unseen(len(absent), of, tuple(absent[:MOST_NAMED]))
