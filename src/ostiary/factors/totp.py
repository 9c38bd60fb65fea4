"""One-time codes of an authenticator app (TOTP, RFC 6238)."""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from datetime import datetime

from pyotp.totp import TOTP

from ostiary.factors.kinds import Factor, Refusal, Refused, ShownFactor
from ostiary.secrecy.randomness import Randomness
from ostiary.secrecy.sealing import Place, Sealer
from ostiary.secrecy.secret import Secret

SEED_BYTES = 20
"""160 bits (RFC 4226, 4, R6; checklist MF02)."""
STEP_SECONDS = 30
DIGITS = 6
DRIFT_STEPS = 1
"""One step before and after now (RFC 6238, 5.2; docs: checklist K8); 0 is the strict mode."""


@dataclass(frozen=True, slots=True)
class TotpMethod:
    """An authenticator app of a user, its seed sealed.

    `confirmed_at` None: the first code was not typed yet, and it opens nothing. `last_step` is the
    step of the last code that was accepted.
    """

    id: str
    user_id: str
    sealed_seed: bytes
    created_at: datetime
    display_name: str = "Authenticator app"
    confirmed_at: datetime | None = None
    last_step: int | None = None


@dataclass(frozen=True, slots=True)
class TotpEnrolment:
    """A new method, and what the user's app reads of it, which is shown until its first code."""

    method: TotpMethod
    uri: Secret[str]
    key: Secret[str]


@dataclass(frozen=True, slots=True)
class TotpShown:
    """A right code: what it shows, and the method as it must be kept.

    INVARIANT: a sign-in goes on only if the store still held the method with the same `last_step`
    as before when this one was written; of two that use one code at once, one fails (MF01).
    """

    method: TotpMethod
    shown: ShownFactor


def enrol(
    user_id: str,
    *,
    account: str,
    issuer: str,
    sealer: Sealer,
    randomness: Randomness,
    now: datetime,
) -> TotpEnrolment:
    """Make a method with a new seed. `account` and `issuer` are what the app displays."""
    seed = randomness.octets(SEED_BYTES)
    identifier = randomness.object_id()
    sealed = sealer.seal(Secret(seed), _place(user_id, identifier))
    app = _app(Secret(seed))
    return TotpEnrolment(
        TotpMethod(identifier, user_id, sealed, now),
        Secret(_uri(app, account, issuer)),
        Secret(app.secret),
    )


def shown_again(method: TotpMethod, *, account: str, issuer: str, sealer: Sealer) -> TotpEnrolment:
    """Give what the app reads once more, as long as the first code was not typed.

    Raises ValueError for a method that is confirmed: its seed is never shown again.
    """
    if method.confirmed_at is not None:
        raise ValueError("the seed of a confirmed method is not shown")
    app = _app(sealer.open(method.sealed_seed, _place(method.user_id, method.id)))
    return TotpEnrolment(method, Secret(_uri(app, account, issuer)), Secret(app.secret))


def confirm(method: TotpMethod, code: str, *, sealer: Sealer, now: datetime) -> TotpShown | Refused:
    """Take the first code, which shows that the app has the seed; it signs in nowhere else."""
    return check(replace(method, confirmed_at=now), code, sealer=sealer, now=now)


def check(
    method: TotpMethod, code: str, *, sealer: Sealer, now: datetime, drift: int = DRIFT_STEPS
) -> TotpShown | Refused:
    """Check a code. One that was accepted, and every older one, is never accepted again.

    Raises SealError where the stored seed was changed or moved from another user (MF02).
    """
    if method.confirmed_at is None:
        return Refused(Refusal.NOT_CONFIRMED)
    typed = "".join(code.split())
    if len(typed) != DIGITS or not (typed.isascii() and typed.isdigit()):
        return Refused(Refusal.WRONG, "not six digits")
    app = _app(sealer.open(method.sealed_seed, _place(method.user_id, method.id)))
    step = int(now.timestamp()) // STEP_SECONDS
    steps = range(step - drift, step + drift + 1)
    right = [each for each in steps if _same(app.generate_otp(each), typed)]
    if not right:
        return Refused(Refusal.WRONG)
    fresh = [each for each in right if method.last_step is None or each > method.last_step]
    if not fresh:
        return Refused(Refusal.ALREADY_USED)
    return TotpShown(replace(method, last_step=fresh[0]), ShownFactor(Factor.TOTP, now))


def _app(seed: Secret[bytes]) -> TOTP:
    return TOTP(base64.b32encode(seed.reveal()).decode(), digits=DIGITS, interval=STEP_SECONDS)


def _uri(app: TOTP, account: str, issuer: str) -> str:
    return app.provisioning_uri(name=account, issuer_name=issuer)  # pyright: ignore[reportUnknownMemberType]  # its **kwargs


def _same(expected: str, typed: str) -> bool:
    return Secret(expected) == Secret(typed)


def _place(user_id: str, identifier: str) -> Place:
    return Place("totp_methods", f"{user_id}/{identifier}", "sealed_seed")
