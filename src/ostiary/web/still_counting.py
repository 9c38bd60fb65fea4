"""What was shown in a sign-in under way counts until somebody ends the person's sign-ins.

Otherwise a page that was left open would give a session and tokens after all of them were ended
(checklist RT06, SS04).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ostiary.directory.endings import is_by_password
from ostiary.directory.store import Aggregates
from ostiary.factors.kinds import Factor
from ostiary.signin.accounts import Account
from ostiary.signin.journey import Journey


def still_counting(store: Aggregates, journey: Journey, account: Account | None) -> Journey:
    """Take out of a journey what counts no longer; the person has to show it again.

    What comes from a session counts while that session lives; anything else unless the account was
    disabled or its sign-ins ended since. After a password nothing counts that the person showed
    with the one before, unless a session does that was kept.
    """
    if account is None or not account.enabled:
        return replace(journey, shown=(), session_id=None)
    if journey.session_id is None:
        since = account.valid_from
        return _with_present_password(_shown_since(journey, since) if since else journey, account)
    session = store.sessions.living(journey.session_id)
    if session is None or session.user_id != account.id:
        return replace(journey, shown=(), session_id=None)
    if is_by_password(session.document):
        return journey
    return _with_present_password(journey, account)


def _with_present_password(journey: Journey, account: Account) -> Journey:
    """Take out all that was shown before the password was changed, if the old one is among it."""
    changed = account.password_changed
    if changed is None:
        return journey
    shown = [each for each in journey.shown if each.factor is Factor.PASSWORD]
    return journey if all(each.at >= changed for each in shown) else _shown_since(journey, changed)


def _shown_since(journey: Journey, since: datetime) -> Journey:
    return replace(journey, shown=tuple(each for each in journey.shown if each.at >= since))
