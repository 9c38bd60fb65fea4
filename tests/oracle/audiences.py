"""Which resources a request reaches: suites, scopes of Microsoft Graph, dependencies.

semantics 2, "Resources", "Dependencies" and "Baseline scopes";
entra-docs conditional-access/concept-enforcement-resource-exclusions and -cloud-apps.
"""

from tests.oracle.shapes import Json, objects, part, texts
from tests.oracle.sign_in import SignIn

MICROSOFT_GRAPH = "00000003-0000-0000-c000-000000000000"
DIRECTORY = "00000002-0000-0000-c000-000000000000"  # Windows Azure Active Directory
# Where agents swap tokens half-way; Conditional Access is not asked there (golden G514).
EXCHANGE_ENDPOINT = "fb60f99c-7a34-4190-8149-302f77469936"
SUITE_LITERALS = ("Office365", "MicrosoftAdminPortals", "All", "None")

OIDC_SCOPES = frozenset({"email", "offline_access", "openid", "profile"})
BASELINE_SCOPES = OIDC_SCOPES | {
    "User.Read",
    "User.Read.All",
    "User.ReadBasic.All",
    "People.Read",
    "People.Read.All",
    "GroupMember.Read.All",
    "Member.Read.Hidden",
}
# The shorter list of the page for Azure AD Graph (concept-conditional-access-cloud-apps).
DIRECTORY_CONFIDENTIAL = OIDC_SCOPES | {"User.Read", "User.Read.All", "User.ReadBasic.All"}


def evaluated_applications(sign_in: SignIn) -> list[str]:
    """All appIds that policies are held against, in no order that matters."""
    if is_baseline_request(sign_in):
        return [*_unless_none(baseline_audience(sign_in)), *client_itself(sign_in)]
    return ordinary_applications(sign_in)


def ordinary_applications(sign_in: SignIn) -> list[str]:
    """The appIds of a request that asks for more than baseline scopes, or for no scopes."""
    requested = [app for app in sign_in.requested_apps if app != EXCHANGE_ENDPOINT]
    if not sign_in.considers_enforcement:
        # What If knows neither dependencies nor scopes, and no literal is an application.
        return [app for app in requested if app not in SUITE_LITERALS]
    reached: list[str] = []
    for app in requested:
        if app == MICROSOFT_GRAPH and _scopes(sign_in):
            reached += _behind_graph(sign_in)
        else:
            reached += _with_early_bound(sign_in.tenant, app)
    return _once(reached + client_itself(sign_in))


def is_baseline_request(sign_in: SignIn) -> bool:
    """Whether a user's request asks the directory for nothing but baseline scopes."""
    if not sign_in.is_user or not sign_in.considers_enforcement:
        return False
    if not any(app in (MICROSOFT_GRAPH, DIRECTORY) for app in sign_in.requested_apps):
        return False
    scopes = _scopes(sign_in)
    return bool(scopes) and BASELINE_SCOPES.issuperset(scopes)


def asks_oidc_only(sign_in: SignIn) -> bool:
    return OIDC_SCOPES.issuperset(_scopes(sign_in))


def baseline_mode(tenant: Json) -> str:
    """`enforced`, `legacy` or `customized`."""
    setting: str | Json = part(tenant, "settings").get("baselineScopes") or "enforced"
    return setting if isinstance(setting, str) else str(setting["mode"])


def placeholder(tenant: Json) -> str | None:
    """The application that stands for baseline scopes in the customized mode."""
    setting: str | Json = part(tenant, "settings").get("baselineScopes") or "enforced"
    return None if isinstance(setting, str) else str(setting["appId"])


def baseline_audience(sign_in: SignIn) -> str | None:
    """The audience that stands in for a baseline request; None in the legacy mode."""
    mode = baseline_mode(sign_in.tenant)
    if mode == "legacy":
        return None
    return placeholder(sign_in.tenant) if mode == "customized" else DIRECTORY


def legacy_skips(sign_in: SignIn, *, client_is_excluded: bool) -> bool:
    """Whether the behaviour before June 2026 left such a request alone.

    The page lists the scopes by kind of client and by the resource that they were asked of.
    """
    scopes = set(_scopes(sign_in))
    if sign_in.fact("clientType", "public") == "confidential":
        free = DIRECTORY_CONFIDENTIAL if DIRECTORY in sign_in.requested_apps else BASELINE_SCOPES
        return client_is_excluded and scopes <= free
    free = OIDC_SCOPES | {"User.Read"}
    if DIRECTORY not in sign_in.requested_apps:
        free = free | {"People.Read"}
    return scopes <= free


def members_of(tenant: Json, suite: str) -> list[str]:
    """The appIds of a suite; the name itself when it is no suite."""
    return [suite, *texts(part(part(tenant, "settings"), "suites"), suite)]


def client_itself(sign_in: SignIn) -> list[str]:
    """The confidential client that asks for an ID token is a target of its own."""
    client = sign_in.facts.get("clientAppId")
    if not client or sign_in.fact("clientType", "public") != "confidential":
        return []
    return [client] if "id_token" in texts(sign_in.facts, "responseTypes") else []


def _scopes(sign_in: SignIn) -> list[str]:
    return texts(sign_in.facts, "requestedScopes")


def _behind_graph(sign_in: SignIn) -> list[str]:
    """The data sets behind the scopes; a scope without one keeps Graph itself.

    Baseline scopes come along with almost every request and bring no audience of their own as
    soon as anything else is asked (same page: `offline_access` with `Mail.Read` is Exchange).
    """
    behind = part(part(sign_in.tenant, "settings"), "scopeAudiences")
    asked = [scope for scope in _scopes(sign_in) if scope not in BASELINE_SCOPES]
    return [behind.get(scope, MICROSOFT_GRAPH) for scope in asked]


def _with_early_bound(tenant: Json, app: str) -> list[str]:
    """The application and what must be satisfied with it, link after link."""
    reached = [app]
    for client in reached:
        for dependency in objects(part(tenant, "settings"), "serviceDependencies"):
            if dependency["client"] == client and dependency["binding"] == "early":
                reached += [d for d in texts(dependency, "downstream") if d not in reached]
    return reached


def _unless_none(app: str | None) -> list[str]:
    return [] if app is None else [app]


def _once(apps: list[str]) -> list[str]:
    return list(dict.fromkeys(apps))
