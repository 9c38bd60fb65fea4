"""Read a sign-in: the body of Graph's evaluate, and the facts that it cannot express.

Format: `_about.format` of the conformance suite; api-reference conditionalaccessroot-evaluate.
Absent members get the documented defaults, so nothing here is MISSING. A word or a member that
nobody knows is refused: taken for an absent one it would slip past the policies that name it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ostiary.conditions import CONDITIONS
from ostiary.conditions.applications import WORDS as RESOURCE_WORDS
from ostiary.conditions.authentication_flows import FLOWS
from ostiary.conditions.base import WordCondition, canonical_word
from ostiary.conditions.devices import DEVICE_FILTER
from ostiary.conditions.facts import (
    AGENT_RISK,
    CLIENT_APP,
    INSIDER_RISK,
    PLATFORM,
    SERVICE_PRINCIPAL_RISK,
    SIGN_IN_RISK,
    USER_RISK,
    Fact,
)
from ostiary.conditions.guests import GUEST_TYPES
from ostiary.conditions.rule_vocabulary import PropertyKind
from ostiary.model.addresses import address_number
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
from ostiary.schema.edge_objects import METHODS
from ostiary.schema.edge_types import known_word
from ostiary.schema.members import Members
from ostiary.schema.rules_assignments import CONTEXT_ID

_ACTIONS = {action.value: action for action in UserAction}
_GRANTS = {grant.value: grant for grant in TokenGrant}
_BACKGROUND = frozenset({TokenGrant.REFRESH_TOKEN, TokenGrant.ON_BEHALF_OF})
_TRUST_TYPES = {"entraid": "AzureAD"}
"""One example of the evaluate page writes `EntraID` where filters say `AzureAD`."""
_NONE, _LATER = "none", "unknownFutureValue"
"""Words of Graph's enumerations beside those that conditions can name."""
_DEVICE_CODE = "deviceCodeFlow"
_CLIENT_TYPES = ("public", "confidential")
_RESPONSE_TYPES = ("code", "id_token", "token", _NONE)
_IDENTITY_PROVIDERS = ("entra", "emailOtp", "google", "facebook", "microsoftAccount", "samlWsFed")
_WORDS = {
    each.facts[0]: tuple(each.words) for each in CONDITIONS if isinstance(each, WordCondition)
}
_DEVICE_MEMBERS = {each.name: each for each in DEVICE_FILTER.properties.values()} | {
    "ownership": DEVICE_FILTER.properties["deviceownership"]
}
"""What `deviceInfo` may hold: Graph calls `ownership` what filters call `deviceOwnership`."""


def read_decision_request(body: object) -> SignIn:
    """Read `signInIdentity`, `signInContext`, `signInConditions` and `facts` for a decision.

    Raises InputError for a wrong type, an unknown word, an unknown member.
    """
    return _read(Members.of(body, ""), follow_dependencies=True)


def read_what_if_request(body: object) -> SignIn:
    """Read the body of evaluate; `facts` are not looked at and dependencies not followed."""
    members = Members.of(body, "")
    return _read(members.without("facts"), follow_dependencies=False)


def applied_policies_only(body: object) -> bool:
    """Whether the answer leaves out policies that do not apply."""
    return Members.of(body, "").boolean("appliedPoliciesOnly", default=False)


def facts_given(body: object) -> frozenset[str]:
    """Name the facts that a request states, so that others can be looked up elsewhere."""
    facts = Members.of(body, "").child("facts").body
    return frozenset(name for name, value in facts.items() if value is not None)


