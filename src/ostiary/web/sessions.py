"""The sessions of a browser: several accounts may be signed in, each with what it showed itself.

The cookie holds their secrets, the latest first. A session of one account says nothing of another
(checklist SS08).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from starlette.responses import Response

from ostiary.directory.sessions import Session
from ostiary.signin.accounts import Account, account_of
from ostiary.signin.deciding import Decided
from ostiary.signin.journey import Stay
from ostiary.signin.shown import written_shown
from ostiary.web.received import Received
from ostiary.web.visit import SESSION, Visit
from ostiary.web.written import set_cookie

LASTS: Final = timedelta(hours=24)
STAYS: Final = timedelta(days=90)
"""Without *Stay signed in?* and with it (entra-docs conditional-access/
concept-session-lifetime)."""
_MOST: Final = 5


@dataclass(frozen=True, slots=True)
class Known:
    """A living session that a browser holds, and its account."""

    secret: str
    session: Session
    account: Account


@dataclass(frozen=True, slots=True)
class Kept:
    """The session that a sign-in left; `cookie` is what the browser has to be told, if anything."""

    sid: str
    cookie: str | None = None
    stays: bool = False

    def tell(self, response: Response) -> Response:
        """Give a response that hands the session to the browser."""
        if self.cookie is not None:
            set_cookie(response, SESSION, self.cookie, lasts=STAYS if self.stays else None)
        return response


def known_sessions(received: Received) -> tuple[Known, ...]:
    """Give the browser's living sessions of accounts that may sign in, the latest first."""
    store = received.service.store
    found: list[Known] = []
    for secret in received.cookies.get(SESSION, "").split(".")[:_MOST]:
        session = store.sessions.of(secret) if secret else None
        account = account_of(store, session.user_id) if session else None
        if session is not None and account is not None and account.enabled:
            found.append(Known(secret, session, account))
    return tuple(found)


def keep_session(visit: Visit, account: Account, decided: Decided) -> Kept:
    """Go on with the session, or begin one; its secret is new where something was shown (SS02).

    Raises SignInsEnded.
    """
    sessions = visit.received.service.store.sessions
    known = known_sessions(visit.received)
    mine = next((each for each in known if each.session.sid == visit.journey.session_id), None)
    stays = _stays(visit, decided, mine)
    document: dict[str, Any] = {"shown": written_shown(visit.journey.shown), "stays": stays}
    if mine is not None and mine.session.document == document:
        return Kept(mine.session.sid)
    lasts = STAYS if stays else LASTS
    secret, sid = None, ""
    if mine is not None and mine.account.id == account.id:
        sid = mine.session.sid
        first = max(each.at for each in visit.journey.shown if not each.factor.value.second)
        secret = sessions.renew(sid, document, until=first + lasts, idle=lasts)
    if secret is None:
        with visit.received.service.store.transaction() as together:
            together.users.require_standing(account.id, account.standing)
            secret, made = together.sessions.begin(account.id, document, lasts=lasts, idle=lasts)
        sid = made.sid
    others = (each.secret for each in known if each.account.id != account.id)
    return Kept(sid, ".".join((secret, *others)), stays)


def _stays(visit: Visit, decided: Decided, mine: Known | None) -> bool:
    """Tell whether the cookie outlives the browser: a policy decides before the person (SS07)."""
    mode = decided.decision.session.get("persistentBrowser")
    if mode is not None:
        return mode == "always"
    if visit.journey.stay is not None:
        return visit.journey.stay is Stay.YES
    return mine is not None and mine.session.document.get("stays") is True
