"""One request of a browser within a sign-in: what is known, wanted, and decided now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ostiary.factors.kinds import Factor
from ostiary.factors.passkeys import Ceremony, PasskeyChallenge
from ostiary.model.signin import SignIn, TokenGrant, UserAction, UserIdentity
from ostiary.oidc.authorize import AuthorizeRequest
from ostiary.oidc.checks.claims import NO_CLAIMS, ClaimsRequest
from ostiary.oidc.clients import ClientApp
from ostiary.oidc.scopes import ScopeRequest
from ostiary.pages import Post
from ostiary.signin.accounts import Account
from ostiary.signin.client_apps import RedirectPlatform
from ostiary.signin.deciding import Decided, Wish, risk_of, sign_in_of
from ostiary.signin.dispatch import Situation, Step, next_step
from ostiary.signin.journey import Journey
from ostiary.signin.logged import Attempt, log_attempt
from ostiary.signin.permissions import Permissions, delegated
from ostiary.signin.request_facts import Asking, RequestFacts
from ostiary.signin.shown import device_shown, proofs
from ostiary.signin.terms import acceptances_of, accepted_terms
from ostiary.signin.wanted import SessionSeen, Wanted, wanted
from ostiary.web.clients import judged_types
from ostiary.web.hints import is_hinted
from ostiary.web.received import Received

BROWSER, SESSION = "__Host-ostiary-browser", "__Host-ostiary-session"
CHALLENGE_LASTS = timedelta(minutes=5)
"""Checklist WA01."""


@dataclass(frozen=True)
class Sought:
    """What somebody signs in for: by which application, at which resource, in which way.

    `action`: the policies are asked about a task of the person instead of the resource.
    `prompts`, `max_age` and `received` mean what they do in an authorization request. `leads_to`
    is where the browser goes in the end without one.
    """

    app: ClientApp
    scope: ScopeRequest
    grant: TokenGrant
    received: datetime
    prompts: frozenset[str] = frozenset()
    max_age: int | None = None
    claims: ClaimsRequest = NO_CLAIMS
    redirect: RedirectPlatform | None = None
    response_types: frozenset[str] = frozenset()
    action: UserAction | None = None
    authorize: AuthorizeRequest | None = None
    leads_to: str | None = None

    @property
    def target(self) -> str | None:
        """Where the browser is sent in the end, None where it stays here."""
        return self.authorize.reply.redirect_uri if self.authorize else self.leads_to


@dataclass(frozen=True)
class Visit:
    """One request of a browser within a sign-in; `name` is that of the sign-in in its address."""

    received: Received
    sought: Sought
    journey: Journey
    name: str
    account: Account | None

    @property
    def request(self) -> AuthorizeRequest:
        """The authorization request. INVARIANT: asked for only where an application sent one."""
        if self.sought.authorize is None:
            raise RuntimeError("no application sent an authorization request")
        return self.sought.authorize

    @property
    def facts(self) -> RequestFacts:
        """Where it comes from."""
        sought, device_id = self.sought, device_shown(self.journey.shown)
        if sought.grant is TokenGrant.DEVICE_CODE:
            device_id = None  # the tokens are for another device than this browser's
        return self.received.facts(
            Asking(sought.app.app_id, sought.grant, sought.redirect, device_id)
        )

    @property
    def address(self) -> str | None:
        """The client's address, None where nobody can tell."""
        return self.received.address

    def form(self, step: str, **hidden: str) -> Post:
        """Give a form whose answer a step takes."""
        fields = (("csrf", self.journey.csrf), *hidden.items())
        return Post(f"/login/{self.name}/{step}", fields)

    def challenge(self, ceremony: Ceremony, user_id: str | None = None) -> PasskeyChallenge:
        """Give the challenge of the page that is shown; the journey draws another afterwards."""
        journey = self.journey
        expires = (journey.challenged or journey.received) + CHALLENGE_LASTS
        return PasskeyChallenge(journey.challenge, ceremony, journey.csrf, expires, user_id)

    def permissions(self) -> Permissions:
        """Give what the application may do for the person at the resource."""
        # Asked anew each time: a step of this very request may have added a consent.
        known, scope = self.received.service.catalogue.known(), self.sought.scope
        user_id = self.account.id if self.account else ""
        return known.of(delegated, self.sought.app.app_id, scope.resource, user_id)

    def missing(self) -> tuple[str, ...]:
        """Give the permissions that are asked for and wait for somebody's consent.

        Nobody can tell who answers at a loopback address, so that a person's own consent to such a
        client is asked for each time (checklist AZ17).
        """
        scope = self.sought.scope
        found = self.permissions()
        if _is_unverifiable(self.sought):
            found = replace(found, granted=found.by_organization)
        return found.missing(scope.permissions, default=scope.default) if scope.of_resource else ()

    def wish(self) -> Wish:
        """What the policies are asked about."""
        sought = self.sought
        permissions = self.permissions().of(sought.scope.permissions, default=sought.scope.default)
        return Wish(
            client_id=sought.app.app_id,
            resource=sought.scope.resource,
            grant=sought.grant,
            client_name=sought.app.display_name,
            scopes=(*permissions, *sorted(sought.scope.oidc)),
            confidential=sought.app.has_credentials,
            response_types=judged_types(
                sought.app, sought.response_types, openid=sought.scope.openid
            ),
            contexts=sought.claims.contexts,
        )

    @property
    def hinted(self) -> bool:
        """Whether the account is the one that the application means (AZ16)."""
        hint = self.sought.authorize.id_token_hint if self.sought.authorize else None
        return is_hinted(self.received, self.journey.user_id or "", hint)

    def wanted(self) -> Wanted | None:
        """What the request itself wants of the user."""
        journey = self.journey
        first = [each.at for each in journey.shown if not each.factor.value.second]
        authenticated = max(first, default=None)
        # Who signs in anew on our pages is told at the end that somebody else was meant.
        afresh = authenticated is not None and authenticated >= self.sought.received
        seen = SessionSeen(
            authenticated=authenticated,
            hinted=afresh or self.hinted,
            account_chosen=journey.chosen,
            consented=journey.consented,
            consent_on_record=not self.missing(),
        )
        return wanted(self.sought, seen, now=self.received.service.clock.now())

    def sign_in(self) -> SignIn | None:
        """Join what is known into the sign-in that the policies judge, None for nobody."""
        service, account = self.received.service, self.account
        if account is None:
            return None
        now, known = service.clock.now(), service.catalogue.known()
        shown = proofs(self.journey.shown, {*account.factors, Factor.PASSWORD}, now)
        shown = replace(
            shown,
            accepted_terms=accepted_terms(known.of(acceptances_of, account.id), now),
            password_changed=self.journey.password_changed is not None,
        )
        identity = UserIdentity(account.id)
        risk = known.of(risk_of, account.id)
        made = sign_in_of(risk, identity, self.wish(), self.facts, shown)
        return replace(made, target=self.sought.action) if self.sought.action else made

    def step(self, *, silent: bool = False) -> Step:
        """Decide afresh."""
        return next_step(
            Situation(
                self.journey,
                self.account,
                self.wanted(),
                self.received.service.snapshots.current(),
                self.sign_in(),
                self.sought.claims.contexts,
                silent=silent,
            )
        )

    def log(
        self,
        *,
        decided: Decided | None = None,
        code: int = 0,
        failure: str | None = None,
        session_id: str | None = None,
    ) -> None:
        """Log how the sign-in, or one try in it, ended."""
        trace, service = self.received.trace, self.received.service
        attempt = Attempt(
            id=trace.trace_id,
            correlation_id=trace.correlation_id,
            at=trace.at,
            wish=self.wish(),
            facts=self.facts,
            who=self.account,
            user_name=self.journey.name,
            decided=decided,
            error_code=code,
            failure=failure,
            session_id=session_id,
        )
        log_attempt(service.store, attempt, service.emergency)


def _is_unverifiable(sought: Sought) -> bool:
    return sought.redirect is RedirectPlatform.NATIVE and not sought.app.has_credentials
