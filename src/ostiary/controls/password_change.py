"""*Require password change*."""

from __future__ import annotations

from ostiary.controls.base import MET, GrantControl, prompt, refused
from ostiary.controls.block import BLOCKED
from ostiary.controls.visitor import visitor
from ostiary.model.decision import Judgement
from ostiary.model.directory import Directory
from ostiary.model.signin import SignIn

PASSWORD_CHANGE = 50135


class PasswordChange(GrantControl):
    """A new password, set after multifactor authentication.

    Whoever never registered for multifactor authentication cannot remediate and is blocked;
    external users cannot change their password here (entra-docs id-protection/
    concept-identity-protection-policies, external-id/authentication-conditional-access).
    """

    key = "passwordChange"
    title = "Require password change"
    log_word = "RequirePasswordChange"
    interactive = True
    forbids_registration = True

    def judge(self, argument: str, sign_in: SignIn, directory: Directory) -> Judgement:
        """Ask whether the password was changed in this sign-in."""
        if visitor(sign_in, directory).external:
            return refused(BLOCKED, "an external user cannot change the password here")
        if sign_in.proofs.password_changed:
            return MET
        return prompt("passwordChange", PASSWORD_CHANGE, "the password must be changed")


class RiskRemediation(PasswordChange):
    """Risk remediation managed by Microsoft (beta): the user does what ends the risk.

    What it asks at sign-in is not documented: we ask for the password change, the remediation
    of a user who has a password (docs/decisions/0003-undocumented-choices.md).
    """

    key = "riskRemediation"
    title = "Require risk remediation"
    log_word = "RequireRiskRemediation"
    beta = True
