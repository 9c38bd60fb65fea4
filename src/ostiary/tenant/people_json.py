"""Users, groups, role assignments and registered methods, from raw objects.

100,000 users are common: plain loops, no models, and every id is kept once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol, TypeVar

from ostiary.model.directory import Group, Registration, RoleAssignment, User
from ostiary.model.json_types import JsonObject
from ostiary.tenant.documents import Part, Warning_
from ostiary.tenant.kept_reading import Memory
from ostiary.tenant.members import (
    WrongMember,
    boolean,
    identifier,
    members,
    optional_boolean,
    optional_identifier,
    optional_text,
    text,
    texts,
    values,
)
from ostiary.tenant.shapes import is_object
from ostiary.tenant.spelling import MORE_MEMBERS, TYPE, Spelling


class _Identified(Protocol):
    @property
    def id(self) -> str: ...


Value = TypeVar("Value", bound=_Identified)
Found = TypeVar("Found")


def read_all(
    parts: Iterable[Part], read: Callable[[JsonObject], Found], memory: Memory | None = None
) -> Iterator[tuple[Found, Part, int]]:
    """Read every element of some lists, each with its list and its number in it.

    `memory` knows what some of them were read as before. Raises InputError naming
    the place of the first one that is not what it should be.
    """
    spelling, memory = Spelling(), memory or Memory()
    before, now = memory.before, memory.now
    for part in parts:
        for number, raw in enumerate(part.values):
            known = before.get(id(raw))
            if known is not None:
                now[id(raw)] = known
                yield known, part, number
                continue
            try:
                if not is_object(raw):
                    raise WrongMember("", "an object", raw)
                value = now[id(raw)] = read(spelling.shallow(raw))
            except WrongMember as wrong:
                raise wrong.at(part.source(number)) from None
            yield value, part, number


def by_id(
    parts: Iterable[Part],
    read: Callable[[JsonObject], Value],
    warnings: list[Warning_],
    memory: Memory | None = None,
) -> dict[str, Value]:
    """Read a collection by id. Of two different objects with one id the first is used, and said."""
    found: dict[str, Value] = {}
    for value, part, number in read_all(parts, read, memory):
        first = found.setdefault(value.id, value)
        if first is not value and first != value:
            message = f"id `{value.id}` was met before with other content; the first one is used"
            warnings.append(Warning_("duplicateId", message, part.source(number)))
    return found


class Ids(dict[str, str]):
    """Ids in lower case, each kept once however often it is met (members of groups, mostly)."""

    def __missing__(self, written: str) -> str:
        """Take an id for the first time."""
        folded = written.casefold()
        kept = self[written] = self.setdefault(folded, folded)
        return kept


def read_user(raw: JsonObject) -> User:
    """Read a user of Graph, or of a tenant document with `externalUserType`."""
    kind, name = text(raw, "userType") or "Member", text(raw, "userPrincipalName")
    return User(
        id=identifier(raw, "id"),
        display_name=text(raw, "displayName"),
        principal_name=name,
        user_type=kind,
        enabled=boolean(raw, "accountEnabled", default=True),
        external_type=_external_type(raw, kind, name),
        home_tenant=optional_identifier(raw, "homeTenantId"),
        is_agent=str(raw.get(TYPE, "")).endswith(".agentUser"),
    )


def _external_type(raw: JsonObject, kind: str, name: str) -> str | None:
    """Give the external user type; Graph itself has no such member, so its marks tell.

    `#EXT#` in the name, an invitation or its state mark somebody who authenticates elsewhere;
    a guest without them has a local account (entra-docs external-id/user-properties).
    """
    if "externalUserType" in raw:
        return optional_text(raw, "externalUserType")
    invited = raw.get("creationType") == "Invitation" or bool(raw.get("externalUserState"))
    outside = invited or "#ext#" in name.casefold()
    if kind.casefold() == "guest":
        return "b2bCollaborationGuest" if outside else "internalGuest"
    return "b2bCollaborationMember" if outside else None


def group_reader(ids: Ids) -> Callable[[JsonObject], Group]:
    """Make a reader of groups that keeps the ids of members in `ids`.

    A list of members that goes on elsewhere tells of nobody that he is no member: it is unknown.
    """

    def read(raw: JsonObject) -> Group:
        known = raw.get("members") is not None and not raw.get(MORE_MEMBERS)
        return Group(
            id=ids[identifier(raw, "id")],
            display_name=text(raw, "displayName"),
            members=_members(raw, ids) if known else None,
            dynamic="DynamicMembership" in texts(raw, "groupTypes"),
            role_assignable=optional_boolean(raw, "isAssignableToRole"),
        )

    return read


def _members(raw: JsonObject, ids: Ids) -> tuple[str, ...]:
    """Give the members' ids; `$expand=members` of Graph gives objects in their place."""
    found = values(raw, "members")
    try:
        return tuple(map(ids.__getitem__, found))
    except (TypeError, AttributeError):
        return tuple(ids[_member(each)] for each in found)


