"""A Temporary Access Pass, in place of the password or beside it."""

from __future__ import annotations

from dataclasses import replace

from ostiary.factors.kinds import Factor, ShownFactor
from ostiary.oidc.parameters import Parameters
from ostiary.pages import Page, Problem, Refusal, TemporaryAccessPass
from ostiary.secrecy.secret import Secret
from ostiary.signin.dispatch import Kind, Step
from ostiary.web.steps.second_factor import EITHER, AskedFactor, another_way, second_factor
from ostiary.web.steps.step import Taken, again, around, failed
from ostiary.web.visit import Visit

_WRONG = 50126


class AccessPassStep(AskedFactor):
    """A pass is multifactor alone, as Entra counts it (see `ostiary.factors.kinds`)."""

    name = "access-pass"
    kinds = EITHER
    factors = frozenset({Factor.ACCESS_PASS, Factor.ACCESS_PASS_ONCE})

    def page(self, visit: Visit, due: Step, refusal: Refusal | None) -> Page:
        """Ask for it."""
        return TemporaryAccessPass(
            form=visit.form("access-pass"),
            another_way=another_way(visit, due),
            **around(visit, refusal),
        )

    def take(self, visit: Visit, due: Step, form: Parameters) -> Taken:
        """Check it; a disabled account is told no more than a wrong pass."""
        account, typed = visit.account, form.get("access_pass")
        if typed is None:
            return again(visit, Problem.ACCESS_PASS_WRONG)
        found = visit.received.service.methods.access_pass(account, Secret(typed))
        if due.kind is Kind.SECOND_FACTOR:
            return second_factor(visit, found, Problem.ACCESS_PASS_WRONG)
        if isinstance(found, ShownFactor) and account is not None and account.enabled:
            return Taken(replace(visit.journey, shown=(found,), method=None, tries=0))
        detail = "disabled" if isinstance(found, ShownFactor) else found.reason.value
        failed(visit, _WRONG, f"Temporary Access Pass: {detail}")
        return again(visit, Problem.ACCESS_PASS_WRONG)
