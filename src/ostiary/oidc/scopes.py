"""Reading `scope` and the older `resource`: one resource a request, its permissions, OIDC's scopes.

Source: entra-docs identity-platform/scopes-oidc, wire contract section 2.3.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from ostiary.oidc.errors import OAuthError, oauth_error
from ostiary.oidc.first_party import GRAPH
from ostiary.oidc.parameters import Parameters
from ostiary.oidc.resources import ResourceNames

DEFAULT = ".default"
OIDC_SCOPES = frozenset({"openid", "profile", "email", "address", "phone", "offline_access"})
"""`address` and `phone` may be asked for and give nothing (OpenID Connect Core section 5.4)."""
_SAID_IN_ANSWERS = ("openid", "profile", "email")
_FIRST_VERSION = frozenset({"openid", "profile", "offline_access"})
_SCOPE_OF = {
    **dict.fromkeys(("name", "given_name", "family_name", "preferred_username"), "profile"),
    "email": "email",
}
"""OpenID Connect Core section 5.4."""
_WORD = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")
"""RFC 6749 section 3.3, scope-token."""


@dataclass(frozen=True, slots=True)
class ScopeRequest:
    """What a request asks for, all of it at one resource.

    `resource` is its application id, `words` the scopes as the client wrote them. `permissions` are
    the names in them; `default`: `.default` stands among them, everything consented to. `named` is
    the resource as the client wrote it, '' where it named none.
    """

    resource: str
    words: tuple[str, ...] = ()
    permissions: tuple[str, ...] = ()
    default: bool = False
    oidc: frozenset[str] = frozenset()
    named: str = ""

    @property
    def of_resource(self) -> bool:
        """Whether anything at the resource is asked for, which somebody has to have consented to.

        A resource that is named apart stands for all of it, without a word in `scope`.
        """
        return self.default or bool(self.words)

    @property
    def openid(self) -> bool:
        """Whether an ID token is asked for."""
        return "openid" in self.oidc

    @property
    def offline_access(self) -> bool:
        """Whether a refresh token is asked for."""
        return "offline_access" in self.oidc


@dataclass(frozen=True, slots=True)
class _Asked:
    """One scope taken apart; `resource` None: a bare permission."""

    word: str
    resource: str | None
    permission: str


def scope_request(parameters: Parameters, names: ResourceNames) -> ScopeRequest | OAuthError:
    """Read `scope` and `resource` of a request.

    A request for nothing but OpenID scopes is one for the default resource. Refused: nothing at
    all (AADSTS28003), a resource nobody knows (500011), more than one (700022), `.default` beside
    named permissions and what is no scope (70011).
    """
    words = parameters.words("scope")
    # The first version of the protocol names the resource apart (entra-docs
    # azure-ad-for-developers/v1-protocols-oauth-code).
    apart = parameters.get("resource")
    if not words and apart is None:
        return oauth_error(28003)
    asked = [_taken_apart(word) for word in words if word not in OIDC_SCOPES]
    resource = _resource(asked, apart, names)
    if isinstance(resource, OAuthError):
        return resource
    request = ScopeRequest(
        resource,
        words=tuple(each.word for each in asked),
        permissions=tuple(each.permission for each in asked if each.permission != DEFAULT),
        default=any(each.permission == DEFAULT for each in asked)
        or (apart is not None and not asked),
        oidc=_oidc(words, apart),
        named=apart or next((each.resource for each in asked if each.resource), ""),
    )
    return _fault(asked, request) or request


def _oidc(words: Collection[str], apart: str | None) -> frozenset[str]:
    """Give the OpenID scopes; the first version of the protocol had none and gave all of it."""
    implied = _FIRST_VERSION if apart is not None else frozenset[str]()
    return frozenset(words) & OIDC_SCOPES | implied


def _taken_apart(word: str) -> _Asked:
    """Part `https://graph.microsoft.com/User.Read` at its last slash.

    So a resource may itself end in one: `https://management.core.windows.net//.default`.
    """
    resource, slash, permission = word.rpartition("/")
    return _Asked(word, resource if slash else None, permission)


def _resource(
    asked: Collection[_Asked], apart: str | None, names: ResourceNames
) -> str | OAuthError:
    named = {each.resource for each in asked}
    if apart is not None:
        named = (named - {None}) | {apart}
    found: set[str] = set()
    for name in named or {None}:
        app_id = names.default if name is None else names.app_id(name)
        if app_id is None:
            return oauth_error(500011, resource=name or "")
        found.add(app_id)
    return found.pop() if len(found) == 1 else oauth_error(700022)


def _fault(asked: Collection[_Asked], request: ScopeRequest) -> OAuthError | None:
    for each in asked:
        if not each.permission or not _WORD.fullmatch(each.word):
            return oauth_error(70011, scope=each.word, detail="it names no permission")
    if request.default and request.permissions:
        detail = ".default cannot be combined with permissions by name"
        return oauth_error(70011, scope=request.permissions[0], detail=detail)
    return None


def with_claims(scope: ScopeRequest, names: Collection[str]) -> ScopeRequest:
    """Add the OpenID scopes that claims asked for by name belong to (OpenID Connect Core, 5.5)."""
    if not scope.openid:
        return scope
    return replace(
        scope, oidc=scope.oidc | {_SCOPE_OF[each] for each in names if each in _SCOPE_OF}
    )


def delegated_scopes(scope: ScopeRequest, permissions: Collection[str]) -> tuple[str, ...]:
    """Give `scp`: the permissions that were granted, and at Graph the OpenID scopes beside them.

    Those are permissions of Graph in Entra (entra-docs identity-platform/scopes-oidc), and what
    the userinfo endpoint goes by.
    """
    said = [word for word in _SAID_IN_ANSWERS if word in scope.oidc]
    return (*permissions, *(said if scope.resource == GRAPH else ()))


def application_scope(request: ScopeRequest) -> OAuthError | None:
    """Refuse anything but `.default` where an application asks for itself (client credentials)."""
    if request.default:
        return None
    return oauth_error(1002012, scope=" ".join(request.words) or "openid")


def narrowed(asked: ScopeRequest, granted: ScopeRequest) -> ScopeRequest | OAuthError:
    """Hold a refresh request to what the refresh token was given for (RFC 6749 section 6).

    Entra's refresh tokens serve every resource: another one than `granted` is passed on, and what
    the user and the application may reach there is for consent and policies to say. At the same
    resource a permission beyond `granted.permissions` is invalid_scope, unless it was granted by
    `.default`; asking for `.default` is asking for what was granted. A sign-in with OpenID scopes
    alone was for no resource yet. OpenID scopes beyond the granted ones are left out: MSAL always
    asks for all of them.
    """
    limited = replace(asked, oidc=asked.oidc & granted.oidc)
    of_resource = bool(granted.permissions) and not granted.default
    if asked.resource != granted.resource or not of_resource:
        return limited
    if asked.default:
        return replace(limited, permissions=granted.permissions, default=False)
    allowed = {permission.casefold() for permission in granted.permissions}
    for permission in asked.permissions:
        if permission.casefold() not in allowed:
            detail = "it is more than the refresh token was granted for"
            return oauth_error(70011, scope=permission, detail=detail)
    return limited


def returned_scope(request: ScopeRequest, permissions: Collection[str]) -> str:
    """Give `scope` of a token response; `permissions` are those that were granted.

    INVARIANT: a `.default` that was asked for comes back literally, double slash included, or
    MSAL's cache never finds the token again (wire contract section 2.3).
    """
    if request.default and not request.words:
        return " ".join(permissions)  # the first version of the protocol says no more
    defaults = [word for word in request.words if word.endswith(DEFAULT)]
    granted = {permission.casefold() for permission in permissions}
    if defaults:
        prefix = defaults[0].removesuffix(DEFAULT)
        said = [f"{prefix}{permission}" for permission in permissions] + defaults
    elif not request.words:
        said = list(permissions)
    else:
        said = [w for w in request.words if w.rpartition("/")[2].casefold() in granted]
    return " ".join([*said, *(word for word in _SAID_IN_ANSWERS if word in request.oidc)])
