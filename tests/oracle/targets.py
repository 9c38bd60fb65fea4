"""Target resources: applications, user actions and authentication contexts."""

from tests.oracle.audiences import (
    DIRECTORY,
    asks_oidc_only,
    baseline_audience,
    baseline_mode,
    client_itself,
    is_baseline_request,
    legacy_skips,
    members_of,
    ordinary_applications,
    placeholder,
)
from tests.oracle.filters import attribute_values, rule_holds
from tests.oracle.shapes import Json, objects, part, texts
from tests.oracle.sign_in import SignIn

USER_ACTIONS = {
    "registerSecurityInformation": "urn:user:registersecurityinfo",
    "registerOrJoinDevices": "urn:user:registerdevice",
}


def targets_accept(condition: Json, sign_in: SignIn) -> bool:
    """Whether the policy targets what this request asks for."""
    if sign_in.user_action is not None:
        return _accepts_action(condition, sign_in.user_action)
    if sign_in.authentication_context is not None:
        listed = texts(condition, "includeAuthenticationContextClassReferences")
        return sign_in.authentication_context in listed
    if is_baseline_request(sign_in):
        return _accepts_baseline(condition, sign_in) or any(
            _accepts_app(condition, sign_in.tenant, app) for app in client_itself(sign_in)
        )
    apps = ordinary_applications(sign_in)
    if not apps and not sign_in.requested_apps:
        return includes_all(condition)  # no resource given: as an absent address, only All takes it
    return any(_accepts_app(condition, sign_in.tenant, app) for app in apps)


def target_kind(condition: Json) -> str:
    """The What If word for the kind of target that the policy names."""
    if texts(condition, "includeUserActions"):
        return "userActions"
    if texts(condition, "includeAuthenticationContextClassReferences"):
        return "authenticationContext"
    return "application"


def requested_kind(sign_in: SignIn) -> str:
    """The What If word for the kind of target that the request names."""
    if sign_in.user_action is not None:
        return "userActions"
    if sign_in.authentication_context is not None:
        return "authenticationContext"
    return "application"


def names_action(condition: Json, action: str | None) -> bool:
    return action is not None and USER_ACTIONS.get(action) in texts(condition, "includeUserActions")


def includes_all(condition: Json) -> bool:
    return "All" in texts(condition, "includeApplications")


def _accepts_action(condition: Json, action: str) -> bool:
    if names_action(condition, action):
        return True
    # evaluate, example 3; for device registration nothing is documented.
    return action == "registerSecurityInformation" and includes_all(condition)


def _accepts_app(condition: Json, tenant: Json, app: str) -> bool:
    return _includes(condition, tenant, app) and not _excludes(condition, tenant, app)


def _includes(condition: Json, tenant: Json, app: str) -> bool:
    if includes_all(condition) or _is_listed(tenant, texts(condition, "includeApplications"), app):
        return True
    return _filter_catches(condition, tenant, app, "include")


def _excludes(condition: Json, tenant: Json, app: str) -> bool:
    if _is_listed(tenant, texts(condition, "excludeApplications"), app):
        return True
    return _filter_catches(condition, tenant, app, "exclude")


def _is_listed(tenant: Json, names: list[str], app: str) -> bool:
    return any(app in members_of(tenant, name) for name in names if name != "None")


def _filter_catches(condition: Json, tenant: Json, app: str, mode: str) -> bool:
    rule = part(condition, "applicationFilter")
    if rule.get("mode") != mode:
        return False
    registered = [a for a in objects(tenant, "applications") if a["appId"] == app]
    return rule_holds(rule["rule"], attribute_values(registered[0] if registered else {}))


def _accepts_baseline(condition: Json, sign_in: SignIn) -> bool:
    """Baseline scopes alone, against one policy: it depends on the policy's own exclusions."""
    tenant = sign_in.tenant
    if not includes_all(condition):
        return _names_baseline_audience(condition, sign_in)
    exclusions = texts(condition, "excludeApplications")
    if not exclusions and part(condition, "applicationFilter").get("mode") != "exclude":
        return True
    client = sign_in.facts.get("clientAppId")
    confidential = sign_in.fact("clientType", "public") == "confidential"
    client_excluded = bool(client) and _excludes(condition, tenant, str(client))
    if confidential and client_excluded and asks_oidc_only(sign_in):
        return False
    mode = baseline_mode(tenant)
    keeps_legacy = mode == "legacy" or (
        mode == "customized" and _excludes(condition, tenant, str(placeholder(tenant)))
    )
    if keeps_legacy:
        left = [app for app in sign_in.requested_apps if not _excludes(condition, tenant, app)]
        return bool(left) and not legacy_skips(sign_in, client_is_excluded=client_excluded)
    return _accepts_app(condition, tenant, str(baseline_audience(sign_in)))


def _names_baseline_audience(condition: Json, sign_in: SignIn) -> bool:
    """A policy that names Windows Azure Active Directory is enforced for these scopes."""
    audience = baseline_audience(sign_in)
    # What was asked for keeps its own policies: the change only ended an exemption.
    named = (DIRECTORY, *sign_in.requested_apps)
    if any(_accepts_app(condition, sign_in.tenant, app) for app in named):
        return True
    return audience is not None and _accepts_app(condition, sign_in.tenant, audience)
