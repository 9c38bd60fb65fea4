"""Tokens for a person, whichever grant asks: policies first, then consent, then signatures."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from ostiary.directory.errors import SignInsEnded
from ostiary.directory.families import Use
from ostiary.directory.first_party import MICROSOFT
from ostiary.directory.store import Aggregates
from ostiary.factors.kinds import Factor
from ostiary.model.json_types import JsonObject, as_strings
from ostiary.model.signin import UserIdentity
from ostiary.oidc.checks.claims import NO_CLAIMS, ClaimsRequest
from ostiary.oidc.client_auth import ClientMethod
from ostiary.oidc.decisions import token_error
from ostiary.oidc.errors import OAuthError, oauth_error
from ostiary.oidc.first_party import EVALUATING
from ostiary.oidc.scopes import ScopeRequest, delegated_scopes, returned_scope
from ostiary.oidc.token_response import AccountInfo, TokenResponse
from ostiary.secrecy.secret import Secret
from ostiary.signin.accounts import Account, person_of
from ostiary.signin.client_apps import RedirectPlatform
from ostiary.signin.deciding import Decided, Wish, decided, risk_of, sign_in_of
from ostiary.signin.permissions import Permissions, delegated
from ostiary.signin.shown import Shown, factor_words, proofs, read_shown, signed_in, written_shown
from ostiary.signin.terms import acceptances_of, accepted_terms
from ostiary.tokens.claims import IdTokenRequest, TokenResource, UserGrant
from ostiary.tokens.issue import IssuedToken
from ostiary.web.belonging import told_of, unassigned
from ostiary.web.calls import TokenCall
from ostiary.web.catalogue import principal_of
from ostiary.web.refusal import Refused

_LASTS = timedelta(days=90)
_SPA_LASTS = timedelta(hours=24)
"""entra-docs identity-platform/refresh-tokens, token lifetime."""


@dataclass(frozen=True, slots=True)
class SignedInUser:
    """A person's sign-in that tokens are asked on: what was shown, when, for which scopes.

    `device_id` is the registered device that it was made on, where it said so itself.
    """

    account: Account
    shown: Shown
    scope: ScopeRequest
    session_id: str
    claims: ClaimsRequest = NO_CLAIMS
    nonce: str | None = None
    original_flow: str | None = None
    device_id: str | None = None
    begun_by: bytes | None = field(default=None, repr=False)
    """The hash of the authorization code that the tokens come from."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A sign-in that the policies granted, with what the client may do."""

    user: SignedInUser
    decided: Decided
    wish: Wish
    permissions: tuple[str, ...]


def living(account: Account | None, since: datetime) -> Account:
    """Refuse who was deleted, disabled or told to sign in again after a moment (RT06)."""
    if account is None:
        raise Refused(oauth_error(50034))
    if not account.enabled:
        raise Refused(oauth_error(50057))
    if account.valid_from is not None and since < account.valid_from:
        raise Refused(oauth_error(50173))
    return account


def judged(call: TokenCall, user: SignedInUser) -> Judged:
    """Ask the policies, then the consents; a refusal is logged. Raises Refused."""
    call.trail.device_id = user.device_id
    known, scope = call.known, user.scope
    found = known.of(delegated, call.client.app.app_id, scope.resource, user.account.id)
    permissions = found.of(scope.permissions, default=scope.default)
    wish = replace(
        call.wish(scope, permissions),
        contexts=user.claims.contexts,
        original_flow=user.original_flow,
    )
    now = call.service.clock.now()
    factors = {*user.account.factors, Factor.PASSWORD}
    shown = proofs(user.shown, factors, now)
    terms = accepted_terms(known.of(acceptances_of, user.account.id), now)
    shown = replace(shown, accepted_terms=terms)
    identity = UserIdentity(user.account.id)
    risk = known.of(risk_of, user.account.id)
    sign_in = sign_in_of(risk, identity, wish, call.facts, shown)
    answer = decided(call.service.snapshots.current(), sign_in, wish.contexts)
    error = (
        token_error(answer.decision, resource=scope.resource)
        or unassigned(known, user.account.id, (call.client.app.app_id, scope.resource))
        or _unconsented(call, scope, found)
    )
    if error is not None:
        call.log(wish, user.account, decided=answer, error=error, session_id=user.session_id)
        raise Refused(error)
    return Judged(user, answer, wish, permissions)


def _unconsented(
    call: TokenCall, scope: ScopeRequest, permissions: Permissions
) -> OAuthError | None:
    if scope.of_resource and permissions.missing(scope.permissions, default=scope.default):
        return oauth_error(65001, app=call.client.app.app_id)
    return None


@dataclass(frozen=True, slots=True)
class Issued:
    """Tokens that were signed, and not handed out or logged yet."""

    call: TokenCall
    granted: Judged
    resource: TokenResource
    access: IssuedToken
    id_token: Secret[str] | None

    def log(self, store: Aggregates) -> None:
        """Log the sign-in, in a transaction or in one of its own."""
        granted = self.granted
        self.call.log(
            granted.wish,
            granted.user.account,
            decided=granted.decided,
            session_id=granted.user.session_id,
            token_id=str(self.access.claims["uti"]),
            store=store,
        )

    def response(self, refresh_token: str | None) -> TokenResponse:
        """Give the answer of the token endpoint."""
        user = self.granted.user
        return TokenResponse(
            self.access.token.reveal(),
            self.access.expires_in,
            returned_scope(user.scope, self.granted.permissions),
            refresh_token,
            self.id_token.reveal() if self.id_token else None,
            AccountInfo(user.account.id, self.call.service.issuer.authority.tenant_id),
            in_family=_in_family(self.call),
            resource=self.resource.identifier,
            issued=self.access.claims["iat"],
        )


