"""Read a sign-in: the body of Graph's evaluate, and the facts that it cannot express.

Format: `_about.format` of the conformance suite; api-reference conditionalaccessroot-evaluate.
Absent members get the documented defaults, so nothing here is MISSING.
"""

from __future__ import annotations

from typing import Any

from ostiary.model.errors import InputError
from ostiary.model.signin import (
    AcceptedTerms,
    AuthenticationContext,
    Client,
    Device,
    Identity,
    Proofs,
    PropertyValue,
    Resources,
    SignIn,
    Target,
    TokenGrant,
    UserAction,
    UserIdentity,
    WorkloadIdentity,
)
from ostiary.schema.members import Members

_ACTIONS = {action.value.casefold(): action for action in UserAction}
_GRANTS = {grant.value: grant for grant in TokenGrant}
_RENAMED = {"ownership": "deviceownership"}
_BACKGROUND = frozenset({TokenGrant.REFRESH_TOKEN, TokenGrant.ON_BEHALF_OF})
_TRUST_TYPES = {"entraid": "AzureAD"}
"""One example of the evaluate page writes `EntraID` where filters say `AzureAD`."""


def read_decision_request(body: object) -> SignIn:
    """Read `signInIdentity`, `signInContext`, `signInConditions` and `facts` for a decision."""
    return _read(Members.of(body, ""), follow_dependencies=True)


def read_what_if_request(body: object) -> SignIn:
    """Read the body of evaluate; `facts` are not looked at and dependencies not followed."""
    members = Members.of(body, "")
    return _read(members.without("facts"), follow_dependencies=False)


def applied_policies_only(body: object) -> bool:
    """Whether the answer leaves out policies that do not apply."""
    return Members.of(body, "").boolean("appliedPoliciesOnly", default=False)


def _read(body: Members, *, follow_dependencies: bool) -> SignIn:
    conditions, facts = body.child("signInConditions"), body.child("facts")
    identity = _identity(body.child("signInIdentity"))
    grant = _grant(facts, identity)
    flow = conditions.child("authenticationFlow")
    return SignIn(
        identity=identity,
        target=_target(body.child("signInContext"), facts),
        client_app_type=conditions.text("clientAppType"),
        platform=conditions.text("devicePlatform"),
        address=conditions.text("ipAddress"),
        country=conditions.text("country"),
        country_known="country" in conditions.body,
        device=_device(conditions),
        sign_in_risk=conditions.text("signInRiskLevel") or "none",
        user_risk=conditions.text("userRiskLevel") or "none",
        service_principal_risk=conditions.text("servicePrincipalRiskLevel") or "none",
        insider_risk=conditions.text("insiderRiskLevel") or "none",
        agent_risk=conditions.text("agentIdRiskLevel") or "none",
        authentication_flow=flow.text("transferMethod"),
        original_transfer_method=facts.text("originalTransferMethod"),
        grant=grant,
        interactive=facts.boolean("isInteractive", default=grant not in _BACKGROUND),
        direct_connect_eligible=facts.boolean("b2bDirectConnectEligible", default=False),
        follow_dependencies=follow_dependencies,
        client=Client(
            app_id=facts.identifier("clientAppId"),
            confidential=facts.text("clientType") == "confidential",
            response_types=frozenset(facts.texts("responseTypes")),
        ),
        proofs=_proofs(facts),
    )


def _identity(body: Members) -> Identity:
    user, principal = body.identifier("userId"), body.identifier("servicePrincipalId")
    if user is None and principal is None:
        raise InputError(
            f"expected `userId` or `servicePrincipalId` in `{body.path or 'signInIdentity'}`",
            hint='write for example {"signInIdentity": {"userId": "<id>"}}',
        )
    if user is not None:
        return UserIdentity(
            user, body.text("externalUserType"), body.identifier("externalTenantId")
        )
    return WorkloadIdentity(principal or "")


