"""The browser's session at the end of a sign-in: kept, renewed, or begun (checklist SS02)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from ostiary.signin.accounts import Account
from ostiary.signin.shown import written_shown
from ostiary.web.authorize import SESSION, Visit

_LASTS: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class BrowserSession:
    """The session that a sign-in ends in; `cookie` is the new secret, None where it stays."""

    sid: str
    cookie: str | None = field(default=None, repr=False)


def session_of(visit: Visit, account: Account) -> BrowserSession:
    """Go on with the browser's session, under a new secret where something new was shown.

    Somebody else's session in the same browser is over. Its refresh tokens are not: nobody signed
    out of the applications that hold them.
    """
    sessions = visit.received.service.store.sessions
    shown = written_shown(visit.journey.shown)
    known = sessions.of(visit.received.cookies.get(SESSION, ""))
    if known is not None and known.user_id == account.id:
        if known.document["shown"] == shown:
            return BrowserSession(known.sid)
        first = max(each.at for each in visit.journey.shown if not each.factor.value.second)
        secret = sessions.renew(known.sid, {**known.document, "shown": shown}, until=first + _LASTS)
        if secret is not None:
            return BrowserSession(known.sid, secret)
    secret, made = sessions.begin(
        account.id,
        {"shown": shown},
        lasts=_LASTS,
        idle=_LASTS,
        instead_of=known.sid if known is not None else None,
    )
    return BrowserSession(made.sid, secret)
