"""Multifactor authentication that no policy asks for: the built-in authentication context `p1`.

The management API challenges with it where the tenant demands multifactor authentication for
changes of resources. Source: entra-docs identity/authentication/
concept-mandatory-multifactor-authentication (phase 2); Azure/azure-cli pull request 31699, whose
challenge is `{"access_token":{"acrs":{"essential":true,"values":["p1"]}}}`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ostiary.controls.mfa import Mfa
from ostiary.engine.decide import oauth_word
from ostiary.model.decision import ControlStatus, Outcome, Ruling
from ostiary.model.directory import Directory
from ostiary.model.signin import SignIn, WorkloadIdentity
from ostiary.tokens.challenges import ClaimsChallenge

MANDATORY_MFA: Final = "p1"
"""The context's name: none of `c1` to `c99`, which belong to the tenant's policies."""


def without_mfa(sign_in: SignIn, directory: Directory, ruling: Ruling) -> Ruling | None:
    """Tell what a sign-in still owes for the context, as its ruling; None where it is satisfied.

    A workload identity owes nothing: mandatory multifactor authentication is for people.
    """
    if isinstance(sign_in.identity, WorkloadIdentity):
        return None
    control = Mfa()
    found = control.judge("", sign_in, directory)
    if found.status is ControlStatus.MET:
        return None
    prompted = found.status is ControlStatus.PROMPT
    outcome = Outcome.INTERRUPT if prompted else Outcome.BLOCK
    return replace(
        ruling,
        outcome=outcome,
        code=found.code,
        challenges=(found.challenge,) if found.challenge else (),
        oauth_error=oauth_word(sign_in, outcome, found),
        claims=ClaimsChallenge(context=MANDATORY_MFA).to_json() if prompted else None,
        why=f"{control.title}, for changes of resources: {found.why}",
    )