def issue(call: TokenCall, granted: Judged) -> Issued:
    """Sign the tokens of a sign-in that was granted."""
    user, service = granted.user, call.service
    service.keys.ensure()
    person, client = person_of(user.account, granted.decided.snapshot.roles), call.token_client
    resource = call.token_resource(user.scope)
    address = call.facts.address
    how = signed_in(
        user.shown,
        session_id=user.session_id,
        contexts=granted.decided.contexts,
        address=address if isinstance(address, str) else None,
        device_id=call.facts.device_id,
    )
    access = service.issuer.access_token(
        UserGrant(
            person,
            how,
            client,
            resource,
            delegated_scopes(user.scope, granted.permissions),
            told_of(call.known, person.object_id, resource.app_id, service.settings.graph_url),
            continuous=user.claims.handles_challenges and granted.decided.evaluated_continuously,
            long_lived=user.scope.resource in EVALUATING and granted.decided.may_live_long,
            policies=granted.decided.snapshot.policies_version,
            factors=factor_words(user.shown),
            flow=user.original_flow,
        )
    )
    id_token = None
    if user.scope.openid:
        id_token = service.issuer.id_token(
            IdTokenRequest(
                person,
                how,
                client,
                user.scope.oidc,
                user.nonce,
                access_token=Secret(access.token.reveal()),
                belonging=told_of(
                    call.known, person.object_id, client.app_id, service.settings.graph_url
                ),
            )
        )
    return Issued(call, granted, resource, access, id_token)


def token_response(call: TokenCall, granted: Judged) -> TokenResponse:
    """Sign the tokens of a sign-in that was granted, log it, and begin its refresh family.

    Signed first: what cannot be signed leaves nothing behind.
    """
    issued = issue(call, granted)
    with call.service.store.transaction() as together:
        issued.log(together)
        require_standing(call, granted, together)
        family = new_family(call, granted, together)
    return issued.response(family)


def require_standing(call: TokenCall, granted: Judged, store: Aggregates) -> None:
    """Refuse tokens where the person's sign-ins were ended while the policies were asked.

    `store` is the transaction that hands them out; asked before it uses a code up. Raises Refused.
    """
    account = granted.user.account
    try:
        store.users.require_standing(account.id, account.standing)
    except SignInsEnded:
        call.trail.logged = False  # its row goes back with the transaction
        raise Refused(oauth_error(50173)) from None


def new_family(call: TokenCall, granted: Judged, store: Aggregates) -> str | None:
    """Begin a refresh family where `offline_access` is asked for, and give its first token.

    `store` is the transaction that it belongs to, in which `require_standing` was asked.
    """
    user = granted.user
    if not user.scope.offline_access:
        return None
    confidential = call.client.method is not ClientMethod.NONE
    token, _ = store.families.begin(
        user.account.id,
        call.client.app.app_id,
        family_document(call, user),
        use=Use.FORGIVING if confidential else Use.ROTATING,
        lasts=_SPA_LASTS if call.redirect is RedirectPlatform.SPA else _LASTS,
        idle=_LASTS,
        sid=user.session_id,
        code=user.begun_by,
    )
    return token


def family_document(call: TokenCall, user: SignedInUser) -> JsonObject:
    """Write what a refresh family keeps of its sign-in."""
    return {
        "shown": written_shown(user.shown),
        "scope": written_scope(user.scope),
        "sid": user.session_id,
        "redirect": call.redirect.value if call.redirect else None,
        "flow": user.original_flow,
    }


def read_family(document: JsonObject) -> tuple[Shown, ScopeRequest]:
    """Read the factors and the scopes of a family."""
    return read_shown(document["shown"]), read_scope(document["scope"])


def redirect_of(document: JsonObject) -> RedirectPlatform | None:
    """Read by which kind of redirect URI a family's sign-in went."""
    redirect = document.get("redirect")
    return RedirectPlatform(redirect) if redirect else None


def written_scope(scope: ScopeRequest) -> JsonObject:
    """Write scopes into a document."""
    return {
        "resource": scope.resource,
        "words": list(scope.words),
        "permissions": list(scope.permissions),
        "default": scope.default,
        "oidc": sorted(scope.oidc),
        "named": scope.named,
    }


def read_scope(document: dict[str, Any]) -> ScopeRequest:
    """Read what `written_scope` wrote."""
    return ScopeRequest(
        document["resource"],
        tuple(as_strings(document["words"])),
        tuple(as_strings(document["permissions"])),
        default=document["default"],
        oidc=frozenset(as_strings(document["oidc"])),
        named=document["named"],
    )


def _in_family(call: TokenCall) -> bool:
    """Tell whether a client belongs to Microsoft's family of public clients (`foci`)."""
    principal = call.known.of(principal_of, call.client.app.app_id)
    owner = principal.document.get("appOwnerOrganizationId") if principal else None
    return owner == MICROSOFT and call.client.app.public_flows
