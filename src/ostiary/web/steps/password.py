"""The password."""

from __future__ import annotations

from dataclasses import replace

from ostiary.factors.kinds import Factor, ShownFactor
from ostiary.oidc.errors import oauth_error
from ostiary.oidc.parameters import Parameters
from ostiary.pages import Page, Password, Problem, Refusal
from ostiary.secrecy.secret import Secret
from ostiary.signin.attempts import PasswordAnswer
from ostiary.signin.dispatch import Kind, Step
from ostiary.web.steps.second_factor import AskedFactor, another_way
from ostiary.web.steps.step import Taken, again, around, failed
from ostiary.web.visit import Visit


class PasswordStep(AskedFactor):
    """Asks for the password of the account; why it failed stands in the log alone (K5)."""

    name = "password"
    kinds = frozenset({Kind.FIRST_FACTOR})
    factors = frozenset({Factor.PASSWORD})

    def page(self, visit: Visit, due: Step, refusal: Refusal | None) -> Page:
        """Offer every name the same other ways (EN01)."""
        return Password(
            form=visit.form("password"),
            another_way=another_way(visit, due),
            **around(visit, refusal),
        )

    def take(self, visit: Visit, due: Step, form: Parameters) -> Taken:
        """Check it."""
        service, journey = visit.received.service, visit.journey
        typed = form.get("passwd")
        if typed is None:
            return again(visit, Problem.PASSWORD_MISSING)
        answer = service.attempts.password(visit.account, Secret(typed), visit.address)
        if answer is not PasswordAnswer.RIGHT or visit.account is None:
            failed(visit, answer.value, oauth_error(50126).text)
            return again(visit, Problem.SIGN_IN_FAILED)
        if visit.account.must_change_password:
            failed(visit, 50055)
        shown = ShownFactor(Factor.PASSWORD, service.clock.now())
        others = tuple(each for each in journey.shown if each.factor is not Factor.PASSWORD)
        return Taken(replace(journey, shown=(*others, shown), method=None, tries=0))
