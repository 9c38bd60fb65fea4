"""What an application offers to others, and what it needs of them: roles, scopes, permissions.

Sources: Graph resources approle, permissionscope, preauthorizedapplication, apiapplication,
requiredresourceaccess; entra-docs identity-platform/reference-app-manifest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from ostiary.graph.bodies import FLAG, OBJECTS, TEXT, TEXTS, Kind, Members, one_of, written
from ostiary.http.calls import guid
from ostiary.http.errors import ApiError
from ostiary.model.json_types import JsonObject, as_object, is_list

_VALUE: Final = re.compile(r"(?!\.)[!#-\[\]-~]{1,120}")
"""Of a role or scope: no blank, quote or backslash (RFC 6749, 3.3), no dot at its beginning."""
_GUID: Final = Kind(
    lambda value: isinstance(value, str) and guid(value) is not None, "a GUID", empties=False
)
_CLAIM: Final = Kind(
    lambda value: isinstance(value, str) and _VALUE.fullmatch(value) is not None,
    "a word without blanks of at most 120 characters",
)
_MEMBER_TYPES: Final = frozenset({"User", "Application"})
_ROLE: Final[Members] = {
    "id": _GUID,
    "displayName": TEXT.needed,
    "description": TEXT,
    "value": _CLAIM,
    "isEnabled": FLAG,
    "origin": TEXT,
    "allowedMemberTypes": Kind(
        lambda value: is_list(value) and bool(value) and _MEMBER_TYPES.issuperset(map(str, value)),
        "`User`, `Application` or both",
        empties=False,
    ),
}
_SCOPE: Final[Members] = {
    "id": _GUID,
    "value": _CLAIM.needed,
    "type": one_of("User", "Admin").needed,
    "isEnabled": FLAG,
    "origin": TEXT,
    **dict.fromkeys(
        (
            "adminConsentDisplayName",
            "adminConsentDescription",
            "userConsentDisplayName",
            "userConsentDescription",
        ),
        TEXT,
    ),
}
_API: Final[Members] = {
    "oauth2PermissionScopes": OBJECTS,
    "preAuthorizedApplications": OBJECTS,
    "knownClientApplications": TEXTS,
    "requestedAccessTokenVersion": Kind(
        lambda value: not isinstance(value, bool) and value in (1, 2), "1 or 2"
    ),
}
_PRE_AUTHORIZED: Final[Members] = {
    "appId": _GUID,
    "delegatedPermissionIds": TEXTS,
    "permissionIds": TEXTS,
}
_NEEDS: Final[Members] = {"resourceAppId": _GUID, "resourceAccess": OBJECTS}
_NEED: Final[Members] = {"id": _GUID, "type": one_of("Scope", "Role").needed}


def app_roles_of(found: list[Any], old: JsonObject) -> list[dict[str, Any]]:
    """Read application roles. Raises ApiError (400)."""
    needed = ("id", "displayName", "allowedMemberTypes")
    roles = [{"isEnabled": True, **written(each, _ROLE, needed=needed)} for each in found]
    _require_distinct(roles, "appRoles")
    _require_disabled_first(old.get("appRoles"), roles, "appRoles")
    return roles


def permissions_of(found: JsonObject, old: JsonObject) -> dict[str, Any]:
    """Read `api`, merged into what there was. Raises ApiError (400)."""
    before = as_object(old.get("api"))
    read = written(found, _API)
    scopes = read.get("oauth2PermissionScopes")
    if scopes is not None:
        needed = ("id", "value")
        read["oauth2PermissionScopes"] = scopes = [
            {"isEnabled": True, "type": "User", **written(each, _SCOPE, needed=needed)}
            for each in scopes
        ]
        _require_distinct(scopes, "oauth2PermissionScopes")
        name = "oauth2PermissionScopes"
        _require_disabled_first(before.get(name), scopes, name)
    pre_authorized = read.get("preAuthorizedApplications")
    merged = {**before, **read}
    if pre_authorized is not None:
        offered = {str(as_object(e).get("id")) for e in merged.get("oauth2PermissionScopes") or ()}
        merged["preAuthorizedApplications"] = [_pre_authorized(e, offered) for e in pre_authorized]
    return merged


def needs_of(found: list[Any]) -> list[dict[str, Any]]:
    """Read the permissions that an application needs of others. Raises ApiError (400)."""
    read = [written(each, _NEEDS, needed=tuple(_NEEDS)) for each in found]
    return [
        {
            "resourceAppId": each["resourceAppId"],
            "resourceAccess": [
                written(need, _NEED, needed=tuple(_NEED)) for need in each["resourceAccess"]
            ],
        }
        for each in read
    ]


def _pre_authorized(found: JsonObject, offered: set[str]) -> dict[str, Any]:
    read = written(found, _PRE_AUTHORIZED, needed=("appId",))
    # beta says `permissionIds` for what v1.0 calls `delegatedPermissionIds`
    ids: list[str] = read.get("delegatedPermissionIds") or read.get("permissionIds") or []
    unknown = [each for each in ids if each not in offered]
    if unknown:
        raise _refused(f"expected ids of own scopes in `preAuthorizedApplications`: {unknown[0]}")
    return {"appId": read["appId"], "delegatedPermissionIds": ids}


def _require_distinct(found: Iterable[JsonObject], member: str) -> None:
    listed = list(found)
    for name in ("id", "value"):
        given = [str(each[name]).casefold() for each in listed if each.get(name)]
        if len(given) != len(set(given)):
            raise _refused(f"expected another `{name}` for each of `{member}`")


def _require_disabled_first(old: object, new: Iterable[JsonObject], member: str) -> None:
    """Refuse to drop what is still enabled: tokens are given out for it, as Entra has it."""
    kept = {str(each.get("id")).casefold() for each in new}
    for each in old if is_list(old) else ():
        entry = as_object(each)
        if str(entry.get("id")).casefold() not in kept and entry.get("isEnabled") is not False:
            raise ApiError(
                400,
                "CannotDeleteOrUpdateEnabledEntitlement",
                f"`{entry.get('value')}` in `{member}` is enabled: set its `isEnabled` to false "
                "first",
            )


def _refused(message: str) -> ApiError:
    return ApiError(400, "Request_BadRequest", message)
