"""Registering a method in the middle of a sign-in, and when that is refused."""

from __future__ import annotations

from ostiary.controls.base import refused
from ostiary.model.decision import ControlStatus, Judgement
from ostiary.model.signin import SignIn, UserAction

_RISKY = frozenset({"low", "medium", "high"})


def registration(sign_in: SignIn) -> Judgement:
    """Ask the user to register a method, unless that would hand the account to an intruder.

    53010: the sign-in *is* the registration of security information, and it demands a method that
    the user does not have. 53004: a risky session may not register the method it lacks
    (entra-docs identity-platform/reference-error-codes).
    """
    if sign_in.target is UserAction.REGISTER_SECURITY_INFORMATION:
        return refused(53010, "security information can be registered only after a method is shown")
    if sign_in.sign_in_risk in _RISKY:
        return refused(53004, "no method is registered, and none may be in a risky session")
    why = "no suitable method is registered yet"
    first = not sign_in.proofs.mfa_registered
    return Judgement(ControlStatus.PROMPT, 50079, "mfaRegistration", why, first_method=first)
