"""One row of the table of AADSTS codes, and the suberrors that rows use."""

from __future__ import annotations

from dataclasses import dataclass

# What the suberrors tell a client: MSAL's InvalidGrantClassification. basic_action with 50076,
# message_only with 53003 and token_expired with 70043 were seen on the wire; the others follow
# from the meaning of the word.
BASIC_ACTION = "basic_action"
"""The user can put it right in a sign-in."""
ADDITIONAL_ACTION = "additional_action"
"""Something has to be put right outside of a sign-in, on the device say."""
MESSAGE_ONLY = "message_only"
"""The user can do nothing; the message explains it."""
CONSENT_REQUIRED = "consent_required"
PASSWORD_EXPIRED = "user_password_expired"  # noqa: S105  # a word of the protocol
TOKEN_EXPIRED = "token_expired"  # noqa: S105  # a word of the protocol
BAD_TOKEN = "bad_token"  # noqa: S105  # a word of the protocol


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """One AADSTS code: the OAuth `error` it comes with, its sentence and its suberror.

    A word in braces in the sentence is filled in by `ostiary.oidc.errors.oauth_error`.
    """

    number: int
    error: str
    text: str
    suberror: str = ""
