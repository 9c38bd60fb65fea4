"""What may be written of an application and of a service principal.

Redirect URIs are `https`, or `http` on the loopback interface, exactly as they will be compared;
identifier URIs are the application's own (entra-docs identity-platform/
reply-url, identifier-uri-restrictions), so that no token for it is one for another.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlsplit

from ostiary.graph.bodies import (
    FLAG,
    OBJECT,
    OBJECTS,
    TEXT,
    TEXTS,
    Kind,
    Members,
    body_shape,
    one_of,
    written,
)
from ostiary.graph.permission_bodies import app_roles_of, needs_of, permissions_of
from ostiary.http.errors import ApiError
from ostiary.model.json_types import JsonObject, as_object, is_list, is_object

_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def _is_redirect(value: object, *, native: bool) -> bool:
    if not isinstance(value, str) or any(each.isspace() or each in "*#\\" for each in value):
        return False
    try:
        parts = urlsplit(value)
        host = parts.hostname
    except ValueError:
        return False
    if "@" in parts.netloc:
        return False
    if parts.scheme == "http":
        return host in _LOOPBACK
    if parts.scheme == "https":
        return bool(host)
    return native and ("." in parts.scheme or parts.scheme.startswith("msal"))


def _redirects(*, native: bool = False) -> Kind:
    return Kind(
        lambda value: is_list(value) and all(_is_redirect(each, native=native) for each in value),
        "a list of redirect URIs (https, or http on localhost; no `*`, `#` or blanks)",
        empties=False,
        shape=TEXTS.shape,
    )


_LOGOUT: Final = Kind(
    lambda value: _is_redirect(value, native=False),
    "a URI (https, or http on localhost)",
    shape=TEXT.shape,
)
_PLATFORMS: Final[dict[str, Members]] = {
    "web": {
        "redirectUris": _redirects(),
        "homePageUrl": TEXT,
        "logoutUrl": _LOGOUT,
        "implicitGrantSettings": OBJECT,
        "redirectUriSettings": OBJECTS,
    },
    "spa": {"redirectUris": _redirects()},
    "publicClient": {"redirectUris": _redirects(native=True)},
}
_GROUP_CLAIMS: Final = one_of("None", "SecurityGroup", "ApplicationGroup", "DirectoryRole", "All")
_APPLICATION: Final[Members] = {
    "displayName": TEXT.needed,
    "description": TEXT,
    "notes": TEXT,
    "serviceManagementReference": TEXT,
    "signInAudience": one_of("AzureADMyOrg", "AzureADMultipleOrgs").needed,
    "isFallbackPublicClient": FLAG,
    "identifierUris": TEXTS,
    "tags": TEXTS,
    "groupMembershipClaims": _GROUP_CLAIMS,
    "appRoles": OBJECTS,
    "api": OBJECT.needed,
    "requiredResourceAccess": OBJECTS,
    "keyCredentials": OBJECTS,
    **{name: replace(OBJECT, shape=body_shape(inner)).needed for name, inner in _PLATFORMS.items()},
}
_PRINCIPAL: Final[Members] = {
    "accountEnabled": FLAG,
    "appRoleAssignmentRequired": FLAG,
    "keyCredentials": OBJECTS,
    "notes": TEXT,
    "tags": TEXTS,
}
_FIRST_PRINCIPAL: Final[Members] = {**_PRINCIPAL, "appId": TEXT.needed}
APPLICATION_BODY: Final = body_shape(_APPLICATION)
NEW_APPLICATION: Final = body_shape(_APPLICATION, needed=("displayName",))
PRINCIPAL_BODY: Final = body_shape(_PRINCIPAL)
NEW_PRINCIPAL: Final = body_shape(_FIRST_PRINCIPAL, needed=("appId",))


def application_of(
    document: JsonObject, old: JsonObject, own: tuple[str, ...], *, first: bool = False
) -> dict[str, Any]:
    """Read an application; platforms are merged into what there was. Raises ApiError (400).

    `own` are the beginnings that its identifier URIs may have. `keyCredentials` come as they are:
    see `credentials.certificates_of`.
    """
    read = written(document, _APPLICATION, needed=("displayName",) if first else ())
    for name, inner in _PLATFORMS.items():
        if is_object(read.get(name)):
            read[name] = {**as_object(old.get(name)), **written(read[name], inner)}
    if "api" in read:
        read["api"] = permissions_of(read["api"], old)
    if "appRoles" in read:
        read["appRoles"] = app_roles_of(read["appRoles"], old)
    if "requiredResourceAccess" in read:
        read["requiredResourceAccess"] = needs_of(read["requiredResourceAccess"])
    for each in read.get("identifierUris", ()):
        if not any(each == start or each.startswith(f"{start}/") for start in own):
            raise ApiError(
                400,
                "Request_BadRequest",
                f"expected identifier URIs that begin with {' or '.join(own)}, came `{each[:60]}`",
            )
    return read


def principal_of(document: JsonObject, *, first: bool = False) -> dict[str, Any]:
    """Read a service principal. Raises ApiError (400)."""
    members = _FIRST_PRINCIPAL if first else _PRINCIPAL
    return written(document, members, needed=("appId",) if first else ())
