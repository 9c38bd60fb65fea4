"""The one place that picks the next step of a sign-in, afresh each time (architecture, 3).

Order: who, first factor, policies, what they are owed, consent, answer. Pure: steps only add to the
journey, and what was decided before is never remembered.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from ostiary.directory.snapshot import Snapshot
from ostiary.factors.kinds import Factor
from ostiary.model.decision import Outcome
from ostiary.model.signin import SignIn, UserAction
from ostiary.signin.accounts import Account
from ostiary.signin.deciding import Decided, decided
from ostiary.signin.journey import Journey
from ostiary.signin.wanted import Wanted


class Kind(Enum):
    """The steps there are; those without a page end the sign-in."""

    LOGIN = "login"
    PASSWORD = "password"  # noqa: S105  # a name
    SECOND_FACTOR = "second factor"
    REGISTER = "register"
    TERMS = "terms"
    CONSENT = "consent"
    BLOCKED = "blocked"
    UNANSWERABLE = "unanswerable"
    """Owed is something that no page of ours can ask for: the application is told."""
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Step:
    """What comes next; `decided` where the policies were asked. `forget`: authenticate afresh."""

    kind: Kind
    decided: Decided | None = None
    forget: bool = False


def next_step(
    journey: Journey,
    account: Account | None,
    want: Wanted | None,
    snapshot: Snapshot,
    sign_in: SignIn | None,
    contexts: tuple[str, ...] = (),
) -> Step:
    """Give the next step. `sign_in` holds the proofs shown so far; None while nobody is named."""
    if want is Wanted.CHOICE_OF_ACCOUNT or account is None or sign_in is None:
        return Step(Kind.LOGIN)
    if want in {Wanted.SIGN_IN, Wanted.NEW_SIGN_IN} or not _began(journey):
        return Step(Kind.PASSWORD, forget=want is Wanted.NEW_SIGN_IN)
    answer = decided(snapshot, sign_in, contexts)
    if answer.decision.outcome is Outcome.BLOCK:
        return Step(Kind.BLOCKED, answer)
    if answer.decision.outcome is Outcome.INTERRUPT:
        return _owed(journey, account, answer, sign_in)
    return Step(Kind.CONSENT if want is Wanted.CONSENT else Kind.DONE, answer)


def _owed(journey: Journey, account: Account, answer: Decided, sign_in: SignIn) -> Step:
    challenge = next(iter(answer.decision.challenges), "")
    if challenge == "reauthenticate":
        return Step(Kind.PASSWORD, answer, forget=True)
    if challenge == "termsOfUse":
        return Step(Kind.TERMS, answer)
    if challenge == "mfaRegistration":
        # Registering is a user action of its own, which policies may block (AADSTS50079, 53010).
        action = replace(sign_in, target=UserAction.REGISTER_SECURITY_INFORMATION)
        asked = decided(answer.snapshot, action)
        return Step(Kind.REGISTER, answer) if asked.granted else Step(Kind.BLOCKED, asked)
    second = any(each.factor.value.second for each in journey.shown)
    able = account.factors & {Factor.TOTP, Factor.RECOVERY_CODE}
    if challenge in {"mfa", "authenticationStrength"} and able and not second:
        return Step(Kind.SECOND_FACTOR, answer)
    return Step(Kind.UNANSWERABLE, answer)


def _began(journey: Journey) -> bool:
    return any(each.factor is Factor.PASSWORD or each.factor.value.alone for each in journey.shown)
