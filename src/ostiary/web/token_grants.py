"""The grants of the token endpoint. Each ends in a decision of the policies (checklist TK14)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ostiary.directory.codes import Answer
from ostiary.directory.families import Family, Presented, Redeemed
from ostiary.factors.kinds import Factor, ShownFactor
from ostiary.model.signin import Proofs, TokenGrant, WorkloadIdentity
from ostiary.oidc.checks.claims import claims_request
from ostiary.oidc.checks.pkce import code_verifier_refused
from ostiary.oidc.decisions import token_error
from ostiary.oidc.errors import OAuthError, oauth_error
from ostiary.oidc.first_party import EVALUATING
from ostiary.oidc.scopes import application_scope, narrowed, scope_request
from ostiary.oidc.token_response import TokenResponse
from ostiary.secrecy.secret import Secret
from ostiary.signin.accounts import account_named, account_of
from ostiary.signin.attempts import PasswordAnswer
from ostiary.signin.client_apps import RedirectPlatform
from ostiary.signin.deciding import decided, risk_of, sign_in_of
from ostiary.signin.logged import Workload
from ostiary.signin.permissions import application_roles
from ostiary.signin.shown import device_shown, read_shown
from ostiary.tokens.claims import AppGrant
from ostiary.web.belonging import application_unassigned
from ostiary.web.calls import TokenCall
from ostiary.web.catalogue import principal_of
from ostiary.web.device_grant import device_code
from ostiary.web.on_behalf_of import on_behalf_of
from ostiary.web.refusal import Refused, accepted
from ostiary.web.user_tokens import (
    Issued,
    SignedInUser,
    issue,
    judged,
    living,
    new_family,
    read_family,
    read_scope,
    redirect_of,
    require_standing,
    token_response,
)


def client_credentials(call: TokenCall) -> TokenResponse:
    """Give an application its own token: application permissions only (TK10)."""
    service, app = call.service, call.client.app
    scope = accepted(scope_request(call.form, call.known.resources))
    call.trail.scope = scope
    principal = call.known.of(principal_of, app.app_id)
    if principal is None:
        raise Refused(oauth_error(700016, app=app.app_id, tenant=call.authority.segment))
    call.trail.who = who = Workload(principal.id, app.display_name)
    accepted(application_scope(scope))
    claims = accepted(claims_request(call.form))
    wish = call.wish(scope, None)
    identity = WorkloadIdentity(principal.id)
    risk = call.known.of(risk_of, principal.id)
    sign_in = sign_in_of(risk, identity, wish, call.facts, Proofs())
    answer = decided(service.snapshots.current(), sign_in)
    error = token_error(answer.decision, resource=scope.resource) or application_unassigned(
        call.known, app.app_id, principal.id, scope.resource
    )
    if error is not None:
        call.log(wish, who, decided=answer, error=error)
        raise Refused(error)
    service.keys.ensure()
    resource = call.token_resource(scope)
    access = service.issuer.access_token(
        AppGrant(
            principal.id,
            call.token_client,
            resource,
            call.known.of(application_roles, principal.id, scope.resource),
            continuous=claims.handles_challenges and answer.evaluated_continuously,
            long_lived=scope.resource in EVALUATING and answer.may_live_long,
            policies=answer.snapshot.policies_version,
        )
    )
    call.log(wish, who, decided=answer, token_id=str(access.claims["uti"]))
    return TokenResponse(
        access.token.reveal(),
        access.expires_in,
        resource=resource.identifier,
        issued=access.claims["iat"],
    )


def password(call: TokenCall) -> TokenResponse:
    """Sign a person in by name and password alone, where that is switched on (K4)."""
    service, app = call.service, call.client.app
    if app.app_id not in service.settings.password_grant_apps:
        raise Refused(oauth_error(70001, app=app.app_id, detail="the password grant is off"))
    call.trail.scope = scope = accepted(scope_request(call.form, call.known.resources))
    claims = accepted(claims_request(call.form))
    name = call.form.get("username") or ""
    account = account_named(service.store, name)
    address = call.facts.address
    answer = service.attempts.password(
        account,
        Secret(call.form.get("password") or ""),
        address if isinstance(address, str) else None,
    )
    if account is None or answer is not PasswordAnswer.RIGHT:
        error = oauth_error(50126)
        call.log(call.wish(scope, None), account, error=error, code=answer.value, user_name=name)
        raise Refused(error)
    if account.must_change_password:
        error = oauth_error(50055)
        call.log(call.wish(scope, None), account, error=error)
        raise Refused(error)
    shown = (ShownFactor(Factor.PASSWORD, service.clock.now()),)
    user = SignedInUser(account, shown, scope, service.randomness.object_id(), claims)
    granted = judged(call, user)
    service.attempts.signed_in_from(account, address if isinstance(address, str) else None)
    return token_response(call, granted)


class _InVain(Exception):
    """The code or token was used up, or revoked, while the policies were asked."""


def authorization_code(call: TokenCall) -> TokenResponse:
    """Redeem a code, once (AZ06), with its proof key (AZ05).

    All checks, the policies' among them, come before the code is used up: whoever fails, as a
    thief without the verifier does, takes nothing from the client that it was meant for.
    """
    service, app = call.service, call.client.app
    presented, redirect = call.form.get("code") or "", call.form.get("redirect_uri") or ""
    known = service.store.codes.look_up(presented, app.app_id, redirect)
    code = known.code
    account = account_of(service.store, code.user_id) if code else None
    call.trail.who, call.trail.session_id = account, code.sid if code else None
    if code is None or known.answer is not Answer.REDEEMED:
        raise Refused(_redeemed_in_vain(call, presented, redirect))
    document = code.document
    call.trail.scope = scope = read_scope(document["scope"])
    accepted(code_verifier_refused(call.form.get("code_verifier"), document.get("challenge")))
    claims = accepted(claims_request(call.form))
    shown = read_shown(document["shown"])
    user = SignedInUser(
        living(account, code.created),
        shown,
        scope,
        code.sid or "",
        replace(claims, contexts=tuple(document["contexts"])),
        document.get("nonce"),
        device_id=device_shown(shown),
        begun_by=code.hash,
    )
    issued = issue(call, judged(call, user))
    try:
        # In one transaction, so that a replay finds the family that it has to end.
        with service.store.transaction() as together:
            issued.log(together)
            require_standing(call, issued.granted, together)
            if together.codes.redeem(presented, app.app_id, redirect).code is None:
                raise _InVain
            family = new_family(call, issued.granted, together)
    except _InVain:
        call.trail.logged = False  # its row went back with the transaction
        raise Refused(_redeemed_in_vain(call, presented, redirect)) from None
    return issued.response(family)


def _redeemed_in_vain(call: TokenCall, presented: str, redirect: str) -> OAuthError:
    """Tell why a code is no good; one that was used already ends what it gave (RFC 6749, 4.1.2)."""
    app_id = call.client.app.app_id
    return oauth_error(
        _CODE_ANSWERS[call.service.store.codes.redeem(presented, app_id, redirect).answer]
    )


def refresh_token(call: TokenCall) -> TokenResponse:
    """Use a refresh token: the policies are asked first, and a refusal leaves it as it was.

    MSAL keeps it after AADSTS50076, so that the session works again once the policy is off (wire
    contract section 2.3).
    """
    service, app = call.service, call.client.app
    presented = call.form.get("refresh_token") or ""
    found = call.received.refreshed(app.app_id)
    if found.presented is Presented.REUSED:
        found = service.store.families.redeem(presented, app.app_id)
    family = found.family
    if family is not None:
        call.trail.who = call.known.of(account_of, family.user_id)
        call.trail.session_id = family.sid
        call.trail.original_flow = family.document.get("flow")
    if family is None or found.presented not in {Presented.CURRENT, Presented.RECENT}:
        raise Refused(_refresh_refused(found.presented, family))
    user = _refreshing(call, family)
    issued = issue(call, judged(call, user))
    used = _rotated(issued, presented, found)
    if used.token is None:
        raise Refused(_refresh_refused(used.presented, family))
    return issued.response(used.token)


def _refresh_refused(presented: Presented, family: Family | None) -> OAuthError:
    """Tell why a refresh token is no good; a single page's has a fixed end (RT05)."""
    single = family is not None and redirect_of(family.document) is RedirectPlatform.SPA
    if presented is Presented.EXPIRED and single:
        return oauth_error(700084)
    return oauth_error(_REFRESH_ANSWERS.get(presented, 70000))


