"""What a request really reaches: the resources that Conditional Access evaluates for a token.

Sources: entra-docs conditional-access/concept-conditional-access-cloud-apps (Microsoft Graph is an
umbrella; confidential clients that ask for an ID token), service-dependencies,
concept-enforcement-resource-exclusions (baseline scopes).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from ostiary.model.directory import BaselineScopes, Directory
from ostiary.model.signin import Client, Resources, SignIn

GRAPH = "00000003-0000-0000-c000-000000000000"
DIRECTORY_SERVICE = "00000002-0000-0000-c000-000000000000"
"""Windows Azure Active Directory, also called Azure AD Graph."""
TOKEN_EXCHANGE = "fb60f99c-7a34-4190-8149-302f77469936"  # noqa: S105  # an application id
"""The token exchange endpoint of workload identities: outside Conditional Access."""

OIDC_SCOPES = frozenset({"email", "offline_access", "openid", "profile"})
_DIRECTORY_SCOPES = frozenset(
    {
        "user.read",
        "user.read.all",
        "user.readbasic.all",
        "people.read",
        "people.read.all",
        "groupmember.read.all",
        "member.read.hidden",
    }
)
BASELINE_SCOPES = OIDC_SCOPES | _DIRECTORY_SCOPES
_LEGACY_PUBLIC = {
    GRAPH: OIDC_SCOPES | {"user.read", "people.read"},
    DIRECTORY_SERVICE: OIDC_SCOPES | {"user.read"},
}
"""What a public client could ask without meeting such policies, before the change."""
_LEGACY_CONFIDENTIAL = {
    GRAPH: BASELINE_SCOPES,
    DIRECTORY_SERVICE: OIDC_SCOPES | {"user.read", "user.read.all", "user.readbasic.all"},
}
"""The same for a confidential client that the policy excludes (concept-conditional-access-cloud-
apps, "Conditional Access behavior when an All resources policy has an app exclusion")."""


class Reach(Enum):
    """How policies on *All resources* with exclusions meet an audience."""

    FULL = "full"
    NARROW = "narrow"
    """Such policies leave it alone (baseline scopes, old behaviour)."""
    RETAINED = "retained"
    """Only such policies that exclude the placeholder application judge it."""
    NAMED = "named"
    """Only policies that name it judge it."""


@dataclass(frozen=True, slots=True)
class Audience:
    """One resource evaluated. `client`: policies on All that exclude that client leave it alone."""

    app_id: str
    reach: Reach = Reach.FULL
    client: str | None = None


def audiences(sign_in: SignIn, directory: Directory) -> tuple[Audience, ...]:
    """Give every audience of a request for resources; none for other kinds of target."""
    target = sign_in.target
    if not isinstance(target, Resources):
        return ()
    found = dict.fromkeys(_asked(target, sign_in.client, directory))
    if sign_in.follow_dependencies:
        found.update(dict.fromkeys(Audience(app) for app in _early(target.app_ids, directory)))
    client = sign_in.client
    if client.app_id and client.confidential and "id_token" in client.response_types:
        found[Audience(client.app_id)] = None
    return tuple(found)


def reported(found: tuple[Audience, ...]) -> tuple[str, ...]:
    """Give the application ids that a sign-in log shows as `conditionalAccessAudiences`."""
    shown = (each.app_id for each in found if each.reach in {Reach.FULL, Reach.NARROW})
    return tuple(dict.fromkeys(shown))


def _asked(target: Resources, client: Client, directory: Directory) -> tuple[Audience, ...]:
    if target.scopes is None or not set(target.app_ids) & {GRAPH, DIRECTORY_SERVICE}:
        return tuple(Audience(app) for app in target.app_ids)
    scopes = {scope.casefold() for scope in target.scopes}
    if scopes and scopes <= BASELINE_SCOPES:
        return tuple(
            each for app in target.app_ids for each in _baseline(app, scopes, client, directory)
        )
    return tuple(
        Audience(app) for asked in target.app_ids for app in _behind(asked, scopes, directory)
    )


def _behind(asked: str, scopes: set[str], directory: Directory) -> tuple[str, ...]:
    """Give the data sets behind the Microsoft Graph scopes; beside them baseline scopes add none.

    Source: concept-enforcement-resource-exclusions, examples with a scope beyond the list.
    """
    if asked != GRAPH:
        return (asked,)
    known = directory.settings.scope_audiences
    return tuple(known.get(scope, asked) for scope in sorted(scopes - BASELINE_SCOPES)) or (asked,)


def _baseline(
    asked: str, scopes: set[str], client: Client, directory: Directory
) -> tuple[Audience, ...]:
    """Give the audience of a request for nothing but baseline scopes, by the tenant's setting."""
    if asked not in {GRAPH, DIRECTORY_SERVICE}:
        return (Audience(asked),)
    confidential = client.app_id if client.confidential else None
    spared_now = confidential if scopes <= OIDC_SCOPES else None
    spared = confidential if scopes <= _LEGACY_CONFIDENTIAL[asked] else None
    settings = directory.settings
    own = (Audience(asked, Reach.NAMED),) if asked != DIRECTORY_SERVICE else ()
    if settings.baseline_scopes is BaselineScopes.ENFORCED:
        return (Audience(DIRECTORY_SERVICE, client=spared_now), *own)
    legacy_skip = not client.confidential and scopes <= _LEGACY_PUBLIC[asked]
    named = Audience(DIRECTORY_SERVICE, Reach.NAMED)
    if settings.baseline_scopes is BaselineScopes.LEGACY or settings.baseline_app is None:
        return (Audience(asked, Reach.NARROW if legacy_skip else Reach.FULL, spared), named)
    now = Audience(settings.baseline_app, client=spared_now)
    if legacy_skip:
        return (now, named, *own)
    return (now, Audience(asked, Reach.RETAINED, spared), named, *own)


def baseline_requests(
    asked: str, client_ids: Sequence[str], directory: Directory
) -> Iterator[tuple[Audience, ...]]:
    """Give the audiences of every kind of request for baseline scopes only, for proofs."""
    clients = (Client(), *(Client(each, confidential=True) for each in client_ids))
    lists = (OIDC_SCOPES, _LEGACY_PUBLIC[asked], _LEGACY_CONFIDENTIAL[asked], BASELINE_SCOPES)
    for client in clients:
        for scopes in dict.fromkeys(lists):
            yield _baseline(asked, set(scopes), client, directory)


def _early(app_ids: tuple[str, ...], directory: Directory) -> list[str]:
    """Follow early-bound service dependencies, link after link."""
    dependencies = directory.settings.early_dependencies
    found: list[str] = []
    open_ = list(app_ids)
    while open_:
        for downstream in dependencies.get(open_.pop(), ()):
            if downstream not in found and downstream not in app_ids:
                found.append(downstream)
                open_.append(downstream)
    return found
