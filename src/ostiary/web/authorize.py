"""One request of a browser within a sign-in: what is known, wanted, and decided now."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ostiary.factors.kinds import Factor
from ostiary.model.signin import TokenGrant, UserIdentity
from ostiary.oidc.authorize import AuthorizeRequest
from ostiary.signin.accounts import Account
from ostiary.signin.deciding import Decided, Wish, sign_in_of
from ostiary.signin.dispatch import Step, next_step
from ostiary.signin.journey import Journey
from ostiary.signin.logged import Attempt, log_attempt
from ostiary.signin.permissions import delegated
from ostiary.signin.request_facts import Asking, RequestFacts
from ostiary.signin.shown import proofs
from ostiary.signin.terms import accepted_terms
from ostiary.signin.wanted import SessionSeen, Wanted, wanted
from ostiary.web.hints import is_hinted
from ostiary.web.received import Received

BROWSER, SESSION = "__Host-ostiary-browser", "__Host-ostiary-session"


@dataclass(frozen=True)
class Visit:
    """One request of a browser within a sign-in."""

    received: Received
    request: AuthorizeRequest
    journey: Journey
    name: str
    account: Account | None

    @property
    def facts(self) -> RequestFacts:
        """Where it comes from."""
        asking = Asking(
            self.request.app.app_id,
            TokenGrant.AUTHORIZATION_CODE,
            self.request.redirect.platform,
        )
        return self.received.facts(asking)

    @property
    def address(self) -> str | None:
        """The client's address, None where nobody can tell."""
        return self.facts.address if isinstance(self.facts.address, str) else None

    def wish(self) -> Wish:
        """What the policies are asked about."""
        scope, app = self.request.scope, self.request.app
        user_id = self.account.id if self.account else ""
        found = delegated(self.received.service.store, app.app_id, scope.resource, user_id)
        permissions = found.of(scope.permissions, default=scope.default)
        return Wish(
            client_id=app.app_id,
            resource=scope.resource,
            grant=TokenGrant.AUTHORIZATION_CODE,
            client_name=app.display_name,
            scopes=(*permissions, *sorted(scope.oidc)),
            confidential=app.has_credentials,
            response_types=frozenset(self.request.response_type.split()),
            contexts=self.request.claims.contexts,
        )

    @property
    def hinted(self) -> bool:
        """Whether the account is the one that the application means (AZ16)."""
        return is_hinted(self.received, self.journey.user_id or "", self.request.id_token_hint)

    def wanted(self) -> Wanted | None:
        """What the request itself wants of the user."""
        service, journey = self.received.service, self.journey
        scope = self.request.scope
        user_id = self.account.id if self.account else ""
        found = delegated(service.store, self.request.app.app_id, scope.resource, user_id)
        missing = found.missing(scope.permissions, default=scope.default) if scope.words else ()
        first = [each.at for each in journey.shown if not each.factor.value.second]
        authenticated = max(first, default=None)
        # Who signs in anew on our pages is told at the end that somebody else was meant.
        afresh = authenticated is not None and authenticated >= self.request.received
        seen = SessionSeen(
            authenticated=authenticated,
            hinted=afresh or self.hinted,
            account_chosen=journey.chosen,
            consent_on_record=not missing,
        )
        return wanted(self.request, seen, now=service.clock.now())

    def step(self) -> Step:
        """Decide afresh."""
        service, account = self.received.service, self.account
        sign_in = None
        if account is not None:
            now = service.clock.now()
            shown = proofs(self.journey.shown, {*account.factors, Factor.PASSWORD}, now)
            shown = replace(shown, accepted_terms=accepted_terms(service.store, account.id, now))
            identity = UserIdentity(account.id)
            sign_in = sign_in_of(service.store, identity, self.wish(), self.facts, shown)
        return next_step(
            self.journey,
            account,
            self.wanted(),
            service.snapshots.current(),
            sign_in,
            self.request.claims.contexts,
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
        log_attempt(service.store, attempt)
