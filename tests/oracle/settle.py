"""Puts right what cannot be true together, and steps around what no page decides.

Each rule here leaves a combination out of the random cases; README.md says why.
"""

from tests.oracle import names
from tests.oracle.shapes import Json, objects, part, texts, words
from tests.oracle.sign_in import EXTERNAL_KINDS, LEGACY_CLIENTS

COLLABORATION_KINDS = ("b2bCollaborationGuest", "b2bCollaborationMember")
DIRECT_CONNECT = "b2bDirectConnectUser"


def settle(tenant: Json, policies: list[Json], body: Json, facts: Json) -> None:
    """Changes a drawn sign-in in place until every rule below is content."""
    identity: Json = body["signInIdentity"]
    if "userId" not in identity:
        return
    _direct_connect(tenant, policies, identity)
    kind = _kind(tenant, identity)
    _grant(body, facts, kind)
    _target(body, facts)
    _client(body, facts)
    if kind in EXTERNAL_KINDS:
        _external(facts, kind)
    _device(policies, body, facts, external=kind in EXTERNAL_KINDS)
    _eligibility(policies, body, facts, kind)


def _kind(tenant: Json, identity: Json) -> str | None:
    users = {user["id"]: user for user in objects(tenant, "users")}
    user = part(users, identity["userId"])
    return identity.get("externalUserType") or user.get("externalUserType")


def _direct_connect(tenant: Json, policies: list[Json], identity: Json) -> None:
    """Session and custom controls are not supported for direct connect users, without a word on
    what happens; which policies for collaboration users reach them is said both ways."""
    if _kind(tenant, identity) != DIRECT_CONNECT:
        return
    unsupported = any(
        policy.get("sessionControls")
        or texts(part(policy, "grantControls"), "customAuthenticationFactors")
        or _speaks_of_guests(policy)
        for policy in policies
    )
    if unsupported:
        identity["externalUserType"] = COLLABORATION_KINDS[0]
        identity.setdefault("externalTenantId", names.HOME_A)


def _speaks_of_guests(policy: Json) -> bool:
    users = part(part(policy, "conditions"), "users")
    return any(users.get(f"{side}GuestsOrExternalUsers") for side in ("include", "exclude"))


def _grant(body: Json, facts: Json, kind: str | None) -> None:
    """A grant has its own clients: nobody refreshes by password, guests have none here."""
    conditions: Json = body["signInConditions"]
    is_app = "includeApplications" in body["signInContext"]
    if facts["grant"] == "password" and (kind in EXTERNAL_KINDS or not is_app):
        facts["grant"] = "authorization_code"
    if not is_app or conditions.get("clientAppType") in LEGACY_CLIENTS:
        facts["grant"] = "authorization_code"
    if facts["grant"] == "device_code":
        conditions["authenticationFlow"] = {"transferMethod": "deviceCodeFlow"}
        facts.pop("originalTransferMethod", None)
    if facts["grant"] in ("password", "device_code"):
        facts.pop("minutesSinceAuth", None)
        if conditions.get("clientAppType") == "browser":
            conditions["clientAppType"] = "mobileAppsAndDesktopClients"
    if facts["grant"] != "authorization_code":
        facts.pop("responseTypes", None)
    if facts["grant"] == "on_behalf_of":
        facts.update(clientType="confidential", clientAppId=names.WEB_APP)


def _target(body: Json, facts: Json) -> None:
    """User actions happen in a browser or a native client, without flows or risk."""
    conditions: Json = body["signInConditions"]
    if "userAction" not in body["signInContext"]:
        return
    conditions.pop("authenticationFlow", None)
    facts.pop("originalTransferMethod", None)
    if conditions.get("clientAppType") in LEGACY_CLIENTS:
        conditions["clientAppType"] = "browser"
    if facts.get("mfaRegistered") is False:
        conditions["signInRiskLevel"] = "none"


def _client(body: Json, facts: Json) -> None:
    """A legacy client has a password and nothing else."""
    if body["signInConditions"].get("clientAppType") in LEGACY_CLIENTS:
        facts.update(methods=["password"], mfaSatisfied=False)
        facts.pop("minutesSinceAuth", None)
        facts.pop("originalTransferMethod", None)


def _external(facts: Json, kind: str | None) -> None:
    """Home claims come from Entra tenants; a direct connect user shows nothing here."""
    if facts.get("homeIdentityProvider", "entra") != "entra":
        if kind == DIRECT_CONNECT:
            del facts["homeIdentityProvider"]
        else:
            facts.pop("homeMfaClaim", None)
            facts.pop("homeMethods", None)
    if kind == DIRECT_CONNECT:
        facts.update(methods=[], mfaSatisfied=False)


def _device(policies: list[Json], body: Json, facts: Json, *, external: bool) -> None:
    """Whose device a filter sees in device code flow, at a legacy client or of a guest is open."""
    conditions: Json = body["signInConditions"]
    tracked = facts.get("originalTransferMethod") == "deviceCodeFlow"
    hidden = (
        external
        or facts["grant"] == "device_code"
        or conditions.get("clientAppType") in LEGACY_CLIENTS
    )
    if tracked or (hidden and any(map(_has_filter, policies))):
        conditions.pop("deviceInfo", None)


def _has_filter(policy: Json) -> bool:
    return bool(part(part(part(policy, "conditions"), "devices"), "deviceFilter"))


def _eligibility(policies: list[Json], body: Json, facts: Json, kind: str | None) -> None:
    """A collaboration user who could connect directly; said of inclusion, not of exclusion."""
    asked = texts(body["signInContext"], "includeApplications")
    plain = len(asked) == 1 and asked[0] not in (names.STUDIO, *names.CHAINED_APPS)
    if kind in COLLABORATION_KINDS and plain and not any(map(_excludes_direct_connect, policies)):
        facts["b2bDirectConnectEligible"] = True


def _excludes_direct_connect(policy: Json) -> bool:
    users = part(part(policy, "conditions"), "users")
    excluded = part(users, "excludeGuestsOrExternalUsers")
    return DIRECT_CONNECT in words(excluded, "guestOrExternalUserTypes")
