"""Tokens for managed identities, whichever protocol asks: policies first, then a signature.

Conditional Access asks nothing of managed identities (entra-docs conditional-access/
workload-identity: "Policy isn't enforced on managed identities"), and still every token passes it
(checklist TK14): the log then says so.
"""

from __future__ import annotations

from dataclasses import dataclass

from ostiary.administration.managed_identities import (
    is_managed,
    is_user_assigned,
    resource_of,
)
from ostiary.directory.documents import Stored
from ostiary.directory.store import Aggregates
from ostiary.model.signin import Proofs, TokenGrant, WorkloadIdentity
from ostiary.oidc.decisions import token_error
from ostiary.oidc.errors import OAuthError, oauth_error
from ostiary.oidc.scopes import ScopeRequest
from ostiary.signin.deciding import Decided, Wish, decided, risk_of, sign_in_of
from ostiary.signin.logged import Attempt, Workload, log_attempt
from ostiary.signin.permissions import application_roles
from ostiary.signin.request_facts import Asking
from ostiary.tokens.claims import AppGrant, ClientProof, TokenClient
from ostiary.tokens.issue import IssuedToken
from ostiary.web.belonging import application_unassigned
from ostiary.web.calls import token_resource
from ostiary.web.received import Received
from ostiary.web.refusal import Refused

_GRANT = TokenGrant.MANAGED_IDENTITY


@dataclass(frozen=True, slots=True)
class ManagedIdentity:
    """A managed identity of the directory."""

    id: str
    client_id: str
    name: str
    resource_id: str
    user_assigned: bool
    enabled: bool

    @property
    def kind(self) -> str:
        """The word of the sign-in log for it."""
        return "userAssigned" if self.user_assigned else "systemAssigned"


def managed_identity(store: Aggregates, principal_id: str) -> ManagedIdentity | None:
    """Read a managed identity, None where there is none with this object id."""
    found: Stored | None = store.principals.get(principal_id)
    if found is None or not is_managed(found.document):
        return None
    document = found.document
    return ManagedIdentity(
        found.id,
        str(document.get("appId")),
        str(document.get("displayName") or ""),
        resource_of(document),
        is_user_assigned(document),
        document.get("accountEnabled") is not False,
    )


def identity_token(received: Received, identity: ManagedIdentity, resource: str) -> IssuedToken:
    """Give a managed identity its token for a resource. Raises Refused, which is logged."""
    service, known = received.service, received.known
    app_id = known.resources.app_id(resource)
    wish = Wish(
        client_id=identity.client_id,
        resource=app_id or "",
        grant=_GRANT,
        client_name=identity.name,
        confidential=True,
    )
    if app_id is None:
        raise _refused(received, identity, wish, oauth_error(500011, resource=resource[:200]))
    if not identity.enabled:
        raise _refused(received, identity, wish, oauth_error(7000112, app=identity.client_id))
    risk = known.of(risk_of, identity.id)
    facts = received.facts(Asking(identity.client_id, _GRANT))
    sign_in = sign_in_of(risk, WorkloadIdentity(identity.id), wish, facts, Proofs())
    answer = decided(service.snapshots.current(), sign_in)
    error = token_error(answer.decision, resource=app_id) or application_unassigned(
        known, identity.client_id, identity.id, app_id
    )
    if error is not None:
        raise _refused(received, identity, wish, error, answer)
    service.keys.ensure()
    scope = ScopeRequest(app_id, default=True, named=resource)
    issued = service.issuer.access_token(
        AppGrant(
            identity.id,
            TokenClient(identity.client_id, identity.name, ClientProof.CERTIFICATE),
            token_resource(known, scope),
            known.of(application_roles, identity.id, app_id),
            policies=answer.snapshot.policies_version,
            managed_resource=identity.resource_id,
        )
    )
    _log(received, identity, wish, answer, token_id=str(issued.claims["uti"]))
    return issued


def _refused(
    received: Received,
    identity: ManagedIdentity,
    wish: Wish,
    error: OAuthError,
    answer: Decided | None = None,
) -> Refused:
    _log(received, identity, wish, answer, error=error)
    return Refused(error)


def _log(
    received: Received,
    identity: ManagedIdentity,
    wish: Wish,
    answer: Decided | None,
    *,
    error: OAuthError | None = None,
    token_id: str | None = None,
) -> None:
    trace, service = received.trace, received.service
    who = Workload(identity.id, identity.name, (identity.kind, identity.resource_id))
    attempt = Attempt(
        id=trace.trace_id,
        correlation_id=trace.correlation_id,
        at=trace.at,
        wish=wish,
        facts=received.facts(Asking(identity.client_id, _GRANT)),
        who=who,
        decided=answer,
        error_code=error.code if error else 0,
        failure=error.text if error else None,
        token_id=token_id,
    )
    log_attempt(service.store, attempt, service.emergency)
