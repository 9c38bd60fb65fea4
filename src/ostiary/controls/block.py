"""*Block access*."""

from __future__ import annotations

from ostiary.controls.base import GrantControl, refused
from ostiary.model.decision import Judgement
from ostiary.model.directory import Directory
from ostiary.model.signin import SignIn

BLOCKED = 53003


class Block(GrantControl):
    """Nobody meets it; it ends the evaluation without a prompt."""

    key = "block"
    title = "Block access"
    log_word = "Block"

    def judge(self, argument: str, sign_in: SignIn, directory: Directory) -> Judgement:
        """Refuse."""
        return refused(BLOCKED, "access is blocked")
