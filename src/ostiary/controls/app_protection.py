"""*Require app protection policy*."""

from __future__ import annotations

from ostiary.controls.base import MET, GrantControl, refused
from ostiary.controls.visitor import visitor
from ostiary.model.decision import Judgement
from ostiary.model.directory import Directory
from ostiary.model.signin import SignIn


class AppProtection(GrantControl):
    """A client app under an Intune protection policy; not supported for external users."""

    key = "compliantApplication"
    title = "Require app protection policy"
    log_word = "RequireCompliantApp"

    def judge(self, argument: str, sign_in: SignIn, directory: Directory) -> Judgement:
        """Ask what the client showed."""
        if visitor(sign_in, directory).external:
            return refused(53009, "app protection policies are not supported for external users")
        if sign_in.proofs.compliant_application and not sign_in.legacy_client:
            return MET
        return refused(53009, "the client app has no app protection policy")
