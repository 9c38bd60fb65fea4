"""The least permissions of Graph for each thing that is done, and which of them a token lacks.

Sources: the permission tables of the Graph reference (list users, list groups, …). Graph decides;
this is for advice, before anything is asked, and for the documentation.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ostiary.entra.errors import Refused
from ostiary.entra.tokens import permissions_in


@dataclass(frozen=True, slots=True)
class Need:
    """What one thing takes: the first of `enough` is the least, any of them suffices.

    `together`: permissions that are needed beside it.
    """

    what: str
    enough: tuple[str, ...]
    together: tuple[str, ...] = ()

    def missing(self, held: frozenset[str]) -> tuple[str, ...]:
        """Name what is missing, the least permission where none of several is held."""
        folded = {each.casefold() for each in held}
        lacking = [each for each in self.together if each.casefold() not in folded]
        if not any(each.casefold() in folded for each in self.enough):
            lacking.insert(0, self.enough[0])
        return tuple(lacking)

    @property
    def least(self) -> tuple[str, ...]:
        """The permissions to ask for."""
        return (self.enough[0], *self.together)


_DIRECTORY: Final = ("Directory.Read.All", "Directory.ReadWrite.All")
READ_POLICIES: Final = Need("policies, named locations and strengths", ("Policy.Read.All",))
READ_USERS: Final = Need("users", ("User.Read.All", "User.ReadWrite.All", *_DIRECTORY))
READ_GROUPS: Final = Need(
    "groups and their members",
    ("GroupMember.Read.All", "Group.Read.All", "Group.ReadWrite.All", *_DIRECTORY),
)
READ_ROLES: Final = Need(
    "role assignments",
    ("RoleManagement.Read.Directory", "RoleManagement.ReadWrite.Directory", *_DIRECTORY),
)
READ_APPLICATIONS: Final = Need(
    "applications and service principals",
    ("Application.Read.All", "Application.ReadWrite.All", *_DIRECTORY),
)
READ_DEVICES: Final = Need("devices", ("Device.Read.All", *_DIRECTORY))
READ_ORGANIZATION: Final = Need("the tenant's id", ("Organization.Read.All", *_DIRECTORY))
READ_LOGS: Final = Need("sign-ins and registered methods", ("AuditLog.Read.All",))
READ_AGREEMENTS: Final = Need("terms of use", ("Agreement.Read.All", "Agreement.ReadWrite.All"))
WRITE_POLICIES: Final = Need(
    "changing policies",
    ("Policy.ReadWrite.ConditionalAccess",),
    ("Policy.Read.All", "Application.Read.All"),
)
WRITE_OBJECTS: Final = Need(
    "changing named locations, strengths and authentication contexts",
    ("Policy.ReadWrite.ConditionalAccess",),
    ("Policy.Read.All",),
)
WRITE_GROUPS: Final = Need(
    "making, changing and deleting groups",
    ("Group.ReadWrite.All", "Directory.ReadWrite.All"),
)
PULLING: Final = (
    READ_ORGANIZATION,
    READ_POLICIES,
    READ_USERS,
    READ_GROUPS,
    READ_ROLES,
    READ_APPLICATIONS,
    READ_DEVICES,
    READ_LOGS,
    READ_AGREEMENTS,
)
APPLYING: Final = (WRITE_POLICIES, WRITE_OBJECTS, WRITE_GROUPS)


def require(token: str, needs: Iterable[Need], *, doing: str) -> bool:
    """Raise Refused where a token says that it lacks something; False where nobody can tell."""
    held = permissions_in(token)
    if held is None:
        return False
    lacking = [(need, found) for need in needs if (found := need.missing(held))]
    if not lacking:
        return True
    told = "; ".join(f"{', '.join(found)} ({need.what})" for need, found in lacking)
    body = {"error": {"code": "missingPermissions", "message": f"the token lacks {told}"}}
    raise Refused(doing, 403, body, hint="grant them to the application, with admin consent")
