"""One call of the token endpoint: who asks, for what, and how its end is logged and answered."""

from __future__ import annotations

from dataclasses import dataclass

from ostiary.directory.store import Aggregates
from ostiary.model.signin import TokenGrant
from ostiary.oidc.authorities import Authority
from ostiary.oidc.client_auth import ClientMethod, ProvenClient
from ostiary.oidc.errors import OAuthError
from ostiary.oidc.parameters import Parameters
from ostiary.oidc.scopes import ScopeRequest
from ostiary.signin.accounts import Account
from ostiary.signin.client_apps import RedirectPlatform
from ostiary.signin.deciding import Decided, Wish
from ostiary.signin.logged import Attempt, Workload, log_attempt
from ostiary.signin.request_facts import RequestFacts
from ostiary.tokens.claims import ClientProof, TokenClient, TokenResource, TokenVersion
from ostiary.web.catalogue import Known, application_of
from ostiary.web.clients import judged_types
from ostiary.web.received import Received
from ostiary.web.service import Service
from ostiary.web.trails import Trail

_PROOFS = {
    ClientMethod.NONE: ClientProof.PUBLIC,
    ClientMethod.SECRET_POST: ClientProof.SECRET,
    ClientMethod.SECRET_BASIC: ClientProof.SECRET,
    ClientMethod.PRIVATE_KEY: ClientProof.CERTIFICATE,
    ClientMethod.FEDERATED: ClientProof.CERTIFICATE,
}


@dataclass(frozen=True)
class TokenCall:
    """A token request whose client is who it says; `redirect` as in `client_app_type`.

    `trail` learns from each step who asks for what, so that a refusal is logged with it.
    """

    received: Received
    form: Parameters
    authority: Authority
    grant: TokenGrant
    client: ProvenClient
    trail: Trail
    redirect: RedirectPlatform | None = None

    @property
    def service(self) -> Service:
        """The service that is asked."""
        return self.received.service

    @property
    def known(self) -> Known:
        """What the store says of applications and people."""
        return self.received.known

    @property
    def facts(self) -> RequestFacts:
        """Where the request comes from."""
        asking = self.trail.asking(self.client.app.app_id, self.grant, self.redirect)
        return self.received.facts(asking)

    @property
    def token_client(self) -> TokenClient:
        """What tokens say of the client."""
        app = self.client.app
        return TokenClient(app.app_id, app.display_name, _PROOFS[self.client.method])

    def wish(self, scope: ScopeRequest, permissions: tuple[str, ...] | None) -> Wish:
        """Give what the policies are asked about."""
        app = self.client.app
        scopes = None if permissions is None else (*permissions, *sorted(scope.oidc))
        return Wish(
            client_id=app.app_id,
            resource=scope.resource,
            grant=self.grant,
            client_name=app.display_name,
            scopes=scopes,
            confidential=self.client.method is not ClientMethod.NONE,
            response_types=judged_types(app, openid=scope.openid),
            interactive=self.grant not in {TokenGrant.REFRESH_TOKEN, TokenGrant.ON_BEHALF_OF},
        )

    def token_resource(self, scope: ScopeRequest) -> TokenResource:
        """Give the resource as its tokens name it: by the URI that it was asked for by."""
        return token_resource(self.known, scope)

    def log(
        self,
        wish: Wish,
        who: Account | Workload | None,
        *,
        decided: Decided | None = None,
        error: OAuthError | None = None,
        code: int = 0,
        user_name: str = "",
        session_id: str | None = None,
        token_id: str | None = None,
        store: Aggregates | None = None,
    ) -> None:
        """Log how the call ended; `code` is the true reason where the answer hides it.

        `store` is the transaction that the row belongs to, where it has none of its own.
        """
        trace = self.received.trace
        attempt = Attempt(
            id=trace.trace_id,
            correlation_id=trace.correlation_id,
            at=trace.at,
            wish=wish,
            facts=self.facts,
            who=who,
            user_name=user_name,
            decided=decided,
            error_code=code or (error.code if error else 0),
            failure=error.text if error else None,
            session_id=session_id,
            token_id=token_id,
        )
        self.trail.logged = True
        log_attempt(store or self.service.store, attempt, self.service.emergency)


def token_resource(known: Known, scope: ScopeRequest) -> TokenResource:
    """Give a resource as its tokens name it: by the URI that it was asked for by."""
    found = known.of(application_of, scope.resource)
    api = found.document.get("api") if found else None
    version = api.get("requestedAccessTokenVersion") if isinstance(api, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  # JSON
    uris = found.document.get("identifierUris") if found else None
    own = str(uris[0]) if uris else scope.resource
    kind = TokenVersion.V2 if version == 2 else TokenVersion.V1
    return TokenResource(scope.resource, scope.named or own, kind)