def _rotated(issued: Issued, presented: str, seen: Redeemed) -> Redeemed:
    """Go on to the family's next token and log it in one transaction, written to disk once."""
    store, app_id = issued.call.service.store, issued.call.client.app.app_id
    try:
        with store.transaction() as together:
            # First, because the audit log's lock, where this alerts, comes before every other.
            issued.log(together)
            used = together.families.redeem(presented, app_id, seen=seen)
            if used.token is None:
                raise _InVain
    except _InVain:
        issued.call.trail.logged = False  # its row went back with the transaction
        return store.families.redeem(presented, app_id)
    return used


def _refreshing(call: TokenCall, family: Family) -> SignedInUser:
    """Read who refreshes what; scopes are held to what was granted (TK09)."""
    shown, first = read_family(family.document)
    named = call.form.get("scope") is not None or call.form.get("resource") is not None
    asked = accepted(scope_request(call.form, call.known.resources)) if named else first
    claims = accepted(claims_request(call.form))
    call.trail.scope = asked
    scope = accepted(narrowed(asked, first))
    account = living(call.known.of(account_of, family.user_id), family.created)
    account = replace(account, read=call.service.clock.now())
    return SignedInUser(
        account,
        shown,
        scope,
        family.sid or family.document["sid"],
        claims,
        original_flow=family.document.get("flow"),
        device_id=device_shown(shown),
    )


_CODE_ANSWERS = {
    Answer.REPLAYED: 54005,
    Answer.EXPIRED: 70008,
    Answer.MISMATCH: 70000,
    Answer.UNKNOWN: 70000,
}
_REFRESH_ANSWERS = {Presented.EXPIRED: 700082, Presented.REVOKED: 50173}

GRANTS: dict[TokenGrant, Callable[[TokenCall], TokenResponse]] = {
    TokenGrant.AUTHORIZATION_CODE: authorization_code,
    TokenGrant.REFRESH_TOKEN: refresh_token,
    TokenGrant.CLIENT_CREDENTIALS: client_credentials,
    TokenGrant.PASSWORD: password,
    TokenGrant.DEVICE_CODE: device_code,
    TokenGrant.ON_BEHALF_OF: on_behalf_of,
}
