"""One sign-in as the documents describe it, with every default of golden's format filled in."""

from dataclasses import dataclass
from typing import Any

from tests.oracle.shapes import Json, objects, part, texts

# Kinds of external users that have a home tenant; an `internalGuest` signs in here like a member.
EXTERNAL_KINDS = (
    "b2bCollaborationGuest",
    "b2bCollaborationMember",
    "b2bDirectConnectUser",
    "otherExternalUser",
    "serviceProvider",
)
# Clients that can neither show a prompt nor pass a device state (semantics 2, "Legacy clients").
LEGACY_CLIENTS = ("exchangeActiveSync", "easSupported", "other")
TOKEN_ENDPOINT_GRANTS = ("refresh_token", "on_behalf_of", "password")
UNATTENDED_GRANTS = ("refresh_token", "on_behalf_of")


@dataclass(frozen=True, slots=True)
class SignIn:
    """Who asks for what, from where and how; read once, asked by every rule."""

    tenant: Json
    conditions: Json
    facts: Json
    user_id: str | None
    user: Json | None
    principal_id: str | None
    principal: Json | None
    guest_kind: str | None  # None: an ordinary member, or not known (see `guest_kind_known`)
    guest_kind_known: bool
    home_tenant: str | None
    context: Json
    considers_enforcement: bool  # False in What If, which knows no dependencies and no scopes

    @property
    def is_user(self) -> bool:
        return self.user_id is not None

    @property
    def is_external(self) -> bool:
        return self.guest_kind in EXTERNAL_KINDS

    @property
    def is_direct_connect(self) -> bool:
        return self.guest_kind == "b2bDirectConnectUser"

    @property
    def client_app(self) -> str | None:
        return self.conditions.get("clientAppType")

    @property
    def is_legacy_client(self) -> bool:
        return self.client_app in LEGACY_CLIENTS

    @property
    def device(self) -> Json | None:
        """What is known of the device; None when it is not registered."""
        return self.conditions.get("deviceInfo")

    @property
    def grant(self) -> str:
        return self.facts.get("grant") or "authorization_code"

    @property
    def at_token_endpoint(self) -> bool:
        return self.grant in TOKEN_ENDPOINT_GRANTS

    @property
    def is_interactive(self) -> bool:
        return bool(self.fact("isInteractive", self.grant not in UNATTENDED_GRANTS))

    @property
    def transfer_methods(self) -> list[str]:
        """The flow of this request, and the one the session is tracked by."""
        own = part(self.conditions, "authenticationFlow").get("transferMethod")
        tracked = self.facts.get("originalTransferMethod")
        return [method for method in (own, tracked) if method]

    @property
    def is_device_code(self) -> bool:
        flow = part(self.conditions, "authenticationFlow").get("transferMethod")
        return self.grant == "device_code" or flow == "deviceCodeFlow"

    @property
    def requested_apps(self) -> list[str]:
        return texts(self.context, "includeApplications")

    @property
    def user_action(self) -> str | None:
        return self.context.get("userAction")

    @property
    def authentication_context(self) -> str | None:
        return self.context.get("authenticationContextValue")

    def fact(self, name: str, default: Any) -> Any:
        """The fact of that name, `default` when it is absent or null."""
        given = self.facts.get(name)
        return default if given is None else given

    def trusts(self, claim: str) -> bool:
        """Whether this tenant accepts that claim of the user's home tenant.

        Only Entra tenants send such claims: for everybody else the resource tenant does the
        asking (entra-docs external-id/authentication-conditional-access).
        """
        if self.fact("homeIdentityProvider", "entra") != "entra":
            return False
        trust = part(part(self.tenant, "settings"), "inboundTrust")
        own = trust.get(self.home_tenant or "")
        return bool(part({"of": own if own is not None else trust.get("default")}, "of").get(claim))


def read(tenant: Json, body: Json, facts: Json, *, considers_enforcement: bool) -> SignIn:
    """Reads an `evaluate` body and its facts against a tenant document."""
    identity = part(body, "signInIdentity")
    user_id: str | None = identity.get("userId")
    asked_principal: str | None = identity.get("servicePrincipalId")
    user = next((u for u in objects(tenant, "users") if u["id"] == user_id), None)
    principal = _principal(tenant, asked_principal)
    kind = identity.get("externalUserType") or (user or {}).get("externalUserType")
    return SignIn(
        tenant=tenant,
        conditions=part(body, "signInConditions"),
        facts=facts,
        user_id=user_id,
        user=user,
        principal_id=principal["id"] if principal else asked_principal,
        principal=principal,
        guest_kind=kind,
        guest_kind_known=kind is not None or user is not None,
        home_tenant=identity.get("externalTenantId") or (user or {}).get("homeTenantId"),
        context=part(body, "signInContext"),
        considers_enforcement=considers_enforcement,
    )


def _principal(tenant: Json, asked: str | None) -> Json | None:
    """The service principal by object id, or by appId as Graph's page has it."""
    known = objects(tenant, "servicePrincipals")
    by_id = next((p for p in known if p["id"] == asked), None)
    return by_id or next((p for p in known if asked and p.get("appId") == asked), None)
