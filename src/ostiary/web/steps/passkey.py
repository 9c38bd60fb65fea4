"""A passkey: instead of name and password, or as a second factor."""

from __future__ import annotations

import json
from dataclasses import replace

from ostiary.factors.kinds import Factor, Refused, RiskEvent
from ostiary.factors.kinds import Refusal as FactorRefusal
from ostiary.factors.passkeys import Ceremony, sign_in_options
from ostiary.oidc.parameters import Parameters
from ostiary.pages import Page, Passkey, PasskeyRequest, Problem, Refusal
from ostiary.signin.accounts import account_of
from ostiary.signin.dispatch import Kind, Step
from ostiary.signin.method_attempts import UsedPasskey, read_json
from ostiary.web.steps.account import as_account, passkey_request
from ostiary.web.steps.second_factor import (
    EITHER,
    AskedFactor,
    another_way,
    second_factor,
)
from ostiary.web.steps.step import Taken, again, around, failed
from ostiary.web.visit import Visit

_WRONG = 500121
_PROBLEMS = {
    FactorRefusal.UNVERIFIED_USER: Problem.PASSKEY_UNVERIFIED,
    FactorRefusal.NOT_ALLOWED: Problem.PASSKEY_UNKNOWN,
}


class PasskeyStep(AskedFactor):
    """Asks the browser for a passkey; the page of names offers it too."""

    name = "passkey"
    kinds = EITHER
    factors = frozenset({Factor.PASSKEY})

    def takes(self, visit: Visit, due: Step) -> bool:
        """From the page of names as well."""
        return due.kind is Kind.LOGIN or super().takes(visit, due)

    def page(self, visit: Visit, due: Step, refusal: Refusal | None) -> Page:
        """Ask for it; before the person is known, for any (EN01)."""
        asked = passkey_request(visit)
        if due.kind is Kind.SECOND_FACTOR and visit.account is not None:
            challenge = visit.challenge(Ceremony.SIGN_IN, visit.account.id)
            options = sign_in_options(challenge, visit.received.service.passkeys)
            asked = PasskeyRequest(visit.form("passkey"), json.dumps(options))
        return Passkey(
            passkey=asked,
            another_way=another_way(visit, due),
            **around(visit, refusal),
        )

    def take(self, visit: Visit, due: Step, form: Parameters) -> Taken:
        """Check the browser's answer."""
        answer = form.get("passkey")
        if answer is None:
            return again(visit, Problem.PASSKEY_FAILED)
        known = visit.account.id if visit.account else None
        second = due.kind is Kind.SECOND_FACTOR
        challenge = visit.challenge(Ceremony.SIGN_IN, known if second else None)
        methods = visit.received.service.methods
        found = methods.passkey(answer, challenge, visit.journey.csrf)
        if isinstance(found, Refused):
            return _refused(visit, answer, found, second=second)
        if second:
            return second_factor(visit, found.shown, Problem.PASSKEY_FAILED)
        return _first(visit, due, found)


def _first(visit: Visit, due: Step, found: UsedPasskey) -> Taken:
    """Go on as the owner of the passkey, who must be the one named before, if anybody was."""
    account = account_of(visit.received.service.store, found.user_id)
    another = due.kind is not Kind.LOGIN and found.user_id != visit.journey.user_id
    if account is None or not account.enabled or another:
        failed(visit, _WRONG, "the passkey is of another or a disabled account")
        return again(visit, Problem.PASSKEY_UNKNOWN)
    journey = as_account(visit, account, account.name)
    return Taken(replace(journey, shown=(found.shown,)))


def _refused(visit: Visit, answer: str, found: Refused, *, second: bool) -> Taken:
    problem = _PROBLEMS.get(found.reason, Problem.PASSKEY_FAILED)
    service = visit.received.service
    if found.risk is RiskEvent.CLONED_PASSKEY:
        method = service.methods.by_answer(read_json(answer))
        account = account_of(service.store, method.user_id) if method else None
        if method is not None and account is not None:
            detail = {"methodId": method.id, "detail": found.detail}
            by = account.actor(visit.address or "", visit.received.trace.correlation_id)
            service.store.risks.detected(account.id, found.risk.value, detail, by=by)
    if second:
        return second_factor(visit, found, problem)
    failed(visit, _WRONG, f"{found.reason.value} {found.detail}".strip())
    return again(visit, problem)
