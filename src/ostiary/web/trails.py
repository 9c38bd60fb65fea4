"""What is known of a request for tokens when it is refused, so that every refusal is logged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ostiary.model.signin import Missing, TokenGrant
from ostiary.oidc.errors import OAuthError
from ostiary.oidc.scopes import ScopeRequest
from ostiary.signin.accounts import Account
from ostiary.signin.client_apps import RedirectPlatform
from ostiary.signin.deciding import Wish
from ostiary.signin.logged import Attempt, Workload, log_attempt
from ostiary.signin.request_facts import Asking
from ostiary.web.received import Received

_WAITING: Final = frozenset({70016, 50196})
"""A device that polls for a person who has not answered yet was refused nothing."""
_LONGEST: Final = 200
"""Characters of a client's name for itself that are kept: it may be anybody's."""


@dataclass
class Trail:
    """What was found out so far; every member is filled in as soon as it is known.

    `resource` is '' where nobody knows what for. `logged`: this request has its row already.
    `device_id` and `address` as in `Asking`.
    """

    grant: TokenGrant | None = None
    client_id: str = ""
    client_name: str = ""
    scope: ScopeRequest | None = None
    redirect: RedirectPlatform | None = None
    who: Account | Workload | None = None
    user_name: str = ""
    session_id: str | None = None
    original_flow: str | None = None
    device_id: str | None = None
    address: str | Missing | None = None
    logged: bool = False

    def asking(
        self, client_id: str, grant: TokenGrant, redirect: RedirectPlatform | None
    ) -> Asking:
        """Give who asks in which way, with what is known of the sign-in."""
        return Asking(client_id, grant, redirect, self.device_id, self.address)

    def refused(self, received: Received, error: OAuthError) -> None:
        """Log a refusal that has no row yet; a request without a grant is no attempt to sign in."""
        if self.logged or self.grant is None or error.code in _WAITING:
            return
        self.logged = True
        client_id, trace = self.client_id[:_LONGEST], received.trace
        wish = Wish(
            client_id,
            self.scope.resource if self.scope else "",
            self.grant,
            self.client_name,
            original_flow=self.original_flow,
        )
        attempt = Attempt(
            id=trace.trace_id,
            correlation_id=trace.correlation_id,
            at=trace.at,
            wish=wish,
            facts=received.facts(self.asking(client_id, self.grant, self.redirect)),
            who=self.who,
            user_name=self.user_name[:_LONGEST],
            error_code=error.code,
            failure=error.text,
            session_id=self.session_id,
        )
        log_attempt(received.service.store, attempt, received.service.emergency)
