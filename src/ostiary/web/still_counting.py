"""What was shown in a sign-in under way counts until somebody ends the person's sign-ins.

Otherwise a page that was left open would give a session and tokens after all of them were ended
(checklist RT06, SS04).
"""

from __future__ import annotations

from dataclasses import replace

from ostiary.directory.store import Aggregates
from ostiary.signin.accounts import Account
from ostiary.signin.journey import Journey


def still_counting(store: Aggregates, journey: Journey, account: Account | None) -> Journey:
    """Take out of a journey what counts no longer; the person has to show it again.

    What comes from a session counts while that session lives; anything else unless the account was
    disabled or its sign-ins ended since. Who changes the password in this journey ends all others.
    """
    if account is None or not account.enabled:
        return replace(journey, shown=(), session_id=None)
    if journey.session_id is not None:
        session = store.sessions.living(journey.session_id)
        mine = session is not None and session.user_id == account.id
        return journey if mine else replace(journey, shown=(), session_id=None)
    since, changed = account.valid_from, journey.password_changed
    if since is None or (changed is not None and since <= changed):
        return journey
    return replace(journey, shown=tuple(each for each in journey.shown if each.at >= since))