def _member(value: Any) -> str:
    if isinstance(value, str):
        return value
    if is_object(value):
        return identifier(value, "id")
    raise WrongMember("members", "ids or objects with an id", value)


def read_role_assignment(raw: JsonObject) -> RoleAssignment:
    """Read an active assignment (unifiedRoleAssignment); only the scope `/` is tenant-wide.

    One with neither `directoryScopeId` nor `appScopeId` may hold anywhere: its scope is None.
    """
    definition = members(raw, "roleDefinition")
    scope = optional_text(raw, "directoryScopeId") or optional_text(raw, "appScopeId")
    return RoleAssignment(
        role_id=identifier(raw, "roleDefinitionId"),
        principal_id=identifier(raw, "principalId"),
        scope=scope,
        built_in=boolean(definition, "isBuiltIn", default=True),
    )


def read_role_name(raw: JsonObject) -> tuple[str, str]:
    """Give the id and the name of the role of an assignment, as far as the export has them."""
    return text(raw, "roleDefinitionId").casefold(), text(
        members(raw, "roleDefinition"), "displayName"
    )


_MODES = {
    "microsoftAuthenticatorPush": ("microsoftAuthenticatorPush",),
    "microsoftAuthenticatorPasswordless": ("deviceBasedPush", "microsoftAuthenticatorPush"),
    "softwareOneTimePasscode": ("softwareOath",),
    "hardwareOneTimePasscode": ("hardwareOath",),
    "mobilePhone": ("sms", "voice"),
    "alternateMobilePhone": ("voice",),
    "officePhone": ("voice",),
    "fido2SecurityKey": ("fido2",),
    "passKeyDeviceBound": ("fido2",),
    "passKeyDeviceBoundAuthenticator": ("fido2",),
    "passKeySynced": ("fido2",),
    "passKeyDeviceBoundWindowsHello": ("windowsHelloForBusiness",),
    "macOsSecureEnclaveKey": ("windowsHelloForBusiness",),
    "temporaryAccessPass": ("temporaryAccessPassOneTime", "temporaryAccessPassMultiUse"),
    "email": (),
    "securityQuestion": (),
}
"""Words of `methodsRegistered` -> method modes of authentication strengths.

The words: api-reference userregistrationdetails. Mail and questions only reset passwords; a
platform credential of macOS counts as Windows Hello for Business (entra-docs authentication/
concept-authentication-strengths). Words that are modes already, and unknown ones, stay.
"""


def read_registration(raw: JsonObject) -> Registration:
    """Read what a user has registered (`reports/authenticationMethods`); absent is unknown."""
    named = texts(raw, "methodsRegistered") if raw.get("methodsRegistered") is not None else None
    return Registration(
        user_id=identifier(raw, "id"),
        mfa=optional_boolean(raw, "isMfaRegistered"),
        methods=None
        if named is None
        else frozenset(mode for word in named for mode in _MODES.get(word, (word,))),
    )
