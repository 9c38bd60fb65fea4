"""External users: where they come from and which claims of their home tenant count here.

Sources: entra-docs external-id/authentication-conditional-access and cross-tenant-access-overview.
"""

from __future__ import annotations

from dataclasses import dataclass

from ostiary.model.directory import Directory, InboundTrust
from ostiary.model.signin import SignIn, UserIdentity

_EXTERNAL = frozenset(
    kind.casefold()
    for kind in (
        "b2bCollaborationGuest",
        "b2bCollaborationMember",
        "b2bDirectConnectUser",
        "otherExternalUser",
        "serviceProvider",
    )
)


NO_TRUST = InboundTrust()


@dataclass(frozen=True, slots=True)
class Visitor:
    """How a user stands to this tenant; a local guest (`internalGuest`) is at home here."""

    external: bool = False
    direct_connect: bool = False
    trust: InboundTrust = NO_TRUST


HOME = Visitor()


def visitor(sign_in: SignIn, directory: Directory) -> Visitor:
    """Tell whether the user is external, and what of the home tenant is trusted.

    Claims can be trusted only of another Microsoft Entra tenant, and only if it is known which.
    """
    identity = sign_in.identity
    if not isinstance(identity, UserIdentity):
        return HOME
    user = directory.users.get(identity.user_id)
    kind = (identity.external_type or (user.external_type if user else None) or "").casefold()
    if kind not in _EXTERNAL:
        return HOME
    tenant = identity.external_tenant or (user.home_tenant if user else None)
    at_home_in_entra = sign_in.proofs.home_identity_provider == "entra"
    trust = directory.settings.trust_of(tenant) if at_home_in_entra and tenant else NO_TRUST
    return Visitor(True, kind == "b2bdirectconnectuser", trust)
