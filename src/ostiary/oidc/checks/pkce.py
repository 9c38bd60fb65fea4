"""Proof Key for Code Exchange, S256 only (RFC 7636, RFC 9700 section 2.1.1; AZ04, AZ05)."""

from __future__ import annotations

import hmac
import re
from hashlib import sha256

from ostiary.model.base64url import encoded
from ostiary.oidc.checks.asked import Asked
from ostiary.oidc.checks.response_type import response_type_of
from ostiary.oidc.errors import OAuthError, oauth_error
from ostiary.signin.client_apps import RedirectPlatform

METHOD = "S256"
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
"""The base64url of a SHA-256."""
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


def code_challenge_refused(asked: Asked) -> OAuthError | None:
    """Demand a challenge where one is needed, and S256 wherever one is sent."""
    challenge = asked.parameters.get("code_challenge")
    method = asked.parameters.get("code_challenge_method")
    if challenge is None and method is None:
        return oauth_error(50147, detail="S256 is required") if _needed(asked) else None
    # No method means `plain` (RFC 7636 section 4.3).
    if method != METHOD:
        return oauth_error(501491, detail="only S256 is accepted")
    if challenge is None or not _CHALLENGE.fullmatch(challenge):
        return oauth_error(501491, detail="43 characters of base64url are expected")
    return None


def _needed(asked: Asked) -> bool:
    """Tell whether a code of this request would need a proof key.

    Applications without a secret always do. A web application may rely on the nonce instead
    (RFC 9700 section 2.1.1), or be exempted (checklist K2).
    """
    if "code" not in response_type_of(asked.parameters).split():
        return False
    if asked.redirect.platform is not RedirectPlatform.WEB or not asked.app.has_credentials:
        return True
    return asked.parameters.get("nonce") is None and not asked.app.proof_key_optional


def code_verifier_refused(verifier: str | None, challenge: str | None) -> OAuthError | None:
    """Compare the verifier of a token request with the challenge the code was issued under.

    A verifier for a code without a challenge is refused as well: the code was asked for by somebody
    else (RFC 9700 section 4.8.2).
    """
    if verifier is None and challenge is None:
        return None
    if verifier is None or challenge is None or not _VERIFIER.fullmatch(verifier):
        return oauth_error(501481)
    digest = encoded(sha256(verifier.encode("ascii")).digest())
    if not hmac.compare_digest(digest, challenge):
        return oauth_error(501481)
    return None
