"""What an access token comes from: what was shown in its sign-in, and how that sign-in began."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from ostiary.directory.store import Aggregates
from ostiary.factors.kinds import Factor, ShownFactor
from ostiary.model.json_types import JsonObject, as_strings
from ostiary.signin.client_apps import RedirectPlatform
from ostiary.signin.shown import Shown, read_shown
from ostiary.tokens.claims import SignedIn
from ostiary.tokens.read import AccessToken

_BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Origin:
    """A sign-in. `redirect` is the platform it was answered to, `flow` its transfer method."""

    shown: Shown
    redirect: RedirectPlatform | None = None
    flow: str | None = None


def read_origin(family: JsonObject) -> Origin:
    """Read it from the document of a refresh family."""
    redirect = family.get("redirect")
    return Origin(
        read_shown(family["shown"]),
        RedirectPlatform(redirect) if redirect else None,
        family.get("flow"),
    )


def origin_of(store: Aggregates, token: AccessToken) -> Origin:
    """Give the sign-in of a user's token, as it was when the token was issued.

    What was shown later in the same session is not the token's: a client that wants it to count
    asks for a new token, which then says so.
    """
    issued = issued_at(token)
    for each in _known(store, token):
        before = tuple(shown for shown in each.shown if shown.at <= issued)
        if before:
            return replace(each, shown=before)
    return Origin(_claimed(token, issued))


def issued_at(token: AccessToken) -> datetime:
    """Give the last moment of the second in which a token was issued."""
    return datetime.fromtimestamp(int(token.claims["iat"]), UTC).replace(microsecond=999_999)


def _known(store: Aggregates, token: AccessToken) -> Iterator[Origin]:
    sid = token.session_id
    if sid is None:
        return
    for family in store.families.of_user(token.object_id):
        same_client = family.client_id == token.app_id.casefold()
        if same_client and sid in {family.sid, family.document.get("sid")}:
            yield read_origin(family.document)
    session = store.sessions.living(sid)
    if session is not None:
        yield Origin(read_shown(session.document.get("shown") or ()))


def _claimed(token: AccessToken, issued: datetime) -> Shown:
    """Read what the token itself says: `amr`, where no family or session is known any more."""
    words = set(as_strings(token.claims.get("amr")))
    factors = [factor for word, factor in _CLAIMED.items() if word in words]
    if "mfa" in words and not any(each.value.second or each.value.alone for each in factors):
        # Multifactor by something that has no word of its own: it meets no strength.
        factors.append(Factor.RECOVERY_CODE)
    return tuple(ShownFactor(each, issued) for each in factors)


def _words(factor: Factor) -> tuple[str, ...]:
    return SignedIn(factor.value.modes, multifactor=False, at=_BEGINNING, session_id="").amr


_CLAIMED: Final = {word: factor for factor in Factor for word in _words(factor)}
