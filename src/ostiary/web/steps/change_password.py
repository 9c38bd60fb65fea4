"""Choosing a new password: after a reset (AADSTS50055), or because a policy asks for it."""

from __future__ import annotations

from dataclasses import replace

from ostiary.factors.kinds import Factor, ShownFactor
from ostiary.model.decision import Outcome
from ostiary.oidc.parameters import Parameters
from ostiary.pages import Page, PasswordChange, PasswordChangeReason, Problem, Refusal
from ostiary.secrecy.secret import Secret
from ostiary.signin.accounts import Account
from ostiary.signin.attempts import PasswordAnswer
from ostiary.signin.dispatch import Kind, Step
from ostiary.web.new_password import new_password, shortest
from ostiary.web.steps.step import BrowserStep, Taken, again, around, failed
from ostiary.web.visit import Visit

_PASSES = frozenset({Factor.ACCESS_PASS, Factor.ACCESS_PASS_ONCE})


class ChangePasswordStep(BrowserStep):
    """Asks for the present password too, unless a pass of the help desk stands for it (MF06)."""

    name = "change-password"
    kinds = frozenset({Kind.CHANGE_PASSWORD})

    def page(self, visit: Visit, due: Step, refusal: Refusal | None) -> Page:
        """Say why, and what is asked of the new one."""
        owed = due.decided is not None and due.decided.decision.outcome is Outcome.INTERRUPT
        rules = visit.received.service.settings.password_rules
        alone = not (visit.account and visit.account.factors)
        return PasswordChange(
            form=visit.form("change-password"),
            reason=PasswordChangeReason.POLICY if owed else PasswordChangeReason.FIRST_SIGN_IN,
            minimum=shortest(rules, only_factor=alone),
            ask_present=_asks_present(visit),
            **around(visit, refusal),
        )

    def take(self, visit: Visit, due: Step, form: Parameters) -> Taken:
        """Check the present one, then the new one, then change it: other sessions end."""
        account, service = visit.account, visit.received.service
        if account is None:
            return again(visit, Problem.SIGN_IN_FAILED)
        rules, alone = service.settings.password_rules, not account.factors
        new = new_password(form, account, rules, only_factor=alone)
        if isinstance(new, Refusal):
            return Taken(visit.journey, new)
        if _asks_present(visit) and not _is_present(visit, account, form):
            return again(visit, Problem.SIGN_IN_FAILED)
        if _is_known(visit, account, new):
            return again(visit, Problem.PASSWORD_SAME)
        by = account.actor(visit.address or "", visit.received.trace.correlation_id)
        changed = service.attempts.passwords.hash(new)
        service.store.passwords.set(account.id, changed, by=by, keep_sid=visit.journey.session_id)
        _remediate(visit, account, due)
        shown = tuple(e for e in visit.journey.shown if e.factor is not Factor.PASSWORD)
        now = service.clock.now()
        shown = (*shown, ShownFactor(Factor.PASSWORD, now))
        return Taken(replace(visit.journey, shown=shown, password_changed=now))


def _asks_present(visit: Visit) -> bool:
    by_pass = any(each.factor in _PASSES for each in visit.journey.shown)
    account = visit.account
    known = account and visit.received.service.store.passwords.of(account.id)
    return not by_pass and known is not None


def _is_present(visit: Visit, account: Account, form: Parameters) -> bool:
    """Check the present password, with the limits that a sign-in has."""
    typed = Secret(form.get("passwd") or "")
    answer = visit.received.service.attempts.password(account, typed, visit.address)
    if answer is not PasswordAnswer.RIGHT:
        failed(visit, answer.value)
    return answer is PasswordAnswer.RIGHT


def _is_known(visit: Visit, account: Account, new: Secret[str]) -> bool:
    service = visit.received.service
    known = service.store.passwords.of(account.id)
    return known is not None and service.attempts.passwords.check(known.hash, new).right


def _remediate(visit: Visit, account: Account, due: Step) -> None:
    """End the risk of somebody who changed his password because a policy asked for it.

    Source: entra-docs id-protection/howto-identity-protection-remediate-unblock, self-remediation.
    """
    owed = due.decided is not None and due.decided.decision.outcome is Outcome.INTERRUPT
    risks = visit.received.service.store.risks
    if owed and risks.of(account.id) is not None:
        by = account.actor(visit.address or "", visit.received.trace.correlation_id)
        risks.set(account.id, "none", by=by, state="remediated")
