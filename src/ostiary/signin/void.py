"""Access tokens that are void before their end, because of what happened since they were issued.

Asked by continuous access evaluation, by userinfo, and for requests on behalf of a person. Source:
entra-docs identity-platform/refresh-tokens, token revocation; checklist RT06, AZ06.
"""

from __future__ import annotations

from datetime import datetime

from ostiary.directory.endings import is_by_password
from ostiary.directory.store import Aggregates
from ostiary.directory.users import Standing
from ostiary.factors.kinds import Factor
from ostiary.signin.origins import confidential
from ostiary.signin.shown import read_factor_words
from ostiary.tokens.read import AccessToken


def void_since(store: Aggregates, token: AccessToken, standing: Standing) -> datetime | None:
    """Tell since when a person's token is void, None where it is not.

    Tokens tell whole seconds: one of the very second of an event is void too.
    """
    since = standing.sessions_valid_from
    if _is_before(token, since):
        return since
    since = standing.password_changed
    if _is_before(token, since) and _ends_with_password(token) and not _is_kept(store, token):
        return since
    return replayed(store, token)


def replayed(store: Aggregates, token: AccessToken) -> datetime | None:
    """Tell when the code that a token came of was redeemed again, None where it was not."""
    sid = token.session_id
    ended = store.ended_grants.ended(sid, token.app_id) if sid else None
    return ended if _is_before(token, ended) else None


def _is_before(token: AccessToken, moment: datetime | None) -> bool:
    return moment is not None and token.issued < moment.timestamp()


def _ends_with_password(token: AccessToken) -> bool:
    """Tell whether a new password ends it: not what came of none, nor a confidential client's."""
    shown = read_factor_words(token.factors)
    by_password = not shown or any(each.factor is Factor.PASSWORD for each in shown)
    return by_password and not confidential(token)


def _is_kept(store: Aggregates, token: AccessToken) -> bool:
    """Tell whether its session went on through the change, as the one that made it does."""
    session = store.sessions.living(token.session_id or "")
    return session is not None and is_by_password(session.document)
