"""The engine's decision -> the error that a client is told, at either endpoint.

The engine alone decides; here its answer only gets the clothes of the place it is told at. Source:
the specification's semantics section 2 (errors) and wire contract section 2.3.
"""

from __future__ import annotations

from ostiary.model.decision import Outcome, Ruling
from ostiary.oidc.errors import OAuthError, oauth_error

# What is asked for has one number where a page can ask for it, another where only a token
# endpoint answers (semantics section 2: 50074 is the interactive twin of 50076, 50072 of 50079).
_INTERACTIVE_TWIN = {50076: 50074, 50079: 50072, 70043: 70044}
_TOKEN_TWIN = {interactive: token for token, interactive in _INTERACTIVE_TWIN.items()}
_AT_AUTHORIZE = {Outcome.INTERRUPT: "interaction_required", Outcome.BLOCK: "access_denied"}


def token_error(decision: Ruling, *, resource: str) -> OAuthError | None:
    """Give the error of the token endpoint, None where the token may be issued.

    `resource` is the application id of the resource asked for. The word is the engine's:
    `interaction_required` with a claims challenge for refresh tokens, codes and on-behalf-of,
    `invalid_grant` for the password grant and for refusals. `access_denied` belongs to the
    authorization endpoint (RFC 6749 section 4.1.2.1), here it is `invalid_grant`.
    """
    if decision.outcome is Outcome.GRANT:
        return None
    word = decision.oauth_error if decision.oauth_error != "access_denied" else "invalid_grant"
    code = _TOKEN_TWIN.get(decision.code, decision.code)
    return oauth_error(code, error=word, claims=decision.claims, resource=resource)


def authorize_error(decision: Ruling, *, resource: str) -> OAuthError | None:
    """Give the error that goes back to the client from the authorization endpoint.

    None where nothing is owed. `interaction_required` is the answer to `prompt=none`, and to a
    user who gives up; what nobody can put right is `access_denied`.
    """
    word = _AT_AUTHORIZE.get(decision.outcome)
    if word is None:
        return None
    return oauth_error(interactive_code(decision.code), error=word, resource=resource)


def interactive_code(code: int) -> int:
    """Give the number under which a page and the log of an interactive sign-in tell a code."""
    return _INTERACTIVE_TWIN.get(code, code)
