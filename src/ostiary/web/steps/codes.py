"""Codes as a second factor: of an authenticator app, and those kept for the day it is gone."""

from __future__ import annotations

from ostiary.directory.audit import Entry, Target
from ostiary.factors.kinds import Factor, ShownFactor
from ostiary.oidc.parameters import Parameters
from ostiary.pages import Page, Problem, RecoveryCode, Refusal, TotpCode
from ostiary.signin.dispatch import Step
from ostiary.web.steps.second_factor import (
    SECOND_ONLY,
    AskedFactor,
    another_way,
    second_factor,
)
from ostiary.web.steps.step import Taken, again, around
from ostiary.web.visit import Visit


class TotpStep(AskedFactor):
    """Six digits of an authenticator app."""

    name = "otp"
    kinds = SECOND_ONLY
    factors = frozenset({Factor.TOTP})

    def page(self, visit: Visit, due: Step, refusal: Refusal | None) -> Page:
        """Ask for the digits."""
        return TotpCode(
            form=visit.form("otp"),
            another_way=another_way(visit, due),
            **around(visit, refusal),
        )

    def take(self, visit: Visit, due: Step, form: Parameters) -> Taken:
        """Check them."""
        typed = form.get("otp")
        if visit.account is None or typed is None:
            return again(visit, Problem.CODE_MISSING)
        found = visit.received.service.methods.totp(visit.account, typed)
        return second_factor(visit, found, Problem.CODE_WRONG)


class RecoveryCodeStep(AskedFactor):
    """One of the recovery codes; its use is audited (MF05)."""

    name = "recovery-code"
    kinds = SECOND_ONLY
    factors = frozenset({Factor.RECOVERY_CODE})

    def page(self, visit: Visit, due: Step, refusal: Refusal | None) -> Page:
        """Ask for it."""
        return RecoveryCode(
            form=visit.form("recovery-code"),
            another_way=another_way(visit, due),
            **around(visit, refusal),
        )

    def take(self, visit: Visit, due: Step, form: Parameters) -> Taken:
        """Check it, and use it up."""
        typed = form.get("recovery_code")
        if visit.account is None or typed is None:
            return again(visit, Problem.CODE_MISSING)
        found = visit.received.service.methods.recovery_code(visit.account, typed)
        if isinstance(found, ShownFactor):
            by = visit.account.actor(visit.address or "", visit.received.trace.correlation_id)
            target = Target("user", visit.account.id)
            entry = Entry("Use recovery code", "UserManagement", target)
            visit.received.service.store.audit.record(entry, by=by)
        return second_factor(visit, found, Problem.RECOVERY_CODE_WRONG)
