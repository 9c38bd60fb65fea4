"""*Require multifactor authentication*."""

from __future__ import annotations

from ostiary.controls.base import MET, GrantControl, prompt, refused
from ostiary.controls.block import BLOCKED
from ostiary.controls.registration import registration
from ostiary.controls.visitor import visitor
from ostiary.model.decision import Judgement
from ostiary.model.directory import Directory
from ostiary.model.signin import SignIn


class Mfa(GrantControl):
    """Any multifactor authentication: a claim of this tenant, or a trusted one of the home tenant.

    Source: entra-docs conditional-access/concept-conditional-access-grant, external-id/
    authentication-conditional-access.
    """

    key = "mfa"
    title = "Require multifactor authentication"
    log_word = "Mfa"
    interactive = True

    def judge(self, argument: str, sign_in: SignIn, directory: Directory) -> Judgement:
        """Look for the claim; otherwise ask here or, where trusted, in the home tenant."""
        proofs = sign_in.proofs
        guest = visitor(sign_in, directory)
        if proofs.mfa or (guest.trust.mfa and proofs.home_mfa):
            return MET
        if guest.trust.mfa:
            return prompt("mfa", 50076, "multifactor authentication in the home tenant is needed")
        if guest.direct_connect:
            return refused(BLOCKED, "multifactor authentication of the home tenant is not trusted")
        if not proofs.mfa_registered:
            return registration(sign_in)
        return prompt("mfa", 50076, "multifactor authentication is needed")
