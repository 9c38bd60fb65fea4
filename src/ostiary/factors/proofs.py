"""From the factors shown in a session to the proofs that policies judge."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from ostiary.factors.kinds import Factor, ShownFactor
from ostiary.model.signin import Proofs


def proofs_of(
    shown: Sequence[ShownFactor], registered: Iterable[Factor], *, now: datetime
) -> Proofs:
    """Give what has been shown and what could be, for the engine.

    `registered` are the factors the person could use now: a pass only while it is valid, recovery
    codes while one is left. Other proofs (terms, a changed password) are for the caller to add.
    To authenticate afresh the caller forgets what was shown before.
    """
    able = frozenset(registered) | {each.factor for each in shown}
    passkeys = [each for each in shown if each.factor is Factor.PASSKEY]
    latest = max(passkeys, key=_at, default=None)
    return Proofs(
        methods=_modes(each.factor for each in shown),
        mfa=is_multifactor(each.factor for each in shown),
        mfa_registered=any(factor.value.alone or factor.value.second for factor in able),
        registered_methods=_modes(able),
        fido2_aaguid=latest.aaguid if latest else None,
        minutes_since_authentication=_minutes_since(_authenticated_at(shown), now),
    )


def is_multifactor(factors: Iterable[Factor]) -> bool:
    """Whether factors make multifactor authentication: one alone, or a password and a second."""
    held = frozenset(factors)
    second = any(factor.value.second for factor in held)
    return (Factor.PASSWORD in held and second) or any(factor.value.alone for factor in held)


def _authenticated_at(shown: Sequence[ShownFactor]) -> datetime | None:
    """Tell when the person last authenticated fully, None where nothing was shown.

    Sign-in frequency counts the first and the second factor (entra-docs conditional-access/
    concept-session-lifetime), so of a password and a second factor the older one decides.
    """
    alone = [each.at for each in shown if each.factor.value.alone]
    first = max((each.at for each in shown if each.factor is Factor.PASSWORD), default=None)
    second = max((each.at for each in shown if each.factor.value.second), default=None)
    pair = min(first, second) if first and second else first
    return max([*alone, *([pair] if pair else [])], default=None)


def _minutes_since(then: datetime | None, now: datetime) -> float:
    if then is None:
        return 0
    return max(0.0, (now - then).total_seconds() / 60)


def _modes(factors: Iterable[Factor]) -> frozenset[str]:
    return frozenset[str]().union(*(factor.value.modes for factor in factors))


def _at(shown: ShownFactor) -> datetime:
    return shown.at