def _read(body: Members, *, follow_dependencies: bool) -> SignIn:
    conditions, facts = body.child("signInConditions"), body.child("facts")
    about, context = body.child("signInIdentity"), body.child("signInContext")
    body.boolean("appliedPoliciesOnly", default=False)
    body.finish()
    identity = _identity(about)
    grant = _grant(facts, identity)
    sign_in = SignIn(
        identity=identity,
        target=_target(context, facts),
        client_app_type=_word(conditions, CLIENT_APP),
        platform=_platform(conditions),
        address=_address(conditions),
        country=_country(conditions),
        country_known="country" in conditions.body,
        device=_device(conditions),
        sign_in_risk=_risk(conditions, SIGN_IN_RISK),
        user_risk=_risk(conditions, USER_RISK),
        service_principal_risk=_risk(conditions, SERVICE_PRINCIPAL_RISK),
        insider_risk=_risk(conditions, INSIDER_RISK),
        agent_risk=_risk(conditions, AGENT_RISK),
        authentication_flow=_flow(conditions, grant),
        original_transfer_method=_not_none(facts.word("originalTransferMethod", _FLOW_WORDS)),
        grant=grant,
        interactive=facts.boolean("isInteractive", default=grant not in _BACKGROUND),
        direct_connect_eligible=facts.boolean("b2bDirectConnectEligible", default=False),
        follow_dependencies=follow_dependencies,
        client=_client(facts),
        proofs=_proofs(facts),
    )
    conditions.finish()
    facts.finish()
    return sign_in


def _identity(body: Members) -> Identity:
    user, principal = body.identifier("userId"), body.identifier("servicePrincipalId")
    kind = body.word("externalUserType", (*GUEST_TYPES, _NONE, _LATER))
    tenant = body.identifier("externalTenantId")
    body.finish()
    if user is None and principal is None:
        raise InputError(
            f"expected `userId` or `servicePrincipalId` in `{body.path}`",
            hint='write for example {"signInIdentity": {"userId": "nora@contoso.example"}}',
        )
    if user is not None and principal is not None:
        raise InputError(f"expected one identity in `{body.path}`, came a user and a principal")
    if user is not None:
        return UserIdentity(user, _not_none(kind), tenant)
    return WorkloadIdentity(principal or "")


def _grant(facts: Members, identity: Identity) -> TokenGrant:
    word = facts.text("grant")
    if word is None:
        person = isinstance(identity, UserIdentity)
        return TokenGrant.AUTHORIZATION_CODE if person else TokenGrant.CLIENT_CREDENTIALS
    return facts.choice("grant", word, _GRANTS)


def _target(context: Members, facts: Members) -> Target:
    action, apps = context.text("userAction"), context.texts("includeApplications")
    value = context.text("authenticationContextValue")
    scopes = facts.texts("requestedScopes") if facts.has("requestedScopes") else None
    context.finish()
    if sum(map(bool, (action is not None, value is not None, apps))) > 1:
        raise InputError(f"expected one kind of target in `{context.path}`, came several")
    if action is not None:
        return context.choice("userAction", action, _ACTIONS)
    if value is not None:
        if not CONTEXT_ID.fullmatch(value):
            where = f"{context.path}.authenticationContextValue"
            raise InputError(f"expected `c1` to `c99` in `{where}`, came `{value[:60]}`")
        return AuthenticationContext(value.casefold())
    return Resources(tuple(canonical_word(RESOURCE_WORDS, app) for app in apps), scopes)


def _word(conditions: Members, fact: Fact, more: Iterable[str] = ()) -> str | None:
    """Read a fact in the words of its condition."""
    words = dict.fromkeys((*_WORDS[fact], *more, _LATER))
    return conditions.word(_member(fact), words)


def _member(fact: Fact) -> str:
    return fact.what_if.rpartition("/")[2]


def _risk(conditions: Members, fact: Fact) -> str:
    return _word(conditions, fact, [_NONE]) or _NONE


def _platform(conditions: Members) -> str | None:
    """Read the platform; a word that is none of the list is a platform nobody can name."""
    written = conditions.text(_member(PLATFORM))
    return written and (known_word(_WORDS[PLATFORM], written) or written)


def _address(conditions: Members) -> str | None:
    address = conditions.text("ipAddress")
    if address is None:
        return None
    try:
        address_number(address)
    except ValueError:
        raise InputError(
            f"expected an IP address in `{conditions.path}.ipAddress`, came `{address[:60]}`",
            hint="write the address alone, for example 203.0.113.9 or 2001:db8::1",
        ) from None
    return address


