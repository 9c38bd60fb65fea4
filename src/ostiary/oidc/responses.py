"""What goes back to the client's redirect URI: in the query, in the fragment or by a form.

Source: RFC 6749 section 4.1.2, RFC 9207, OAuth 2.0 Form Post Response Mode, wire contract
section 2.1.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from ostiary.oidc.errors import OAuthError, Trace, description, error_uri

Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ReplyAddress:
    """Where and how a client is answered: its own redirect URI, the mode, its state verbatim."""

    redirect_uri: str
    response_mode: str
    state: str | None = None

    @property
    def by_form(self) -> bool:
        """Whether the answer is a form that posts itself, rather than a redirect."""
        return self.response_mode == "form_post"


def success_fields(reply: ReplyAddress, fields: Fields, *, issuer: str) -> Fields:
    """Add what every answer carries to the fields of a success (`code`, `id_token`, ...)."""
    return (*fields, *_state(reply), ("iss", issuer))


def error_fields(
    reply: ReplyAddress, error: OAuthError, trace: Trace, *, login_url: str, issuer: str
) -> Fields:
    """Give the fields of an error; MSAL prints the description and reads the suberror."""
    suberror = (("suberror", error.suberror),) if error.suberror else ()
    return (
        ("error", error.error),
        ("error_description", description(error, trace)),
        ("error_uri", error_uri(error, login_url=login_url)),
        *suberror,
        *_state(reply),
        ("iss", issuer),
    )


def location(reply: ReplyAddress, fields: Fields) -> str:
    """Give the address of the redirect; a query that the redirect URI has is kept."""
    encoded = urlencode(fields)
    if reply.response_mode == "fragment":
        return f"{reply.redirect_uri}#{encoded}"
    joint = "&" if "?" in reply.redirect_uri else "?"
    return f"{reply.redirect_uri}{joint}{encoded}"


def _state(reply: ReplyAddress) -> Fields:
    return (("state", reply.state),) if reply.state is not None else ()
