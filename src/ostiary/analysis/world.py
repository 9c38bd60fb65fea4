"""The world in which something is proved: which sign-ins cannot occur, each with its reason.

Proofs range over every combination of circumstances that no rule here forbids. The rules are few
and certain on purpose: one too many would prove what is not so, one too few only shows a gap that
nobody can walk through. They are printed with every answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from ostiary.conditions.audiences import TOKEN_EXCHANGE
from ostiary.conditions.authentication_flows import FLOWS
from ostiary.model.directory import Directory, PrincipalKind
from ostiary.model.signin import (
    Device,
    Identity,
    Resources,
    SignIn,
    TokenGrant,
    UserIdentity,
    WorkloadIdentity,
)

EXCHANGE_ONLINE = "00000002-0000-0ff1-ce00-000000000000"
EXCHANGE_ACTIVE_SYNC = frozenset({"exchangeActiveSync", "easSupported"})
MULTIFACTOR_STRENGTH = "00000000-0000-0000-0000-000000000002"
"""The built-in strength whose combinations are multifactor authentication, all of them."""


@dataclass(frozen=True, slots=True)
class WorldRule:
    """One thing that cannot occur: what, why, and the test of a sign-in."""

    name: str
    sentence: str
    why: str
    forbids: Callable[[SignIn, Directory], bool]

    def to_json(self) -> dict[str, str]:
        """Give the members that answers print."""
        return {"name": self.name, "sentence": self.sentence, "why": self.why}


def _person(sign_in: SignIn) -> bool:
    return isinstance(sign_in.identity, UserIdentity)


def is_agent(identity: Identity, directory: Directory) -> bool:
    """Tell whether an identity is an agent's; one that nobody knows may be."""
    if isinstance(identity, WorkloadIdentity):
        principal = directory.service_principals.get(identity.principal_id)
        return principal is None or principal.kind is PrincipalKind.AGENT_IDENTITY
    user = directory.users.get(identity.user_id)
    return user is None or user.is_agent


def _of_disabled_account(sign_in: SignIn, directory: Directory) -> bool:
    identity = sign_in.identity
    user = directory.users.get(identity.user_id) if isinstance(identity, UserIdentity) else None
    return user is not None and not user.enabled


def _without_client(sign_in: SignIn, _: Directory) -> bool:
    return _person(sign_in) and sign_in.client_app_type is None


def _from_nowhere(sign_in: SignIn, _: Directory) -> bool:
    return sign_in.address is None or not sign_in.country_known


def _with_hidden_risk(sign_in: SignIn, _: Directory) -> bool:
    risks = (sign_in.sign_in_risk, sign_in.user_risk, sign_in.service_principal_risk)
    return "hidden" in risks


def _legacy_with_device(sign_in: SignIn, _: Directory) -> bool:
    return sign_in.legacy_client and isinstance(sign_in.device, Device)


def _legacy_with_flow(sign_in: SignIn, _: Directory) -> bool:
    flows = (sign_in.authentication_flow, sign_in.original_transfer_method)
    return sign_in.legacy_client and any(flow in FLOWS for flow in flows)


def _active_sync_elsewhere(sign_in: SignIn, _: Directory) -> bool:
    if sign_in.client_app_type not in EXCHANGE_ACTIVE_SYNC:
        return False
    target = sign_in.target
    return not (isinstance(target, Resources) and EXCHANGE_ONLINE in target.app_ids)


def _flow_against_grant(sign_in: SignIn, _: Directory) -> bool:
    by_code = sign_in.grant is TokenGrant.DEVICE_CODE
    return by_code != (sign_in.authentication_flow == "deviceCodeFlow")


def _device_without_id(sign_in: SignIn, _: Directory) -> bool:
    return isinstance(sign_in.device, Device) and not sign_in.device.get("deviceid")


def _risk_of_others(sign_in: SignIn, directory: Directory) -> bool:
    if sign_in.agent_risk != "none" and not is_agent(sign_in.identity, directory):
        return True
    if _person(sign_in):
        return sign_in.service_principal_risk != "none"
    risks = (sign_in.sign_in_risk, sign_in.user_risk, sign_in.insider_risk)
    return any(risk != "none" for risk in risks)


def _workload_like_a_person(sign_in: SignIn, _: Directory) -> bool:
    if _person(sign_in):
        return False
    shown = (sign_in.client_app_type, sign_in.platform, sign_in.device, sign_in.authentication_flow)
    return any(each is not None for each in shown)


def _to_token_exchange(sign_in: SignIn, _: Directory) -> bool:
    target = sign_in.target
    return isinstance(target, Resources) and TOKEN_EXCHANGE in target.app_ids


