"""*Require approved client app*."""

from __future__ import annotations

from ostiary.controls.base import MET, GrantControl, refused
from ostiary.controls.visitor import visitor
from ostiary.model.decision import Judgement
from ostiary.model.directory import Directory
from ostiary.model.signin import SignIn


class ApprovedApp(GrantControl):
    """A client app on Microsoft's list; not supported for external users (retired March 2026)."""

    key = "approvedApplication"
    title = "Require approved client app"
    log_word = "RequireApprovedApp"

    def judge(self, argument: str, sign_in: SignIn, directory: Directory) -> Judgement:
        """Ask what the client showed."""
        if visitor(sign_in, directory).external:
            return refused(53002, "approved client apps are not supported for external users")
        if sign_in.proofs.approved_application and not sign_in.legacy_client:
            return MET
        return refused(53002, "the client app is not approved")
