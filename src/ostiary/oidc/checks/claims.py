"""`claims`: what a client can do, and what it was told to come back for.

Source: OpenID Connect Core section 5.5; entra-docs identity-platform/claims-challenge; wire
contract sections 2.1 and 3. Members that nobody here knows are ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ostiary.model.json_types import JsonObject, as_object, as_strings
from ostiary.oidc.errors import OAuthError, oauth_error
from ostiary.oidc.json_text import json_object
from ostiary.oidc.parameters import Parameters
from ostiary.signin.mandatory_mfa import MANDATORY_MFA

CAE_CLIENT = "cp1"
"""The capability of a client that understands claims challenges, in any case."""
_CONTEXT = re.compile(rf"c[1-9][0-9]?|{MANDATORY_MFA}", re.ASCII)
_EPOCH = re.compile(r"[0-9]{1,12}(\.[0-9]{1,9})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class ClaimsRequest:
    """The part of `claims` that is acted upon.

    `capabilities` are client capabilities in lower case, `contexts` authentication contexts to
    satisfy, `policies` ids of policies named by a challenge, `not_before` the second before which a
    sign-in is not accepted. `id_token` and `userinfo` are the names of claims asked for by name.
    """

    capabilities: frozenset[str] = frozenset()
    contexts: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    not_before: int | None = None
    id_token: tuple[str, ...] = ()
    userinfo: tuple[str, ...] = ()

    @property
    def handles_challenges(self) -> bool:
        """Whether the client said that it understands claims challenges."""
        return CAE_CLIENT in self.capabilities


NO_CLAIMS = ClaimsRequest()


def claims_request(parameters: Parameters) -> ClaimsRequest | OAuthError:
    """Read `claims`, and the authentication contexts in `acr_values` (RFC 9470 section 4)."""
    text = parameters.get("claims")
    stated = _contexts(parameters.words("acr_values"))
    if text is None:
        return ClaimsRequest(contexts=stated) if stated else NO_CLAIMS
    claims = json_object(text)
    if claims is None:
        return oauth_error(90013, name="claims", detail="it is no JSON object")
    access = _member(claims, "access_token")
    id_token, userinfo = _member(claims, "id_token"), _member(claims, "userinfo")
    asked = (*_values(access, "acrs"), *_values(id_token, "acrs"), *_values(id_token, "acr"))
    return ClaimsRequest(
        capabilities=frozenset(word.casefold() for word in _values(access, "xms_cc")),
        contexts=tuple(dict.fromkeys((*_contexts(asked), *stated))),
        policies=_values(access, "capolids"),
        not_before=_not_before(access),
        id_token=tuple(id_token),
        userinfo=tuple(userinfo),
    )


def _member(claims: JsonObject, name: str) -> Mapping[str, object]:
    return as_object(claims.get(name))


def _values(part: Mapping[str, object], name: str) -> tuple[str, ...]:
    """Give `value` and `values` of one claim, strings only."""
    wanted = as_object(part.get(name))
    value = wanted.get("value")
    single = (value,) if isinstance(value, str) else ()
    return tuple(dict.fromkeys((*single, *as_strings(wanted.get("values")))))


def _contexts(words: Iterable[str]) -> tuple[str, ...]:
    """Keep the words that are authentication contexts: `c1` to `c99`, and the built-in one."""
    return tuple(dict.fromkeys(word for word in words if _CONTEXT.fullmatch(word)))


def _not_before(access: Mapping[str, object]) -> int | None:
    value = as_object(access.get("nbf")).get("value")
    text = str(value) if isinstance(value, str | int | float) else ""
    return int(float(text)) if _EPOCH.fullmatch(text) else None
