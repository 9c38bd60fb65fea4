"""What an access token comes from: what was shown in its sign-in, and how that sign-in began."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from ostiary.directory.store import Aggregates
from ostiary.model.signin import Device
from ostiary.signin.client_apps import RedirectPlatform
from ostiary.signin.devices import device_named
from ostiary.signin.shown import Shown, read_factor_words
from ostiary.tokens.claims import ClientProof
from ostiary.tokens.read import AccessToken


@dataclass(frozen=True, slots=True)
class Origin:
    """A sign-in. `redirect` is the platform it was answered to, `flow` its transfer method.

    `device` is the one it was made on, as the directory has it now: one that is no longer
    compliant counts no longer.
    """

    shown: Shown = ()
    redirect: RedirectPlatform | None = None
    flow: str | None = None
    device: Device | None = None


def origin_of(store: Aggregates, token: AccessToken) -> Origin:
    """Give the sign-in of a user's token, as it was when the token was issued.

    What was shown later in the same session is not the token's: a client that wants it to count
    asks for a new token, which then says so.
    """
    device_id = token.device_id
    return Origin(
        read_factor_words(token.factors),
        _redirect(store, token),
        token.flow,
        device_named(store, device_id) if device_id else None,
    )


def issued_at(token: AccessToken) -> datetime:
    """Give the time at which a token was issued, to the second."""
    return datetime.fromtimestamp(token.issued, UTC)


def confidential(token: AccessToken) -> bool:
    """Tell whether the client proved itself when it got the token."""
    proof = str(token.claims.get("appidacr") or token.claims.get("azpacr") or "")
    return proof not in {"", ClientProof.PUBLIC.value}


def _redirect(store: Aggregates, token: AccessToken) -> RedirectPlatform | None:
    """Tell the platform by the refresh family; of a confidential client without one it is web."""
    sid = token.session_id
    for family in store.families.of_user(token.object_id):
        same_client = family.client_id == token.app_id.casefold()
        if same_client and sid in {family.sid, family.document.get("sid")}:
            word = family.document.get("redirect")
            return RedirectPlatform(word) if word else None
    return RedirectPlatform.WEB if confidential(token) else None
