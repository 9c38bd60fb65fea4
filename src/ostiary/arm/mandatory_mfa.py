"""Where the tenant demands it, people change resources only with multifactor authentication.

Asked of every create, update, delete and action, after the roles and whatever the policies say;
reading is free, and so are workload identities. Sources: entra-docs identity/authentication/
concept-mandatory-multifactor-authentication (phase 2), azure-docs-cli authenticate-azure-cli-mfa.
"""

from __future__ import annotations

from typing import Final

from ostiary.administration.mandatory_mfa import mfa_required_for_changes
from ostiary.http.calls import Call
from ostiary.http.errors import ApiError
from ostiary.signin.mandatory_mfa import MANDATORY_MFA
from ostiary.tokens.challenges import ClaimsChallenge

_READING: Final = frozenset({"GET", "HEAD"})
_WORD: Final = "RequestDisallowedByPolicy"


def mfa_missing(call: Call) -> ApiError | None:
    """Give the challenge to come back with multifactor authentication, None where it is not owed.

    A client that understands no challenge (no `cp1`) is refused without one.
    """
    token = call.token
    if call.asked.method in _READING or token.of_application or token.multifactor:
        return None
    if not mfa_required_for_changes(call.store):
        return None
    place = call.asked.location.rstrip("/").rpartition("/")[2][:90]
    message = (
        f"Resource '{place}' was disallowed by policy. Reasons: MFA is required: sign in with "
        "multifactor authentication to create, update or delete resources."
    )
    if not token.continuous:
        return ApiError(403, _WORD, message)
    challenge = ClaimsChallenge(context=MANDATORY_MFA).to_header(call.server.authority)
    return ApiError(401, _WORD, message, headers={"WWW-Authenticate": challenge})
