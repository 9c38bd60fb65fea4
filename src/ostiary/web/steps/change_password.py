"""Choosing a new password: after a reset (AADSTS50055), or because a policy asks for it."""

from __future__ import annotations

from dataclasses import replace

from ostiary.factors.kinds import Factor, ShownFactor
from ostiary.model.decision import Outcome
from ostiary.oidc.parameters import Parameters
from ostiary.pages import (
    Page,
    PasswordChange,
    PasswordChangeReason,
    Post,
    Problem,
    Refusal,
    Way,
)
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
        reason = PasswordChangeReason.POLICY if owed else PasswordChangeReason.FIRST_SIGN_IN
        return password_page(visit, visit.form("change-password"), reason, refusal)

    def take(self, visit: Visit, due: Step, form: Parameters) -> Taken:
        """Check the present one, then the new one, then change it: other sessions end."""
        account, now = visit.account, visit.received.service.clock.now()
        if account is None:
            return again(visit, Problem.SIGN_IN_FAILED)
        refusal = changed_password(visit, account, form, keep_sid=visit.journey.session_id)
        if refusal is not None:
            return Taken(visit.journey, refusal)
        _remediate(visit, account, due)
        shown = tuple(e for e in visit.journey.shown if e.factor is not Factor.PASSWORD)
        shown = (*shown, ShownFactor(Factor.PASSWORD, now))
        return Taken(replace(visit.journey, shown=shown, password_changed=now))


def password_page(
    visit: Visit,
    form: Post,
    reason: PasswordChangeReason,
    refusal: Refusal | None,
    cancel: Way | None = None,
) -> PasswordChange:
    """Give the page that asks for a new password."""
    rules = visit.received.service.settings.password_rules
    return PasswordChange(
        form=form,
        reason=reason,
        minimum=shortest(rules, only_factor=not (visit.account and visit.account.factors)),
        ask_present=_asks_present(visit),
        cancel=cancel,
        **around(visit, refusal),
    )


def changed_password(
    visit: Visit, account: Account, form: Parameters, *, keep_sid: str | None
) -> Refusal | None:
    """Change a password, or tell why not; all sessions of the account but one end."""
    service = visit.received.service
    rules, alone = service.settings.password_rules, not account.factors
    new = new_password(form, account, rules, only_factor=alone)
    if isinstance(new, Refusal):
        return new
    if _asks_present(visit) and not _is_present(visit, account, form):
        return Refusal(Problem.SIGN_IN_FAILED)
    if _is_known(visit, account, new):
        return Refusal(Problem.PASSWORD_SAME)
    by = account.actor(visit.address or "", visit.received.trace.correlation_id)
    changed = service.attempts.passwords.hash(new)
    service.store.passwords.set(account.id, changed, by=by, keep_sid=keep_sid)
    return None


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