WORLD: tuple[WorldRule, ...] = (
    WorldRule(
        "disabledAccount",
        "a disabled account does not sign in",
        "sign-in is blocked before any policy is looked at (`accountEnabled`)",
        _of_disabled_account,
    ),
    WorldRule(
        "clientKnown",
        "a person signs in by one of the kinds of client that policies can name",
        "the kinds are a partition of all clients (entra-docs conditional-access/"
        "concept-conditional-access-conditions, client apps)",
        _without_client,
    ),
    WorldRule(
        "addressKnown",
        "every sign-in comes from an address, and its country was looked up",
        "the country may be unknown all the same (entra-docs conditional-access/"
        "concept-assignment-network)",
        _from_nowhere,
    ),
    WorldRule(
        "riskNotHidden",
        "a risk is none, low, medium or high, never `hidden`",
        "`hidden` is what a log shows without a licence; policies judge the level behind it",
        _with_hidden_risk,
    ),
    WorldRule(
        "riskOfItsOwner",
        "sign-in, user and insider risk are a person's, service principal risk a workload's,"
        " agent risk an agent's",
        "each is computed for its kind of identity only (entra-docs id-protection)",
        _risk_of_others,
    ),
    WorldRule(
        "legacyWithoutDevice",
        "a legacy client shows no device",
        "legacy protocols pass no device state (entra-docs conditional-access/"
        "policy-block-legacy-authentication)",
        _legacy_with_device,
    ),
    WorldRule(
        "legacyWithoutFlow",
        "a legacy client uses neither device code flow nor authentication transfer",
        "both are OAuth 2.0 flows, which legacy clients do not speak",
        _legacy_with_flow,
    ),
    WorldRule(
        "activeSyncIsExchange",
        "Exchange ActiveSync reaches Exchange Online only",
        "it is a protocol of Exchange (entra-docs conditional-access/"
        "concept-conditional-access-conditions, Exchange ActiveSync clients)",
        _active_sync_elsewhere,
    ),
    WorldRule(
        "deviceCodeIsAFlow",
        "the device code grant is the device code flow, and nothing else is",
        "the condition reads the protocol of the request (entra-docs conditional-access/"
        "concept-authentication-flows)",
        _flow_against_grant,
    ),
    WorldRule(
        "deviceHasId",
        "a registered device has an id",
        "it is given at registration (api-reference device)",
        _device_without_id,
    ),
    WorldRule(
        "workloadAlone",
        "a workload identity has no client app type, platform, device or flow",
        "it asks for its own token with its own credentials (entra-docs conditional-access/"
        "workload-identity)",
        _workload_like_a_person,
    ),
    WorldRule(
        "tokenExchange",
        "the token exchange endpoint is no resource that anybody is after",
        "Conditional Access does not judge it (entra-docs conditional-access/workload-identity)",
        _to_token_exchange,
    ),
)

ALSO_HELD: tuple[tuple[str, str, str], ...] = (
    (
        "methodsGiveTheClaim",
        "methods that together are multifactor authentication give the claim of it;"
        " the claim alone, from an external method, proves no method",
        "the built-in strength *Multifactor authentication* lists them (entra-docs authentication/"
        "concept-authentication-strengths)",
    ),
    (
        "asksForOne",
        "a sign-in asks for one resource, with what the resource depends on",
        "asking for more at once only adds policies",
    ),
    (
        "kindOfTheAccount",
        "everybody signs in as the kind of user that the directory says",
        "a direct connect user has no account here; one newcomer of the kind stands for them",
    ),
    (
        "directConnectAtHome",
        "a direct connect user shows methods and the claim of multifactor authentication in the"
        " home tenant only",
        "there is no account here to register or show them with (entra-docs external-id/"
        "authentication-conditional-access)",
    ),
    (
        "everythingElseIsFree",
        "all other combinations of user, resource, client, platform, place, device, risk and flow"
        " occur; a platform is what the client says it is",
        "nothing documented ties them together",
    ),
)
"""What proofs take for granted beside the rules: name, sentence, reason."""


def impossible(sign_in: SignIn, directory: Directory) -> str | None:
    """Give the name of the first rule that forbids a sign-in, None where it can occur."""
    return next((rule.name for rule in WORLD if rule.forbids(sign_in, directory)), None)


def world_json() -> list[dict[str, str]]:
    """Give the whole world model as answers print it."""
    also = ({"name": name, "sentence": what, "why": why} for name, what, why in ALSO_HELD)
    return [*(rule.to_json() for rule in WORLD), *also]


PERSON: Mapping[str, Any] = MappingProxyType(
    {
        "client_app_type": "browser",
        "platform": "windows",
        "country_known": True,
        "address": "198.51.100.7",
    }
)
"""Facts of an everyday sign-in of a person; the address is one for documentation (RFC 5737)."""

WORKLOAD: Mapping[str, Any] = MappingProxyType(
    {"country_known": True, "address": "198.51.100.7", "grant": TokenGrant.CLIENT_CREDENTIALS}
)
"""The same for a workload identity."""
