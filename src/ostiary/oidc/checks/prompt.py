"""`prompt`: what the user has to be shown, or must not be (OpenID Connect Core section 3.1.2.1)."""

from __future__ import annotations

from ostiary.oidc.checks.asked import Asked
from ostiary.oidc.errors import OAuthError, oauth_error

PROMPTS = frozenset({"none", "login", "consent", "select_account"})


def prompt_refused(asked: Asked) -> OAuthError | None:
    """Refuse unknown words, and `none` beside others."""
    prompts = asked.parameters.words("prompt")
    if not set(prompts) <= PROMPTS:
        return oauth_error(90023, detail="prompt has an unknown value")
    if "none" in prompts and len(prompts) > 1:
        return oauth_error(90023, detail="prompt has none beside other values")
    return None
