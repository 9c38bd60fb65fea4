"""The grants of the token endpoint: what each is called and what it must bring.

Source: RFC 6749, RFC 8628, RFC 7523, wire contract section 2.3 (fields seen). One table, so that a
test can hold every grant to Conditional Access (checklist TK14).
"""

from __future__ import annotations

from dataclasses import dataclass

from ostiary.model.signin import TokenGrant
from ostiary.oidc.checks.duplicates import duplicate_parameter
from ostiary.oidc.checks.limits import parameter_too_long
from ostiary.oidc.errors import OAuthError, oauth_error
from ostiary.oidc.parameters import Parameters


@dataclass(frozen=True, slots=True)
class GrantType:
    """One grant: the values of `grant_type` that mean it, and the parameters it needs.

    Of each group in `needs` one is enough.
    """

    grant: TokenGrant
    words: tuple[str, ...]
    needs: tuple[tuple[str, ...], ...]


GRANT_TYPES: tuple[GrantType, ...] = (
    GrantType(
        TokenGrant.AUTHORIZATION_CODE, ("authorization_code",), (("code",), ("redirect_uri",))
    ),
    GrantType(TokenGrant.REFRESH_TOKEN, ("refresh_token",), (("refresh_token",),)),
    GrantType(TokenGrant.CLIENT_CREDENTIALS, ("client_credentials",), (("scope", "resource"),)),
    # MSAL for Node writes the short form; MSAL for Python sends the code under both names.
    GrantType(
        TokenGrant.DEVICE_CODE,
        ("urn:ietf:params:oauth:grant-type:device_code", "device_code"),
        (("device_code", "code"),),
    ),
    GrantType(TokenGrant.PASSWORD, ("password",), (("username",), ("password",))),
    GrantType(
        TokenGrant.ON_BEHALF_OF,
        ("urn:ietf:params:oauth:grant-type:jwt-bearer",),
        (("assertion",), ("requested_token_use",)),
    ),
)
_BY_WORD = {word: each for each in GRANT_TYPES for word in each.words}


def grant_asked(form: Parameters) -> GrantType | OAuthError:
    """Check the form of a token request and give the grant it asks for."""
    fault = parameter_too_long(form) or duplicate_parameter(form)
    if fault is not None:
        return fault
    word = form.get("grant_type")
    if word is None:
        return oauth_error(900144, name="grant_type")
    found = _BY_WORD.get(word)
    if found is None:
        return oauth_error(70003, name=word)
    for group in found.needs:
        if not any(form.get(name) is not None for name in group):
            return oauth_error(900144, name=group[0])
    if found.grant is TokenGrant.ON_BEHALF_OF and form.get("requested_token_use") != "on_behalf_of":
        return oauth_error(90023, detail="requested_token_use is on_behalf_of or nothing")
    return found
