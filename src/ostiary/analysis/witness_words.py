"""A witness in one sentence: who, to what, by which client, from where, showing what."""

from __future__ import annotations

from collections.abc import Iterator

from ostiary.analysis.naming import Names
from ostiary.conditions.authentication_flows import FLOWS
from ostiary.conditions.client_apps import WORDS as CLIENT_APPS
from ostiary.conditions.platforms import Platforms
from ostiary.conditions.user_actions import ACTION_URN, USER_ACTIONS
from ostiary.model.signin import (
    MISSING,
    AuthenticationContext,
    Device,
    Missing,
    Proofs,
    SignIn,
    TokenGrant,
    UserAction,
    UserIdentity,
)

_RISKS = {
    "sign_in_risk": "sign-in risk",
    "user_risk": "user risk",
    "insider_risk": "insider risk",
    "service_principal_risk": "service principal risk",
    "agent_risk": "agent risk",
}


def told(sign_in: SignIn, names: Names) -> str:
    """Tell a sign-in."""
    parts = [f"{_who(sign_in, names)} to {_what(sign_in, names)}", *_circumstances(sign_in)]
    shown = list(_shown(sign_in.proofs))
    if isinstance(sign_in.identity, UserIdentity):
        parts.append(f"showing {' and '.join(shown) or 'nothing'}")
    return ", ".join(parts)


def _who(sign_in: SignIn, names: Names) -> str:
    identity, directory = sign_in.identity, names.directory
    if not isinstance(identity, UserIdentity):
        principal = directory.service_principals.get(identity.principal_id)
        return (principal.display_name if principal else "") or identity.principal_id
    user = directory.users.get(identity.user_id)
    return (user.principal_name or user.display_name if user else "") or identity.user_id


def _what(sign_in: SignIn, names: Names) -> str:
    target = sign_in.target
    if isinstance(target, Missing):
        return "an unknown resource"
    if isinstance(target, UserAction):
        return f"`{USER_ACTIONS[ACTION_URN[target]]}`"
    if isinstance(target, AuthenticationContext):
        return f"authentication context {target.value}"
    apps = " and ".join(f"`{names.application_name(each)}`" for each in target.app_ids)
    scopes = f" ({' '.join(target.scopes)})" if target.scopes else ""
    return f"{apps}{scopes}" if apps else "no resource"


def _circumstances(sign_in: SignIn) -> Iterator[str]:
    client, platform = sign_in.client_app_type, sign_in.platform
    if isinstance(client, str):
        yield CLIENT_APPS.get(client, client)
    if isinstance(sign_in.identity, UserIdentity) and not isinstance(platform, Missing):
        yield Platforms.words.get(platform or "", platform or "unknown platform")
    if isinstance(sign_in.address, str):
        country = sign_in.country if isinstance(sign_in.country, str) else "unknown country"
        yield f"from {sign_in.address} ({country})"
    if isinstance(sign_in.device, Device):
        yield _device(sign_in.device)
    levels = ((getattr(sign_in, name), title) for name, title in _RISKS.items())
    yield from (f"{level} {title}" for level, title in levels if level not in {"none", MISSING})
    yield from _flow(sign_in)


def _flow(sign_in: SignIn) -> Iterator[str]:
    flow = sign_in.authentication_flow or sign_in.original_transfer_method
    if isinstance(flow, str):
        yield FLOWS.get(flow, flow).lower()
    elif sign_in.grant in {TokenGrant.PASSWORD, TokenGrant.REFRESH_TOKEN}:
        yield f"{sign_in.grant.value.replace('_', ' ')} grant"


def _device(device: Device) -> str:
    states = (("compliant", device.is_compliant), ("hybrid joined", device.is_hybrid_joined))
    held = [name for name, holds in states if holds]
    return f"{' and '.join(held) or 'registered'} device"


def _shown(proofs: Proofs) -> Iterator[str]:
    if proofs.methods:
        yield " + ".join(sorted(proofs.methods, key=lambda each: (each != "password", each)))
    flags = (
        ("the claim of multifactor authentication", proofs.mfa),
        ("a changed password", proofs.password_changed),
        ("an approved client app", proofs.approved_application),
        ("an app protection policy", proofs.compliant_application),
        ("accepted terms of use", bool(proofs.accepted_terms)),
        ("a custom factor", bool(proofs.custom_factors)),
    )
    yield from (name for name, shown in flags if shown)