def _grant(facts: Members, identity: Identity) -> TokenGrant:
    word = facts.text("grant")
    if word is None:
        person = isinstance(identity, UserIdentity)
        return TokenGrant.AUTHORIZATION_CODE if person else TokenGrant.CLIENT_CREDENTIALS
    return facts.choice("grant", word, _GRANTS)


def _target(context: Members, facts: Members) -> Target:
    action = context.text("userAction")
    if action is not None:
        return context.choice("userAction", action.casefold(), _ACTIONS)
    value = context.text("authenticationContextValue")
    if value is not None:
        return AuthenticationContext(value)
    apps = tuple(
        app.casefold() if "-" in app else app for app in context.texts("includeApplications")
    )
    return Resources(apps, facts.texts("requestedScopes") if facts.has("requestedScopes") else None)


def _device(conditions: Members) -> Device | None:
    if not conditions.has("deviceInfo"):
        return None
    info = conditions.child("deviceInfo")
    properties: dict[str, PropertyValue] = {"iscompliant": False}
    for key, value in info.body.items():
        name = _RENAMED.get(key.casefold(), key.casefold())
        if value is not None and not name.startswith("@"):
            properties[name] = _property(value, f"{info.path}.{key}")
    trust = properties.get("trusttype")
    if isinstance(trust, str):
        properties["trusttype"] = _TRUST_TYPES.get(trust.casefold(), trust)
    return Device(tuple(sorted(properties.items())))


def _property(value: Any, path: str) -> PropertyValue:  # JSON
    if isinstance(value, str | bool):
        return value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):  # pyright: ignore[reportUnknownVariableType]  # JSON
        return tuple(str(item) for item in value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]  # JSON
    raise InputError(
        f"expected a string, boolean or list of strings in `{path}`, came `{value!r:.60}`"
    )


def _proofs(facts: Members) -> Proofs:
    registered = facts.texts("registeredMethods") if facts.has("registeredMethods") else None
    aaguid, ski = facts.text("fido2Aaguid"), facts.text("x509IssuerSki")
    return Proofs(
        methods=frozenset(facts.texts("methods")),
        mfa=facts.boolean("mfaSatisfied", default=False),
        mfa_registered=facts.boolean("mfaRegistered", default=True),
        registered_methods=None if registered is None else frozenset(registered),
        home_mfa=facts.boolean("homeMfaClaim", default=False),
        home_methods=frozenset(facts.texts("homeMethods")),
        home_identity_provider=facts.text("homeIdentityProvider") or "entra",
        fido2_aaguid=aaguid.casefold() if aaguid else None,
        x509_issuer_ski=ski.casefold() if ski else None,
        x509_policy_oids=frozenset(facts.texts("x509PolicyOids")),
        minutes_since_authentication=facts.number("minutesSinceAuth", default=0),
        accepted_terms=tuple(_terms(facts)),
        custom_factors=frozenset(facts.texts("completedCustomFactors")),
        password_changed=facts.boolean("passwordChanged", default=False),
        approved_application=facts.boolean("approvedApplication", default=False),
        compliant_application=facts.boolean("compliantApplication", default=False),
    )


def _terms(facts: Members) -> list[AcceptedTerms]:
    accepted: list[AcceptedTerms] = []
    for number, item in enumerate(facts.items("acceptedTerms")):
        if isinstance(item, str):
            accepted.append(AcceptedTerms(item.casefold()))
            continue
        entry = Members.of(item, f"facts.acceptedTerms[{number}]")
        agreement = entry.identifier("agreementId")
        if agreement is None:
            raise InputError(f"expected `agreementId` in `{entry.path}`")
        accepted.append(
            AcceptedTerms(
                agreement, int(entry.number("daysAgo", default=0)), entry.text("deviceId")
            )
        )
    return accepted


__all__ = ["applied_policies_only", "read_decision_request", "read_what_if_request"]
