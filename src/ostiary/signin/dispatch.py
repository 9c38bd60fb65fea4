"""The one place that picks the next step of a sign-in, afresh each time (architecture, 3).

Order: for which device, who, first factor, policies, what they are owed, consent, whether to stay
signed in, answer. Pure: steps only add to the journey, and what was decided before is never
remembered.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum
from typing import Final

from ostiary.directory.snapshot import Snapshot
from ostiary.factors.kinds import Factor, ShownFactor
from ostiary.factors.proofs import proofs_of
from ostiary.model.decision import Outcome
from ostiary.model.signin import SignIn, UserAction
from ostiary.signin.accounts import Account
from ostiary.signin.deciding import Decided, decided
from ostiary.signin.journey import Journey, Purpose
from ostiary.signin.wanted import Wanted

FIRST_FACTORS: Final = (Factor.PASSWORD, Factor.PASSKEY, Factor.ACCESS_PASS)
"""INVARIANT: offered to every name alike, whatever it has registered (checklist EN01)."""
SECOND_FACTORS: Final = (
    Factor.TOTP,
    Factor.PASSKEY,
    Factor.RECOVERY_CODE,
    Factor.ACCESS_PASS,
    Factor.ACCESS_PASS_ONCE,
)
"""In the order in which they are offered."""
REGISTRABLE: Final = (Factor.TOTP, Factor.PASSKEY)
FRESH: Final = timedelta(minutes=10)
"""How long ago a person may have signed in to set up or remove a method (checklist SS05)."""
_MFA_REGISTRATION_BLOCKED = 53010


class Kind(Enum):
    """The steps there are; UNANSWERABLE and DONE have no page and end the sign-in."""

    USER_CODE = "user code"
    LOGIN = "login"
    FIRST_FACTOR = "first factor"
    SECOND_FACTOR = "second factor"
    REGISTER = "register"
    KEEP_CODES = "keep recovery codes"
    TERMS = "terms"
    CHANGE_PASSWORD = "change password"  # noqa: S105  # a name
    CONSENT = "consent"
    CONFIRM_DEVICE = "confirm device"
    STAY_SIGNED_IN = "stay signed in"
    BLOCKED = "blocked"
    UNANSWERABLE = "unanswerable"
    """Owed is something that no page of ours can ask for: the application is told."""
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Step:
    """What comes next; `decided` where the policies were asked. `forget`: authenticate afresh.

    `options` are the factors that can be shown, or set up, in this step.
    """

    kind: Kind
    decided: Decided | None = None
    forget: bool = False
    options: tuple[Factor, ...] = ()


@dataclass(frozen=True, slots=True)
class Situation:
    """What the next step depends on.

    `sign_in` holds the proofs shown so far, None while nobody is named. `silent`: no page can be
    shown, so that nothing is asked that could be left out.
    """

    journey: Journey
    account: Account | None
    want: Wanted | None
    snapshot: Snapshot
    sign_in: SignIn | None
    contexts: tuple[str, ...] = ()
    silent: bool = False


def next_step(now: Situation) -> Step:
    """Give the next step."""
    journey, want = now.journey, now.want
    if journey.purpose is Purpose.DEVICE and journey.user_code is None:
        return Step(Kind.USER_CODE)
    if want is Wanted.CHOICE_OF_ACCOUNT or not journey.name:
        return Step(Kind.LOGIN)
    signing_in = want in {Wanted.SIGN_IN, Wanted.NEW_SIGN_IN} or not journey.began
    if now.account is None or now.sign_in is None or signing_in:
        forget = want is Wanted.NEW_SIGN_IN
        return Step(Kind.FIRST_FACTOR, forget=forget, options=FIRST_FACTORS)
    if journey.recovery_codes is not None:
        return Step(Kind.KEEP_CODES)
    answer = decided(now.snapshot, now.sign_in, now.contexts)
    if answer.decision.outcome is Outcome.BLOCK:
        return Step(Kind.BLOCKED, answer)
    if answer.decision.outcome is Outcome.INTERRUPT:
        return _owed(now, now.account, answer, now.sign_in)
    return _granted(now, now.account, answer, now.sign_in)


def _granted(now: Situation, account: Account, answer: Decided, sign_in: SignIn) -> Step:
    """Give what is left once the policies ask for nothing more."""
    journey = now.journey
    if journey.purpose is Purpose.SECURITY_INFO and _must_show_own(account, sign_in):
        return _own_factor(now, account, answer)
    by_password = any(each.factor is Factor.PASSWORD for each in journey.shown)
    if account.must_change_password and by_password:
        return Step(Kind.CHANGE_PASSWORD, answer)
    if journey.adding:
        return Step(Kind.REGISTER, answer, options=(*REGISTRABLE, Factor.RECOVERY_CODE))
    if now.want is Wanted.CONSENT:
        return Step(Kind.CONSENT, answer)
    if journey.purpose is Purpose.DEVICE and not journey.confirmed:
        return Step(Kind.CONFIRM_DEVICE, answer)
    if not now.silent and _may_stay(journey, answer):
        return Step(Kind.STAY_SIGNED_IN, answer)
    return Step(Kind.DONE, answer)


def _may_stay(journey: Journey, answer: Decided) -> bool:
    """Tell whether *Stay signed in?* is open: not where a policy says so, nor in a session."""
    mode = answer.decision.session.get("persistentBrowser")
    return journey.session_id is None and journey.stay is None and mode is None


def _owed(now: Situation, account: Account, answer: Decided, sign_in: SignIn) -> Step:
    challenge = next(iter(answer.decision.challenges), "")
    if challenge == "reauthenticate":
        return Step(Kind.FIRST_FACTOR, answer, forget=True, options=FIRST_FACTORS)
    if challenge == "termsOfUse":
        return Step(Kind.TERMS, answer)
    if challenge == "passwordChange":
        return Step(Kind.CHANGE_PASSWORD, answer)
    if challenge == "mfaRegistration":
        return _registration(now, account, answer, sign_in)
    if challenge in {"mfa", "authenticationStrength"}:
        return _second_factor(now, account, answer, sign_in)
    return Step(Kind.UNANSWERABLE, answer)


def _second_factor(now: Situation, account: Account, answer: Decided, sign_in: SignIn) -> Step:
    """Ask for one of the factors that help; which do is asked of the policies themselves."""
    asked = answer.decision.challenges
    helpful = tuple(
        each
        for each in _unshown(now.journey, account)
        if _after(now, account, sign_in, (each,)).decision.challenges != asked
    )
    return Step(Kind.SECOND_FACTOR if helpful else Kind.UNANSWERABLE, answer, options=helpful)


def _own_factor(now: Situation, account: Account, answer: Decided) -> Step:
    """Ask for any factor that the person has, whatever the policies ask for."""
    own = _unshown(now.journey, account)
    return Step(Kind.SECOND_FACTOR if own else Kind.UNANSWERABLE, answer, options=own)


def _unshown(journey: Journey, account: Account) -> tuple[Factor, ...]:
    shown = {each.factor for each in journey.shown}
    return tuple(each for each in SECOND_FACTORS if each in account.factors - shown)


def _registration(now: Situation, account: Account, answer: Decided, sign_in: SignIn) -> Step:
    """Let a method be set up, if the policies on doing so agree (AADSTS50079, 53010).

    Whoever has a method shows it first, or else a known password would be enough to add another;
    and a session of long ago is not enough, or else who finds it open could.
    A policy on all resources that asks for multifactor authentication does not forbid to set up
    the first method, which is how it is ever met; one on the user action itself does
    (docs/decisions/0018-browser-sign-in.md).
    """
    if _must_show_own(account, sign_in):
        return _own_factor(now, account, answer)
    if timedelta(minutes=sign_in.proofs.minutes_since_authentication) > FRESH:
        return Step(Kind.FIRST_FACTOR, answer, forget=True, options=FIRST_FACTORS)
    action = replace(sign_in, target=UserAction.REGISTER_SECURITY_INFORMATION)
    asked = decided(now.snapshot, action)
    if asked.decision.code == _MFA_REGISTRATION_BLOCKED and not _on_the_action(asked):
        asked = _after(now, account, action, REGISTRABLE)
    if asked.decision.outcome is Outcome.INTERRUPT:
        return _owed(now, account, asked, action)
    if not asked.granted:
        return Step(Kind.BLOCKED, asked)
    helpful = tuple(
        each
        for each in REGISTRABLE
        if _after(now, account, sign_in, (each,)).decision.challenges != ("mfaRegistration",)
    )
    kind = Kind.REGISTER if helpful else Kind.UNANSWERABLE
    return Step(kind, answer, options=helpful)


def _must_show_own(account: Account, sign_in: SignIn) -> bool:
    return bool(account.factors) and not sign_in.proofs.mfa


def _on_the_action(asked: Decided) -> bool:
    return any(
        "userActions" in each.policy.settings
        for each in asked.explained().policies
        if each.result == "failure"
    )


def _after(now: Situation, account: Account, sign_in: SignIn, factors: Iterable[Factor]) -> Decided:
    """Decide as if factors had been shown too, of the models that the person has."""
    at = now.journey.received
    shown = [*now.journey.shown, *(ShownFactor(each, at, account.aaguid) for each in factors)]
    likely = proofs_of(shown, {*account.factors, Factor.PASSWORD}, now=at)
    proofs = replace(
        sign_in.proofs,
        methods=likely.methods,
        mfa=likely.mfa,
        mfa_registered=likely.mfa_registered,
        registered_methods=likely.registered_methods,
        fido2_aaguid=likely.fido2_aaguid,
    )
    contexts = () if isinstance(sign_in.target, UserAction) else now.contexts
    return decided(now.snapshot, replace(sign_in, proofs=proofs), contexts)
