"""Emergency access accounts: who they are, and an alert whenever somebody uses one.

Source: entra-docs role-based-access-control/security-emergency-access (monitor sign-in logs, drill
at least every 90 days); checklist BG01. The engine exempts nobody: policies exclude them.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from ostiary.analysis.lint_reach import emergency_accounts
from ostiary.directory.audit import Entry, Target
from ostiary.directory.protocols import Actor
from ostiary.directory.snapshot import NoGoodPolicies, Snapshots
from ostiary.directory.store import Aggregates, AuditLog
from ostiary.model.directory import Directory
from ostiary.signin.accounts import Account

USED: Final = "Sign in with emergency access account"
REFUSED: Final = "Refused sign-in with emergency access account"
DRILL_BEGINS: Final = "Begin drill of emergency access account"
DRILL_DONE: Final = "Complete drill of emergency access account"
DRILL_LASTS: Final = timedelta(hours=1)
"""How long after it was declared a sign-in counts as the drill."""
_CATEGORY: Final = "EmergencyAccess"
_LOG: Final = logging.getLogger(__name__)


class EmergencyAccess:
    """The accounts that the tenant's settings declare, and those that the server's do."""

    def __init__(self, snapshots: Snapshots, named: frozenset[str] = frozenset()) -> None:
        """Take object ids or sign-in names beside what the tenant declares."""
        self._snapshots = snapshots
        self.named = frozenset(each.strip().casefold() for each in named)
        self._known: tuple[Directory, frozenset[str]] | None = None

    def includes(self, account: Account) -> bool:
        """Tell whether an account is for emergencies."""
        own = account.id.casefold() in self.named or account.name.casefold() in self.named
        return own or account.id in self._declared()

    def accounts(self) -> frozenset[str]:
        """Give them all, by object id or sign-in name."""
        return self.named | self._declared()

    def _declared(self) -> frozenset[str]:
        try:
            directory = self._snapshots.current().policies.directory
        except NoGoodPolicies:  # whoever is named in the server's settings is known all the same
            return frozenset()
        known = self._known
        if known is None or known[0] is not directory:
            known = self._known = directory, emergency_accounts(directory)[0]
        return known[1]


def alert(
    store: Aggregates, sign_in_id: str, account: Account, by: Actor, told: Mapping[str, object]
) -> None:
    """Alert of a sign-in, in the transaction that logs it: audit log, outbox, the server's log.

    `told` is what the alert says beside the account; `succeeded` among it. A sign-in within an hour
    after a drill was declared completes that drill.
    """
    now, succeeded = store.unit.means.clock.now(), told.get("succeeded") is True
    target = Target("user", account.id, account.name)
    detail = {"signInId": sign_in_id, **told}
    drill = succeeded and drill_under_way(store.audit, account.id, now)
    store.audit.record(
        Entry(USED if succeeded else REFUSED, _CATEGORY, target, detail=detail), by=by
    )
    if drill:
        store.audit.record(Entry(DRILL_DONE, _CATEGORY, target), by=by)
    document = {
        "id": sign_in_id,
        "type": "emergencyAccessSignIn",
        "createdDateTime": now.isoformat(),
        "account": {"id": account.id, "userPrincipalName": account.name},
        "drill": drill,
        **told,
    }
    store.alerts.queue(sign_in_id, document)
    outcome = "signed in" if succeeded else "was refused"
    _LOG.warning("emergency access account %s %s", account.name, outcome, extra={"alert": document})


def begin_drill(store: Aggregates, account: Account, *, by: Actor) -> datetime:
    """Declare a drill: the next sign-in counts as one. Gives until when."""
    target = Target("user", account.id, account.name)
    store.audit.record(Entry(DRILL_BEGINS, _CATEGORY, target), by=by)
    return store.unit.means.clock.now() + DRILL_LASTS


def last(audit: AuditLog, activity: str, user_id: str) -> datetime | None:
    """Give when something was last recorded of an account, None: never."""
    rows = audit.newest(activity=activity, target_id=user_id, limit=1)
    return rows[0].at if rows else None


def drill_under_way(audit: AuditLog, user_id: str, now: datetime) -> bool:
    """Tell whether a drill was declared within the last hour and is not done."""
    return drill_until(audit, user_id, now) is not None


def drill_until(audit: AuditLog, user_id: str, now: datetime) -> datetime | None:
    """Give until when a sign-in completes the drill that was declared, None: none is under way."""
    begun, done = last(audit, DRILL_BEGINS, user_id), last(audit, DRILL_DONE, user_id)
    if begun is None or not timedelta(0) <= now - begun <= DRILL_LASTS:
        return None
    return begun + DRILL_LASTS if done is None or done < begun else None
