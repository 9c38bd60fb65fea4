"""The step-up that a protected action asks for: a claims challenge for an authentication context.

Sources: entra-docs identity-platform/developer-guide-conditional-access-authentication-context,
claims-challenge; the wire contract, 3.
"""

from __future__ import annotations

from ostiary.administration.required_contexts import ProtectedAction, contexts_required
from ostiary.http.bearer import INVALID
from ostiary.http.calls import Call
from ostiary.http.errors import ApiError
from ostiary.tokens.challenges import ClaimsChallenge


def step_up(call: Call, action: ProtectedAction) -> ApiError | None:
    """Give the challenge that a caller has to come back with, None where he need not.

    A client that understands no challenge (no `cp1`) is refused without one.
    """
    if call.token.of_application:
        return None
    context = contexts_required(call.store).get(action.value)
    if context is None or context in call.token.contexts:
        return None
    message = f"the action is protected: it needs the authentication context `{context}`"
    if not call.token.continuous:
        return ApiError(403, "Authorization_RequestDenied", message)
    challenge = ClaimsChallenge(context=context).to_header(call.server.authority)
    return ApiError(401, INVALID, message, headers={"WWW-Authenticate": challenge})