def _country(conditions: Members) -> str | None:
    country = conditions.text("country")
    if country is None:
        return None
    if not (len(country) == 2 and country.isascii() and country.isalpha()):
        raise InputError(
            "expected a country code of two letters in "
            f"`{conditions.path}.country`, came `{country[:60]}`",
            hint="write the code of ISO 3166-1, for example FR, or null where there is none",
        )
    return country.upper()


_FLOW_WORDS = (*FLOWS, _NONE, _LATER)


def _flow(conditions: Members, grant: TokenGrant) -> str | None:
    """Read the flow of the request; the device code grant is one, said twice or not."""
    body = conditions.child("authenticationFlow")
    flow = _not_none(body.word("transferMethod", _FLOW_WORDS))
    body.finish()
    if grant is not TokenGrant.DEVICE_CODE:
        return flow
    if flow not in {None, _DEVICE_CODE}:
        raise InputError(
            f"expected `{_DEVICE_CODE}` in `{body.path}.transferMethod` beside the grant "
            f"`{grant.value}`, came `{flow}`"
        )
    return _DEVICE_CODE


def _not_none(word: str | None) -> str | None:
    return None if word == _NONE else word


def _device(conditions: Members) -> Device | None:
    info = conditions.child("deviceInfo")
    if not conditions.has("deviceInfo"):
        return None
    properties: dict[str, PropertyValue] = {"iscompliant": False}
    named: dict[str, str] = {}
    for member, declared in _DEVICE_MEMBERS.items():
        if not info.has(member):
            continue
        first = named.setdefault(declared.name, member)
        if first != member:
            raise InputError(f"expected `{first}` or `{member}` in `{info.path}`, came both")
        properties[declared.name.casefold()] = _property(info, member, declared.kind)
    info.finish()
    device_id, trust = properties.get("deviceid"), properties.get("trusttype")
    if isinstance(device_id, str):
        properties["deviceid"] = device_id.casefold()  # as in the acceptance of terms on a device
    if isinstance(trust, str):
        properties["trusttype"] = _TRUST_TYPES.get(trust.casefold(), trust)
    return Device(tuple(sorted(properties.items())))


def _property(info: Members, member: str, kind: PropertyKind) -> PropertyValue:
    if kind is PropertyKind.BOOLEAN:
        return info.boolean(member, default=False)
    return info.text(member) if kind is PropertyKind.TEXT else info.texts(member)


def _client(facts: Members) -> Client:
    return Client(
        app_id=facts.identifier("clientAppId"),
        confidential=facts.word("clientType", _CLIENT_TYPES) == "confidential",
        response_types=frozenset(facts.words("responseTypes", _RESPONSE_TYPES)),
    )


def _methods(facts: Members, name: str) -> frozenset[str]:
    return frozenset(facts.words(name, (*METHODS, _LATER)))


def _proofs(facts: Members) -> Proofs:
    registered = _methods(facts, "registeredMethods") if facts.has("registeredMethods") else None
    aaguid, ski = facts.text("fido2Aaguid"), facts.text("x509IssuerSki")
    return Proofs(
        methods=_methods(facts, "methods"),
        mfa=facts.boolean("mfaSatisfied", default=False),
        mfa_registered=facts.boolean("mfaRegistered", default=True),
        registered_methods=registered,
        home_mfa=facts.boolean("homeMfaClaim", default=False),
        home_methods=_methods(facts, "homeMethods"),
        home_identity_provider=facts.word("homeIdentityProvider", _IDENTITY_PROVIDERS) or "entra",
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
    return [
        _acceptance(item, f"facts.acceptedTerms[{number}]")
        for number, item in enumerate(facts.items("acceptedTerms"))
    ]


def _acceptance(item: Any, path: str) -> AcceptedTerms:  # JSON
    if isinstance(item, str):
        return AcceptedTerms(item.casefold())
    entry = Members.of(item, path)
    agreement, device_id = entry.identifier("agreementId"), entry.identifier("deviceId")
    days = int(entry.number("daysAgo", default=0))
    entry.finish()
    if agreement is None:
        raise InputError(f"expected `agreementId` in `{path}`")
    return AcceptedTerms(agreement, days, device_id)


__all__ = [
    "applied_policies_only",
    "facts_given",
    "read_decision_request",
    "read_what_if_request",
]
